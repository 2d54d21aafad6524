"""Who may do what, from the claims of the access token alone."""

from __future__ import annotations

import pytest

from actions.access import NotSignedIn, Principal, Role, principal_of
from stockbridge.errors import InvalidInput, NotAllowed, NotFound


def principal(groups: object) -> Principal:
    return principal_of({"sub": "1", "username": "ana", "cognito:groups": groups})


@pytest.mark.parametrize(
    "groups",
    [
        "[demoloja:admin mundojuguete:viewer]",
        '["demoloja:admin","mundojuguete:viewer"]',
        "[demoloja:admin, mundojuguete:viewer]",
        ["demoloja:admin", "mundojuguete:viewer"],
        "demoloja:admin,mundojuguete:viewer",
    ],
)
def test_groups_are_read_in_every_form_that_a_gateway_gives_them(groups: object) -> None:
    assert principal(groups).roles == {"demoloja": Role.ADMIN, "mundojuguete": Role.VIEWER}


@pytest.mark.parametrize(
    "groups",
    [
        None,
        "",
        "[]",
        "[staff]",
        "[loja:owner]",
        "[loja:admin:x]",
        "[:admin]",
        "[Loja:admin]",
        "[loja#outra:admin]",
        "[loja:ADMIN]",
        [7],
        {"loja": "admin"},
    ],
)
def test_groups_of_any_other_form_give_nothing(groups: object) -> None:
    assert principal(groups).roles == {}


def test_the_highest_of_several_roles_counts() -> None:
    assert principal("[loja:viewer loja:admin loja:operator]").roles == {"loja": Role.ADMIN}


def test_a_user_without_a_name_is_the_subject() -> None:
    assert principal_of({"sub": "1"}).user == "1"


@pytest.mark.parametrize("claims", [{}, {"username": ""}, {"sub": 7}])
def test_claims_without_a_subject_are_nobody(claims: dict[str, object]) -> None:
    with pytest.raises(NotSignedIn):
        principal_of(claims)


def test_the_only_account_needs_not_be_picked() -> None:
    access = principal("[loja:operator]").access(None, Role.OPERATOR)
    assert (access.account, access.role, access.user) == ("loja", Role.OPERATOR, "ana")


def test_one_of_several_accounts_must_be_picked() -> None:
    two = principal("[loja:admin outra:viewer]")
    assert two.access("outra", Role.VIEWER).account == "outra"
    with pytest.raises(InvalidInput, match="account_required"):
        two.access(None, Role.VIEWER)


@pytest.mark.parametrize("account", ["alheia", "", "LOJA", "loja#SPT", "loja "])
def test_an_account_that_is_not_the_callers_does_not_exist(account: str) -> None:
    with pytest.raises(NotFound):
        principal("[loja:admin]").access(account, Role.VIEWER)


def test_a_role_reaches_only_as_far_as_it_does_in_that_account() -> None:
    two = principal("[loja:admin outra:viewer]")
    with pytest.raises(NotAllowed, match="needs_operator"):
        two.access("outra", Role.OPERATOR)


def test_a_user_of_no_account_may_nothing() -> None:
    with pytest.raises(NotAllowed, match="no_account"):
        principal("[]").access("loja", Role.VIEWER)
