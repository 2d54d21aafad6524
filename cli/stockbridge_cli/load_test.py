"""stockbridge load-test: notifications to a webhook, at a rate."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import time
from typing import Annotated

import httpx
import typer

from stockbridge_cli.load import NO_ANSWER, Load, Tally
from stockbridge_cli.session import NOT_REACHABLE, REFUSED, Session, command, is_local
from stockbridge_cli.skus import skus_of

TIMEOUT_S = 30.0

app = typer.Typer()


@command(
    app,
    "load-test",
    "stockbridge load-test http://127.0.0.1:8080/v1/notifications/SECRET --affiliate MRC --sku 1-200",
    "stockbridge load-test --affiliate MRC --sku 42 --sku 50-60 --rate 200 --seconds 30 --senders 16 --yes --json",
)
def load_test(
    session: Session,
    address: Annotated[str, typer.Argument(help="The webhook's whole address", envvar="STOCKBRIDGE_WEBHOOK")],
    affiliate: Annotated[str, typer.Option("--affiliate", help="Whose changes are notified")],
    sku: Annotated[
        list[str] | None, typer.Option("--sku", help="A SKU, or a range such as 1-200; again and again")
    ] = None,
    file: Annotated[typer.FileText | None, typer.Option("--file", help="SKUs from a file as well; - is stdin")] = None,
    rate: Annotated[float, typer.Option("--rate", min=0.1, max=10_000, help="Notifications a second")] = 10.0,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, max=86_400, help="For so long")] = 10.0,
    senders: Annotated[int, typer.Option("--senders", min=1, max=256, help="So many at the same time at most")] = 8,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, for an address of this machine")] = False,
    yes_really: Annotated[bool, typer.Option("--yes-really", help="Do not ask, whatever the address is")] = False,
) -> None:
    """Notify a webhook of changes of real SKUs, and say how it answered. Each notified SKU is read at VTEX and exported
    where the rule says so. Ends with 0 when every answer is 200."""
    screen = session.screen
    skus = skus_of(sku or [], file, ranges=True)
    total = max(1, round(rate * seconds))
    if not is_local(address):
        if not address.startswith("https://"):
            raise typer.BadParameter(screen.say("https_needed"))
        if not yes_really:
            raise typer.BadParameter(screen.say("load_not_local"))
    account = session.options.account or _only_account(session)
    if not (yes or yes_really):
        numbers = {"total": screen.number(total), "skus": screen.number(len(skus))}
        typer.confirm(screen.say("load_ask", account=account, **numbers), abort=True, err=True)
    limits = httpx.Limits(max_connections=senders, max_keepalive_connections=senders)
    with (
        httpx.Client(timeout=TIMEOUT_S, trust_env=not is_local(address), limits=limits) as http,
        screen.progress(total, screen.say("sending_now")) as done,
    ):

        def send(number: int) -> str | None:
            body = {"IdSku": skus[number % len(skus)], "An": account, "IdAffiliate": affiliate}
            try:
                return str(http.post(address, json=body | {"StockModified": True, "PriceModified": False}).status_code)
            except (httpx.HTTPError, httpx.InvalidURL):
                return None

        tally = Load(rate, total, senders, time.monotonic, time.sleep).run(send, done)
    _show(session, tally, rate)
    if tally.answers[NO_ANSWER] == tally.sent:
        raise typer.Exit(NOT_REACHABLE)
    if tally.answers["200"] != tally.sent:
        raise typer.Exit(REFUSED)


def _only_account(session: Session) -> str:
    accounts = [one["account"] for one in session.api.get("me")["accounts"]]
    if len(accounts) != 1:
        raise typer.BadParameter(session.screen.say("account_needed"))
    return str(accounts[0])


def _show(session: Session, tally: Tally, rate: float) -> None:
    screen = session.screen
    summary = tally.document(rate)
    if screen.as_json:
        screen.document(summary)
        return
    reached = f"{screen.number(summary['rate'], 1)} / {screen.number(rate, 1)}"
    times = [(f"{name} (ms)", screen.number(summary[f"{name}_ms"], 1)) for name in ("p50", "p95", "p99")]
    answers = [(screen.say("answered", status=status), screen.number(n)) for status, n in summary["answers"].items()]
    screen.pairs([(screen.say("sent"), screen.number(tally.sent)), *answers, *times, (screen.say("rate"), reached)])
