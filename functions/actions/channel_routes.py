"""Channels. Only administrators see them: a configuration may hold what belongs into a secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from actions.access import Access, Admin
from actions.answers import DeletedAnswer
from actions.channel_answers import ChannelAnswer, ChannelList
from actions.inputs import affiliate_of, json_object
from actions.parameters import Rev
from stockbridge.channel_documents import ChannelReader, changed_fields, channel_document
from stockbridge.channels import Channel
from stockbridge.control import DynamoControl, StoredChannel
from stockbridge.differences import difference
from stockbridge.errors import Conflict, FieldProblem, InvalidFields, NotFound
from stockbridge.store import Activity

MAX_DETAILS = 500


@dataclass(frozen=True, slots=True)
class ChannelRoutes:
    control: DynamoControl
    reader: ChannelReader
    clock: Callable[[], int]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/channels", summary="The account's channels", tags=["channels"])
        def list_channels(access: Admin) -> ChannelList:
            return ChannelList(items=[_answer(stored) for stored in self.control.stored_channels(access.account)])

        @app.get("/v1/channels/<affiliate>", summary="One channel", tags=["channels"])
        def get_channel(access: Admin, affiliate: str) -> ChannelAnswer:
            return _answer(self._stored(access.account, affiliate_of(affiliate)))

        @app.put("/v1/channels/<affiliate>", summary="Save a channel", tags=["channels"])
        def put_channel(
            access: Admin,
            affiliate: str,
            rev: Rev = None,
        ) -> ChannelAnswer:
            return _answer(self._save(access, affiliate_of(affiliate), json_object(app.current_event), rev))

        @app.post("/v1/channels/<affiliate>/pause", summary="Switch the sending off", tags=["channels"])
        def pause_channel(access: Admin, affiliate: str) -> ChannelAnswer:
            return _answer(self._switch(access, affiliate_of(affiliate), on=False))

        @app.post("/v1/channels/<affiliate>/resume", summary="Switch the sending on", tags=["channels"])
        def resume_channel(access: Admin, affiliate: str) -> ChannelAnswer:
            return _answer(self._switch(access, affiliate_of(affiliate), on=True))

        @app.delete("/v1/channels/<affiliate>", summary="Delete a channel that is switched off", tags=["channels"])
        def delete_channel(access: Admin, affiliate: str) -> DeletedAnswer:
            stored = self._stored(access.account, affiliate_of(affiliate))
            activity = self._activity(access, "channel.delete", stored.channel, None)
            self.control.delete_channel(stored, activity=activity)
            return DeletedAnswer(deleted=stored.channel.affiliate)

    def _stored(self, account: str, affiliate: str) -> StoredChannel:
        stored = self.control.stored_channel(account, affiliate)
        if stored is None:
            raise NotFound("channel_not_found")
        return stored

    def _save(self, access: Access, affiliate: str, body: dict[str, Any], rev: int | None) -> StoredChannel:
        """What would change nothing is not saved."""
        channel = self.reader.read(access.account, affiliate, _without_own_fields(body, affiliate))
        stored = self.control.stored_channel(access.account, affiliate)
        stored_rev = stored.rev if stored is not None else 0
        if rev not in (None, stored_rev):
            raise Conflict(f"rev {stored_rev} is there")
        details = "created"
        if stored is not None:
            details = ", ".join(changed_fields(channel_document(stored.channel), channel_document(channel)))
            if not details:
                return stored
        was = stored.channel if stored is not None else None
        activity = self._activity(access, "channel.save", was, channel, details[:MAX_DETAILS])
        return StoredChannel(channel, self.control.save_channel(channel, was_rev=stored_rev, activity=activity))

    def _switch(self, access: Access, affiliate: str, *, on: bool) -> StoredChannel:
        stored = self._stored(access.account, affiliate)
        if stored.channel.enabled == on:
            return stored
        channel = replace(stored.channel, enabled=on)
        activity = self._activity(access, "channel.resume" if on else "channel.pause", stored.channel, channel)
        return StoredChannel(channel, self.control.save_channel(channel, was_rev=stored.rev, activity=activity))

    def _activity(
        self, access: Access, action: str, was: Channel | None, channel: Channel | None, details: str = ""
    ) -> Activity:
        """One of the two is there."""
        before, after = (channel_document(one) if one is not None else {} for one in (was, channel))
        affiliate = next(one.affiliate for one in (was, channel) if one is not None)
        changed = difference(before, after)
        return Activity(access.account, self.clock(), access.user, action, affiliate, details, *changed)


def _without_own_fields(body: Mapping[str, Any], affiliate: str) -> dict[str, Any]:
    """A document as it was answered is a document too. Raises InvalidFields when it is another affiliate's."""
    if body.get("affiliate", affiliate) != affiliate:
        raise InvalidFields([FieldProblem("affiliate", "not_this_affiliate", {})])
    return {name: value for name, value in body.items() if name not in ("affiliate", "rev")}


def _answer(stored: StoredChannel) -> ChannelAnswer:
    document = channel_document(stored.channel)
    return ChannelAnswer(**document, affiliate=stored.channel.affiliate, rev=stored.rev)
