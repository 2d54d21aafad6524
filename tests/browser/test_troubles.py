"""Nothing goes wrong on a page unseen."""

import pytest

from tests.browser.console import Console

PROVOKED = {
    "an error in the console": ("console.error('oh')", "console: oh"),
    "an error that nobody catches": ("setTimeout(() => { throw new Error('oh') })", "uncaught: oh"),
    "a style in an element": ("document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
    "a picture from elsewhere": ("new Image().src = 'https://example.com/a.png'", "Content Security Policy"),
    "a file that is not there": ("new Image().src = '/console/no.svg'", "404"),
}


@pytest.mark.parametrize(("script", "said"), PROVOKED.values(), ids=PROVOKED)
def test_it_is_a_trouble(console: Console, script: str, said: str) -> None:
    page = console.open("/", user=None)
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_load_state("networkidle")
    console.settle()
    assert [said in trouble for trouble in console.troubles] == [True]
    console.troubles.clear()


def test_an_answer_of_5xx_is_a_trouble_and_a_refusal_is_none(console: Console) -> None:
    page = console.open("/", user=None)
    page.route("**/v1/broken", lambda route: route.fulfill(status=503))
    for path in ("/v1/broken", "/v1/me"):
        page.evaluate("path => fetch(path).then(() => null)", path)
    console.settle()
    assert console.troubles == [f"503 GET {console.address}/v1/broken"]
    console.troubles.clear()
