"""A record as its operator sees it. Pure: the language, the role and the time come from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from actions.access import Role
from actions.answers import CauseAnswer
from actions.instants import instant
from actions.record_answers import (
    AttemptAnswer,
    BalanceAnswer,
    EvidenceAnswer,
    PolicyStepAnswer,
    RecordAnswer,
    RemovalAnswer,
    SituationAnswer,
    SkippedAnswer,
    WhyAnswer,
)
from stockbridge import operating
from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.channels import Channel, late_after_ms
from stockbridge.errors import NotPossible
from stockbridge.notifications import Origin
from stockbridge.policy import apply_policy
from stockbridge.records import Attempt, Decision, Record, Removal, Skipped, Status
from stockbridge.sentences import detail, why_held
from stockbridge.situations import cause_code, situation_of
from stockbridge.store import KeptEvidence
from stockbridge.texts import say

Action = Literal["reprocess", "remove", "restore"]

DEFAULT_THRESHOLD = 5
NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RecordViews:
    """`channels` are the account's, by affiliate; a record may outlive its channel."""

    channels: Mapping[str, Channel]
    language: str
    role: Role
    now: int
    late_after_s: int
    catalogue: Catalogue = BUILT_IN

    def view(
        self,
        record: Record,
        evidence: Sequence[KeptEvidence] = (),
        asked_by: Mapping[str, str] = NOBODY,
        *,
        explained: bool = False,
    ) -> RecordAnswer:
        """`asked_by`: who asked for which reprocess."""
        channel = self.channels.get(record.key.affiliate)
        enabled = channel is None or channel.enabled
        code, at = situation_of(record, self.now, enabled=enabled, catalogue=self.catalogue)
        situation = SituationAnswer(code=code, text=say(f"situation.{code}", self.language), at=instant(at))
        found = cause_code(record)
        cause = cause_view(found, self.language, self.catalogue) if found else None
        return RecordAnswer(
            affiliate=record.key.affiliate,
            channel=channel.name if channel else record.key.affiliate,
            sku=record.key.sku,
            status=record.status,
            situation=situation,
            detail=detail(record, code, self.language, self.catalogue),
            cause=cause,
            message=record.message if cause is not None and found == record.cause else "",
            balance=BalanceAnswer(
                current=record.balance,
                unlimited=record.unlimited,
                observed_at=instant(record.observed_at),
                skipped=self._skipped(record.skipped, channel) if record.skipped else None,
            ),
            policy=list(self._policy(record, channel)) if explained and channel is not None else [],
            wanted=record.wanted,
            confirmed=record.confirmed,
            confirmed_at=instant(record.confirmed_at),
            version=record.version,
            why=_why(record.decision, self.language) if record.decision is not None else None,
            last_change_at=instant(record.last_change_at),
            changed_at=instant(record.waiting_since),
            processed_at=instant(record.processed_at),
            listed_at=instant(record.listed_at),
            late=record.late(self.now, late_after_ms(channel, self.late_after_s)),
            reflected_ms=record.reflected_ms,
            attempts=list(_attempts(record.attempts, evidence, asked_by)),
            request=record.request,
            removed=removal_view(record.removal) if record.removal else None,
            came_back_after=instant(_came_back_after(record)),
            actions=list(self._actions(record)),
        )

    def _skipped(self, skipped: Skipped, channel: Channel | None) -> SkippedAnswer:
        return SkippedAnswer(
            de=skipped.de,
            por=skipped.por,
            at=instant(skipped.at),
            reason=skipped.verdict,
            explanation=why_held(skipped, channel.threshold if channel else DEFAULT_THRESHOLD, self.language),
        )

    def _policy(self, record: Record, channel: Channel) -> Iterator[PolicyStepAnswer]:
        if record.balance is None:
            return
        policy = channel.policy
        settings = {**asdict(policy), "unlimited": policy.unlimited_as}
        for step in apply_policy(policy, record.balance, unlimited=record.unlimited):
            yield PolicyStepAnswer(
                code=step.name,  # type: ignore[arg-type]  # the names of policy.py
                text=say(f"policy.{step.name}", self.language, setting=settings.get(step.name)),
                quantity=step.quantity,
            )

    def _actions(self, record: Record) -> Iterator[Action]:
        """What would change something."""
        if self.role < Role.OPERATOR:
            return
        try:
            if operating.reprocess(record, "", self.now) != record:
                yield "reprocess"
        except NotPossible:
            pass
        if record.removal is None:
            yield "remove"
            return
        try:
            operating.restore(record, self.now)
            yield "restore"
        except NotPossible:
            pass


def _why(decision: Decision, language: str) -> WhyAnswer:
    found = say(f"found.{_found(decision)}", language) if decision.origin is Origin.RECONCILIATION else None
    text = say(f"why.{decision.verdict}", language)
    return WhyAnswer(
        code=decision.verdict, text=text, de=decision.de, por=decision.por, origin=decision.origin, found=found
    )


def _found(decision: Decision) -> str:
    """What a reconciliation found: that VTEX had changed, or anything else."""
    return "compared" if decision.de == decision.por else "missed"


def cause_view(code: str, language: str, catalogue: Catalogue = BUILT_IN) -> CauseAnswer:
    cause = catalogue.cause_of(code)
    return CauseAnswer(code=cause.code, title=cause.title[language], hint=cause.hint[language], cure=cause.cure)


def _came_back_after(record: Record) -> int | None:
    """What goes on, or went well, needs no second thought about its removal."""
    is_shown_error = record.status is Status.ERROR and record.removal is None
    return record.came_back_after if is_shown_error else None


def removal_view(removal: Removal) -> RemovalAnswer:
    return RemovalAnswer(at=instant(removal.at), undo_until=instant(removal.at + operating.RESTORABLE_MS))


def _attempts(
    attempts: Sequence[Attempt], evidence: Sequence[KeptEvidence], asked_by: Mapping[str, str]
) -> Iterator[AttemptAnswer]:
    """Evidence is kept right after its attempt was written down, and before the next one is."""
    ends = [later.at for _, later in pairwise(attempts)] + [None]
    for attempt, end in zip(attempts, ends, strict=False):
        kept = next((one for one in evidence if attempt.at <= one.at and (end is None or one.at < end)), None)
        yield AttemptAnswer(
            at=instant(attempt.at),
            outcome=attempt.outcome,
            quantity=attempt.quantity,
            version=attempt.version,
            message=attempt.message,
            http_status=attempt.http_status,
            request=attempt.request,
            asked_by=asked_by.get(attempt.request) if attempt.request is not None else None,
            evidence=_evidence(kept) if kept is not None else None,
        )


def _evidence(kept: KeptEvidence) -> EvidenceAnswer:
    evidence = kept.evidence
    return EvidenceAnswer(
        at=instant(kept.at),
        request=evidence.request,
        response=evidence.response,
        http_status=evidence.http_status,
        duration_ms=evidence.duration_ms,
    )
