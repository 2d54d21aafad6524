"""From VTEX's notification to the marketplace and back to an operator, through the deployed template."""

import json
from pathlib import Path

import pytest

from tests.local_system import LocalSystem, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]  # the first test also waits for the demonstration

EVENTS = Path(__file__).parents[1] / "events" / "vtex"
SAMPLES = sorted(EVENTS.glob("notification-*.json"))
SHOP = "demoloja-mrc"  # of the affiliate MRC: read by simulation


@pytest.fixture(autouse=True)
def healthy(system: LocalSystem) -> None:
    system.marketplace("ok")
    system.vtex("ok")


def shows(
    system: LocalSystem, sku: str, quantity: int, affiliate: str = "MRC", within_s: float = 30
) -> dict[str, object]:
    """Wait until the marketplace shows the quantity and the record says so."""
    eventually(lambda: system.shown(f"demoloja-{affiliate.lower()}", sku) == quantity, within_s=within_s)
    return eventually(
        lambda: (record := system.record(affiliate, sku)) and record["status"] == "success" and record,
        within_s=within_s,
    )


def begin(system: LocalSystem, sku: str, quantity: int) -> dict[str, object]:
    """Whatever was before: a change of the price too is exported above the threshold as well."""
    system.vtex(f"stock {sku} {quantity} and price")
    return shows(system, sku, quantity)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_each_body_of_vtexs_documents_ends_in_a_record(system: LocalSystem, sample: Path) -> None:
    notification = json.loads(sample.read_text())
    account, affiliate, sku = (notification[name] for name in ("An", "IdAffiliate", "IdSku"))
    answer = system.post(system.webhook(account, affiliate), sample.read_bytes())
    assert (answer.status_code, answer.json()) == (200, {"taken": 1})
    record = eventually(
        lambda: (found := system.record(affiliate, sku, account)) and found["status"] == "success" and found
    )
    assert record["confirmed"] == system.shown(f"{account}-{affiliate.lower()}", sku)


def test_a_change_reaches_every_marketplace_that_sells_the_sku(system: LocalSystem) -> None:
    system.vtex("stock 42 4")
    for affiliate in ("MRC", "MGL", "BTW"):
        shows(system, "42", 4, affiliate)
    record = system.record("MRC", "42")
    assert record is not None
    assert record["detail"] == "Quantidade de Estoque atualizada: 4"


def test_what_arrives_is_counted_and_its_time_is_known_part_by_part(system: LocalSystem) -> None:
    begin(system, "42", 9)
    eventually(lambda: system.call("GET", "/v1/service-level").json()["total"]["windows"][0]["within"] > 0)
    answer = system.call("GET", "/v1/series", params={"affiliate": "MRC", "period": "day"})
    assert answer.json()["rows"][-1]["success"] > 0
    by_affiliate = {one["affiliate"]: one for one in system.call("GET", "/v1/service-level").json()["affiliates"]}
    parts = by_affiliate["MRC"]["windows"][0]["parts"]
    assert [name for name, part in parts.items() if part["p95_ms"] is None] == []


def test_a_change_that_the_rule_holds_back_is_explained(system: LocalSystem) -> None:
    begin(system, "49", 50)  # of a product that no other test changes
    eventually(system.looked_twice)  # a second look that is merged with the next notification remembers the price
    system.vtex("stock 49 20")
    record = eventually(lambda: (found := system.record("MRC", "49")) and found["balance"]["skipped"] and found)
    assert (record["balance"]["skipped"]["de"], record["balance"]["skipped"]["por"]) == (50, 20)
    assert "5 unidades" in record["balance"]["skipped"]["explanation"]
    assert system.shown(SHOP, "49") == 50


def test_an_error_is_corrected_reprocessed_and_ends_with_the_current_balance(system: LocalSystem) -> None:
    begin(system, "44", 9)
    system.marketplace(f"uncatalogue 44 for {SHOP}")
    system.vtex("stock 44 3")
    record = eventually(lambda: (found := system.record("MRC", "44")) and found["status"] == "error" and found)
    assert record["cause"]["code"] == "not_catalogued"
    assert record["attempts"][-1]["evidence"]["http_status"] == 404
    assert "local-token" not in json.dumps(record)  # the shop's credentials
    system.marketplace(f"catalogue 44 for {SHOP}")
    system.vtex("lose 100 %")  # the next change is never notified: only a reprocess can find it
    system.vtex("stock 44 2")
    assert system.call("POST", "/v1/records/MRC/44/reprocess").status_code == 202
    assert shows(system, "44", 2)["confirmed"] == 2
    assert system.call("POST", "/v1/records/MRC/44/reprocess").status_code == 409


def test_a_removed_row_is_gone_and_comes_back_when_the_removal_is_undone(system: LocalSystem) -> None:
    before = begin(system, "45", 5)

    def listed(status: str) -> list[str]:
        page = system.call("GET", "/v1/records", params={"status": status, "affiliate": "MRC", "limit": 100}).json()
        return [item["sku"] for item in page["items"]]

    assert "45" in listed("success")
    assert system.call("DELETE", "/v1/records/MRC/45").status_code == 200
    assert "45" not in listed("success")
    assert "45" in listed("removed")
    assert system.call("POST", "/v1/records/MRC/45/restore").status_code == 200
    assert "45" in listed("success")
    after = system.record("MRC", "45")
    assert after is not None
    assert (after["confirmed"], after["version"]) == (before["confirmed"], before["version"])


def test_a_viewer_sees_and_cannot_act(system: LocalSystem) -> None:
    assert system.call("GET", "/v1/records", user="vera").status_code == 200
    assert system.call("DELETE", "/v1/records/MRC/42", user="vera").status_code == 403


def test_a_stale_read_is_put_right_by_the_second_look(system: LocalSystem) -> None:
    begin(system, "46", 9)
    system.vtex("stale 2")
    system.vtex("stock 46 1")
    shows(system, "46", 1)


def test_a_late_change_is_flagged_and_told_once(system: LocalSystem) -> None:
    sqs, sns = system.aws("sqs"), system.aws("sns")
    inbox = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    inbox_arn = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=system.ready["resources"]["AlertsTopic"]["id"], Protocol="sqs", Endpoint=inbox_arn)
    begin(system, "47", 9)
    channel = system.call("GET", "/v1/channels/MRC").json()
    assert system.call("PUT", "/v1/channels/MRC", json=channel | {"late_after_s": 3}).is_success
    system.marketplace(f"limit 0 for {SHOP}")  # asks for a second each time, so that it is over as soon as it is ended
    system.vtex("stock 47 0")  # what shows zero goes first after a pause
    eventually(lambda: (found := system.record("MRC", "47")) and found["late"] and found["status"] == "pending")

    told: list[str] = []

    def hear() -> bool:
        answer = sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            told.extend(json.loads(json.loads(message["Body"])["Message"])["skus"])
        return "47" in told

    eventually(hear, within_s=60)
    for _ in range(3):  # the audit runs every two seconds here
        hear()
    assert told.count("47") == 1
    system.marketplace("ok")
    assert system.call("PUT", "/v1/channels/MRC", json=channel).is_success
    shows(system, "47", 0, within_s=90)
    for client in (sqs, sns):
        client.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"x" * 9000, 413),
        (b'{"IdSku":"042","An":"demoloja","IdAffiliate":"MRC"}', 400),
        (b'{"IdSku":"42","An":"mundojuguete","IdAffiliate":"SPT"}', 403),
        (b'{"IdSku":"42","An":"demoloja","IdAffiliate":"XYZ"}', 422),
    ],
)
def test_bad_notifications_are_answered_with_the_reason(system: LocalSystem, body: bytes, status: int) -> None:
    answer = system.post(system.webhook("demoloja", "MRC"), body)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_an_unknown_address_says_nothing(system: LocalSystem) -> None:
    answer = system.post(f"{system.ready['api_url']}/v1/notifications/guess", SAMPLES[0].read_bytes())
    assert answer.status_code == 404


def test_a_request_without_a_valid_token_is_refused(system: LocalSystem) -> None:
    for path in ("/v1/records", "/v1/channels", "/v1/tokens"):
        assert system._http.get(f"{system.ready['api_url']}{path}").status_code == 401
