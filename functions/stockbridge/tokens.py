"""What opens an account to programs that cannot sign in: the secret in the webhook's address, because VTEX can send no
header there, and the key to the account's logs. A token is of one kind and opens nothing else.

Only the SHA-256 of a token is stored, and it is looked up by it; the token itself is told once, to whoever made it.
Several may be valid at once, so that whoever uses one can be given the next before it ends. A process remembers a
token for up to a minute: after that time a revoked one is refused everywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from pynamodb.transactions import TransactWrite

from stockbridge.dynamo import add_activity, transaction, translated
from stockbridge.errors import NotFound, NotPossible
from stockbridge.recent import Recent
from stockbridge.store import Activity
from stockbridge.tables import ControlItem

REMEMBERED_S = 60
REMEMBERED = 10_000  # tokens, known and unknown ones
GRACE_S = 24 * 3_600
MAX_TOKENS = 20  # valid at once, in one account

_BY_DIGEST = "token"


class TokenKind(StrEnum):
    WEBHOOK = "webhook"
    LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Token:
    """What may be shown of a token. `ending` is the last four digits of its digest, to tell tokens apart."""

    id: str
    kind: TokenKind
    name: str
    created_at: int
    created_by: str
    ending: str
    ends_at: int | None  # None: valid until it is revoked or rotated


@dataclass(frozen=True, slots=True)
class _Owner:
    account: str
    kind: TokenKind
    ends_at: int | None


class Tokens:
    """On the control table; `DynamoControl` binds its model."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._recent: Recent[str, _Owner | None] = Recent(clock, keep_s=REMEMBERED_S, size=REMEMBERED)

    def find(self, secret: str, kind: TokenKind) -> str | None:
        """The account of a valid token of that kind. Raises Unavailable."""
        digest = _digest(secret)
        owner = self._recent.get(digest, lambda: _owner(digest))
        if owner is None or owner.kind is not kind or _ended(owner.ends_at, self._clock()):
            return None
        return owner.account

    def of(self, account: str) -> Sequence[Token]:
        """The account's valid tokens, oldest first."""
        now = self._clock()
        tokens = [_shown(item) for item in _items(account) if not _ended(item.document["ends_at"], now)]
        return sorted(tokens, key=lambda token: token.created_at)

    def create(
        self, account: str, *, user: str, name: str = "", kind: TokenKind = TokenKind.WEBHOOK
    ) -> tuple[Token, str]:
        """A new token and its secret, which nobody can read again. Raises NotPossible beyond MAX_TOKENS."""
        now = self._clock()
        items = _items(account)
        if sum(not _ended(item.document["ends_at"], now) for item in items) >= MAX_TOKENS:
            raise NotPossible("too_many_tokens")
        _forget_ended(items, now)
        with translated(), transaction() as together:
            token, secret = _add(together, account, user, kind, name, now)
            details = f"{kind} {name}".rstrip()
            add_activity(together, Activity(account, now, user, "token.create", token.id, details, {}, _told(token)))
        return token, secret

    def rotate(self, account: str, token_id: str, *, user: str, grace_s: int = GRACE_S) -> tuple[Token, str]:
        """A new token in place of one that stays valid for `grace_s` seconds more.

        Raises NotFound, NotPossible for one that was rotated already, Conflict.
        """
        now = self._clock()
        old = self._valid(account, token_id)
        if old.document["ends_at"] is not None:
            raise NotPossible("token_is_ending")
        ends_at = now + grace_s * 1000
        digest = old.document["digest"]
        with translated(), transaction() as together:
            token, secret = _add(together, account, user, _kind(old.document), old.document["name"], now)
            for item in _pair(account, token_id, digest, {**old.document, "ends_at": ends_at}, rev=int(old.rev) + 1):
                together.save(item, condition=ControlItem.rev == old.rev)
            changed = {"ends_at": None}, {"ends_at": _iso(ends_at), "successor": token.id}
            add_activity(together, Activity(account, now, user, "token.rotate", token_id, f"-> {token.id}", *changed))
        self._recent.forget(digest)
        return token, secret

    def revoke(self, account: str, token_id: str, *, user: str) -> None:
        """End a token now. Raises NotFound."""
        old = self._valid(account, token_id)
        with translated(), transaction() as together:
            for item in _pair(account, token_id, old.document["digest"], old.document, rev=0):
                together.delete(item)
            before = _told(_shown(old))
            add_activity(together, Activity(account, self._clock(), user, "token.revoke", token_id, "", before))
        self._recent.forget(old.document["digest"])

    def _valid(self, account: str, token_id: str) -> ControlItem:
        found = next((item for item in _items(account) if item.sk == token_id), None)
        if found is None or _ended(found.document["ends_at"], self._clock()):
            raise NotFound("token_not_found")
        return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _ended(ends_at: int | None, now: int) -> bool:
    return ends_at is not None and ends_at <= now


def _owner(digest: str) -> _Owner | None:
    with translated():
        try:
            item = ControlItem.get(_BY_DIGEST, digest, consistent_read=True)
        except ControlItem.DoesNotExist:
            return None
    if not hmac.compare_digest(item.sk, digest):
        return None
    return _Owner(item.document["account"], _kind(item.document), item.document["ends_at"])


def _kind(document: Mapping[str, Any]) -> TokenKind:
    """Tokens that were made before there were two kinds are the webhook's."""
    return TokenKind(document.get("kind", TokenKind.WEBHOOK))


def _items(account: str) -> Sequence[ControlItem]:
    with translated():
        return list(ControlItem.query(f"tokens#{account}", consistent_read=True))


def _shown(item: ControlItem) -> Token:
    document = item.document
    return Token(
        id=item.sk,
        kind=_kind(document),
        name=document["name"],
        created_at=document["created_at"],
        created_by=document["created_by"],
        ending=document["digest"][-4:],
        ends_at=document["ends_at"],
    )


def _told(token: Token) -> dict[str, Any]:
    """What the activity keeps of a token: never its secret, never the digest that it is found by."""
    return {"kind": token.kind, "name": token.name, "ending": token.ending, "ends_at": _iso(token.ends_at)}


def _iso(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")


def _add(together: TransactWrite, account: str, user: str, kind: TokenKind, name: str, now: int) -> tuple[Token, str]:
    secret = secrets.token_urlsafe(32)
    digest = _digest(secret)
    token_id = uuid4().hex[:12]
    document = {
        "kind": kind.value,
        "name": name,
        "created_at": now,
        "created_by": user,
        "digest": digest,
        "ends_at": None,
    }
    pair = _pair(account, token_id, digest, document, rev=1)
    for item in pair:
        together.save(item, condition=ControlItem.pk.does_not_exist())
    return _shown(pair[1]), secret


def _pair(
    account: str, token_id: str, digest: str, document: dict[str, Any], *, rev: int
) -> tuple[ControlItem, ControlItem]:
    """The two items of a token: the one found by its digest, and the one in the account's list."""
    owner = {"account": account, "id": token_id, "kind": _kind(document).value, "ends_at": document["ends_at"]}
    return (
        ControlItem(_BY_DIGEST, digest, rev=rev, document=owner),
        ControlItem(f"tokens#{account}", token_id, rev=rev, document=document),
    )


def _forget_ended(items: Sequence[ControlItem], now: int) -> None:
    for item in items:
        if _ended(item.document["ends_at"], now):
            account = item.pk.removeprefix("tokens#")
            with translated(), transaction() as together:
                for half in _pair(account, item.sk, item.document["digest"], item.document, rev=0):
                    together.delete(half)
