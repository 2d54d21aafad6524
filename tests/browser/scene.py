"""A bit of everything on the screens: what the demonstration lacks, which has successes, and errors of many causes.

Of the demonstration's SKUs, those below are the scene's; the tests of `tests/e2e` use others.
"""

from __future__ import annotations

from tests.local_system import Document, LocalSystem, eventually

HELD = "143"  # its last change is held back by the rule
LATE = "147"  # its change is late, because its marketplace takes nothing
REMOVED = "148"
TROUBLED = "BTW"  # the affiliate of that marketplace
SOLD = {"17": 4, "34": 3, "71": 0, "104": 2, "110": 5, "113": 1, "124": 3, "139": 0, "156": 2, "162": 5}
WITHIN_S = 120


def set_up(system: LocalSystem) -> None:
    """Without an effect on what other tests expect, once it is taken down."""
    _hold_back(system)
    _remove(system)
    _operate(system)
    _delay(system)


def take_down(system: LocalSystem) -> None:
    system.marketplace(f"ok for demoloja-{TROUBLED.lower()}")
    _change_channel(system, {"late_after_s": None})
    system.call("POST", f"/v1/records/MRC/{REMOVED}/restore")


def sell(system: LocalSystem) -> None:
    """All at once, some of which have errors: the newest records, of many kinds. One marketplace wants a new sign-in,
    and would be back only minutes after that."""
    system.marketplace("revoke", "/mercado-livre")
    for sku, quantity in SOLD.items():
        system.vtex(f"stock {sku} {quantity} and price")
    eventually(lambda: system.call("GET", "/v1/overview").json()["incidents"], within_s=WITHIN_S)


def _hold_back(system: LocalSystem) -> None:
    def told() -> Document:
        return system.record("MRC", HELD) or {}

    high = 60 if told().get("confirmed") == 50 else 50  # another than before, to know when it is there
    system.vtex(f"stock {HELD} {high} and price")
    eventually(lambda: told().items() >= {"status": "success", "confirmed": high}.items(), within_s=WITHIN_S)
    eventually(system.looked_twice, within_s=WITHIN_S)  # merged with the next notification, it remembers the price
    system.vtex(f"stock {HELD} 20")
    eventually(lambda: told()["balance"]["skipped"], within_s=WITHIN_S)


def _remove(system: LocalSystem) -> None:
    system.call("DELETE", f"/v1/records/MRC/{REMOVED}", user="otavio")


def _operate(system: LocalSystem) -> None:
    asked = {"action": "reprocess", "filter": {"affiliates": ["MGL"], "cause": "not_found"}, "include_fix_first": True}
    answer = system.call("POST", "/v1/operations", json=asked, user="otavio")
    assert answer.is_success, answer.text
    address = f"/v1/operations/{answer.json()['id']}"
    eventually(lambda: system.call("GET", address).json()["ended_at"], within_s=WITHIN_S)


def _delay(system: LocalSystem) -> None:
    _change_channel(system, {"late_after_s": 5})
    system.marketplace(f"limit 0 for demoloja-{TROUBLED.lower()}")  # 429, until it is ended
    system.vtex(f"stock {LATE} 1 and price")
    eventually(lambda: (found := system.record(TROUBLED, LATE)) and found["late"], within_s=WITHIN_S)


def _change_channel(system: LocalSystem, changes: Document) -> None:
    address = f"/v1/channels/{TROUBLED}"
    answer = system.call("PUT", address, json=system.call("GET", address).json() | changes)
    assert answer.is_success, answer.text
