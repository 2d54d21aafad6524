"""Failure is designed too: what the page says while the server does not answer, refuses, or has too much to tell."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.console import Console, axe

PROBLEM = {"type": "urn:stockbridge:problem:in_use", "title": "Conflito", "detail": "Outra pessoa mudou este registro"}


def cut(page: Page, path: str) -> None:
    """The network is gone for these requests; the system itself is the real one."""
    page.route(f"**{path}**", lambda route: route.abort())


def forgive(console: Console) -> None:
    """What the browser complains of because the test cut the network."""
    console.settle()
    console.troubles[:] = [trouble for trouble in console.troubles if "net::ERR_FAILED" not in trouble]


def refuse(page: Page, path: str, status: int) -> None:
    body = json.dumps({**PROBLEM, "status": status})
    headers = {"content-type": "application/problem+json"}
    page.route(f"**{path}**", lambda route: route.fulfill(status=status, body=body, headers=headers))


def test_when_the_server_does_not_answer_what_is_there_stays_and_says_since_when(console: Console) -> None:
    page = console.open("/estoque")
    expect(page.locator("[data-key]").first).to_be_visible()
    cut(page, "/v1/")

    expect(page.get_by_text(re.compile("^Sem resposta desde"))).to_be_visible(timeout=30_000)
    expect(page.locator("[data-key]").first).to_be_visible()
    page.unroute_all()
    expect(page.get_by_text(re.compile("^Atualizado às"))).to_be_visible(timeout=30_000)
    forgive(console)


def test_when_nothing_was_there_yet_the_page_says_so_and_tries_again(console: Console) -> None:
    page = console.open("/estoque/causas")
    cut(page, "/v1/records?")
    page.get_by_role("link", name="Registros", exact=True).click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Não foi possível carregar", timeout=30_000)
    expect(alert).to_contain_text("Os dados não foram perdidos")
    expect(alert.get_by_role("button", name="Tentar novamente")).to_be_visible()
    assert axe(page) == []
    page.unroute_all()
    expect(page.locator("[data-key]").first).to_be_visible(timeout=30_000)
    forgive(console)


def test_a_slow_server_shows_the_shape_of_what_comes_and_never_covers_what_is_there(console: Console) -> None:
    page = console.open("/estoque")
    expect(page.locator("[data-key]").first).to_be_visible()
    page.route("**/v1/records?**", lambda route: None)  # no answer until they are let go

    page.get_by_role("combobox", name="Status").select_option("success")

    expect(page.locator(".records-frame.busy [data-key]").first).to_be_visible()
    page.unroute_all()
    expect(page.locator(".records-frame.busy")).to_have_count(0)


def test_an_ended_session_asks_to_sign_in_and_goes_on_at_the_same_page(console: Console) -> None:
    page = console.open("/estoque?status=erro")
    expect(page.locator("[data-key]").first).to_be_visible()
    page.evaluate(
        """() => {
            const kept = JSON.parse(sessionStorage.getItem("stockbridge.session"));
            sessionStorage.setItem("stockbridge.session", JSON.stringify({...kept, access: "ended", refresh: "ended"}));
        }"""
    )

    page.reload()

    expect(page.get_by_role("heading", name="Sua sessão terminou")).to_be_visible()
    page.get_by_role("button", name="Entrar").click()
    page.locator("button[name=username][value=otavio]").click()
    expect(page).to_have_url(re.compile("status=erro"))
    expect(page.locator("[data-key]").first).to_be_visible()


def test_a_refused_deed_leaves_the_row_as_it_was_and_says_why(console: Console) -> None:
    page = console.open("/estoque?status=sucesso&mkt=MRC")
    record = page.locator("[data-key]").first
    key = record.get_attribute("data-key")
    record.locator(".sku-button").click()
    refuse(page, f"/v1/records/{key}", 409)
    record.get_by_role("button", name="Ações").click()

    page.get_by_role("menuitem", name="Remover Log").click()

    expect(page.locator(".toast.wrong")).to_contain_text("Não foi possível remover o log")
    expect(page.locator(".toast.wrong")).to_contain_text(PROBLEM["detail"])
    expect(page.locator(f'[data-key="{key}"] .badge').first).to_contain_text("Sucesso")


def test_what_a_role_may_not_see_is_said_in_the_servers_words(console: Console) -> None:
    page = console.open("/estoque")
    refuse(page, "/v1/records?", 403)

    page.get_by_role("combobox", name="Status").select_option("success")

    expect(page.get_by_role("alert").or_(page.locator(".stale")).first).to_be_visible(timeout=15_000)


def test_ten_thousand_errors_at_once_are_one_page_and_one_count(console: Console) -> None:
    """The answers are the system's own, with larger numbers in them."""
    page = console.open("/estoque/causas")

    def many(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        said["counts"]["error"] = {"count": 10_000, "more": True}
        route.fulfill(response=answer, json=said)

    page.route("**/v1/overview**", many)
    page.route("**/v1/records/total**", lambda route: route.fulfill(json={"count": 10_000, "more": True}))
    page.get_by_role("link", name="Registros", exact=True).click()

    expect(page.get_by_role("navigation", name="Totais")).to_contain_text("mais de 10 mil")
    expect(page.get_by_text("Total: mais de 10 mil")).to_be_visible()
    assert page.locator("[data-key]").count() <= 50


def test_a_first_visit_says_what_is_missing_and_where_it_is_done(console: Console) -> None:
    """As in an account to which nothing was connected yet."""
    page = console.open("/estoque/causas", user="ana")
    nothing = {"count": 0, "more": False}

    def empty(route: Route) -> None:
        answer = route.fetch()
        counts = dict.fromkeys(("success", "error", "pending", "removed"), nothing)
        said = {"affiliates": [], "incidents": [], "counts": counts, "late": nothing, "at_risk": nothing}
        route.fulfill(response=answer, json=answer.json() | said)

    page.route("**/v1/overview**", empty)
    page.route("**/v1/records?**", lambda route: route.fulfill(json={"items": [], "next": None, "more": False}))
    page.get_by_role("link", name="Registros", exact=True).click()

    expect(page.get_by_role("heading", name="Nenhuma conexão ainda")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Ver conexões").click()
    expect(page).to_have_url(re.compile("/estoque/conexoes"))


def test_a_console_that_cannot_start_says_so(console: Console) -> None:
    page = console.open("/estoque", user=None)
    cut(page, "/console/config.json")

    page.reload()

    expect(page.get_by_role("heading", name="O console não pôde começar")).to_be_visible()
    expect(page.get_by_role("button", name="Tentar novamente")).to_be_visible()
    assert axe(page) == []
    forgive(console)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_marketplaces_words_of_any_length_stay_on_the_page(console: Console, width: int) -> None:
    page = console.open("/estoque?status=erro", viewport={"width": width, "height": 844})
    key = page.locator("[data-key]").first.get_attribute("data-key")

    def lengthen(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        said["channel"] = "Marketplace" * 6
        said["message"] = said["detail"] = "x" * 500
        said["attempts"] = [{**one, "message": "<b>x" * 200} for one in said["attempts"]]
        route.fulfill(response=answer, json=said)

    page.route(f"**/v1/records/{key}?**", lengthen)
    page.goto(f"{console.address}/estoque/registros/{key}?conta=demoloja")

    expect(page.get_by_text("x" * 500).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
