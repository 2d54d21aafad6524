"""Who calls, for which account, and what they may do there. Everything comes from the claims of the access token that
the authorizer verified; a parameter only picks among the accounts that they name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.depends import Depends

from stockbridge.errors import InvalidInput, NotAllowed, NotFound, StockBridgeError

_GROUP = re.compile(r"([a-z0-9][a-z0-9_-]{0,62}):(viewer|operator|admin)")


class NotSignedIn(StockBridgeError):
    """There are no claims: the request did not pass the authorizer."""


class Role(IntEnum):
    """Each may do what the ones before may."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Access:
    """One user in one account."""

    user: str
    account: str
    role: Role


@dataclass(frozen=True, slots=True)
class Principal:
    user: str
    roles: Mapping[str, Role]  # by account

    def access(self, account: str | None, at_least: Role) -> Access:
        """Raises NotAllowed for a lower role, NotFound for an account that is not the caller's, InvalidInput when
        there are several and none was picked."""
        if not self.roles:
            raise NotAllowed("no_account")
        if account is None and len(self.roles) > 1:
            raise InvalidInput("account_required")
        account = account if account is not None else next(iter(self.roles))
        role = self.roles.get(account)
        if role is None:
            raise NotFound("account_not_found")
        if role < at_least:
            raise NotAllowed(f"needs_{at_least.name.lower()}")
        return Access(self.user, account, role)


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """`cognito:groups` holds `account:role`; API Gateway hands a list claim over as the text "[a b]". Groups of any
    other form are somebody else's. Raises NotSignedIn without a subject."""
    user = claims.get("username") or claims.get("sub")
    if not isinstance(user, str) or not user:
        raise NotSignedIn("no_subject")
    groups = claims.get("cognito:groups") or ""
    names = groups if isinstance(groups, list) else re.split(r"[\s,\[\]\"']+", str(groups))
    roles: dict[str, Role] = {}
    for found in filter(None, (_GROUP.fullmatch(str(name)) for name in names)):
        account, role = found[1], Role[found[2].upper()]
        roles[account] = max(role, roles.get(account, role))
    return Principal(user, roles)


def caller(request: Request) -> Principal:
    """The caller of a request. Raises NotSignedIn."""
    authorizer = request.resolved_event.raw_event["requestContext"].get("authorizer") or {}
    return principal_of(authorizer.get("jwt", {}).get("claims") or {})


def _at_least(role: Role) -> Callable[[Request], Access]:
    def access(request: Request) -> Access:
        return caller(request).access((request.query_parameters or {}).get("account"), role)

    return access


# How a route says whom it serves.
Caller = Annotated[Principal, Depends(caller)]
Viewer = Annotated[Access, Depends(_at_least(Role.VIEWER))]
Operator = Annotated[Access, Depends(_at_least(Role.OPERATOR))]
Admin = Annotated[Access, Depends(_at_least(Role.ADMIN))]
