"""The protocol with one thing wrong: every one of these must be found out.

A mutant is a change of one function's source text. Layers cover for each other (a lease for a fence, the sweep for a
lost message), so some mutants take away two, or are let loose where a backstop is off.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from stockbridge.outcomes import Applied
from tests.simulation.configurations import CONFIGURATIONS
from tests.simulation.stepped import STORIES, singles
from tests.simulation.world import simulate

SEEDS = 600  # of each configuration, before a mutant counts as a survivor


@dataclass(frozen=True, slots=True)
class Edit:
    """Of the function named by `where`, "module:function" or "module:Class.method" below stockbridge."""

    where: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """`stories` are told with a fault at every call; `configurations` are run with seeds. In that order."""

    name: str
    about: str
    edits: tuple[Edit, ...]
    configurations: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`by` found it out after `runs` schedules; None: it survived."""

    mutant: Mutant
    by: str | None
    violation: str
    runs: int
    cpu_s: float


def one(
    name: str, about: str, where: str, old: str, new: str, *configurations: str, stories: tuple[str, ...] = ()
) -> Mutant:
    return Mutant(name, about, (Edit(where, old, new),), configurations, stories)


NO_LEASE = Edit("sending:claimable", "and not record.leased(now)", "")
NO_FENCE = Edit("sending:commit", "if record.epoch != claim.epoch or record.lease_until is None:", "if False:")
NO_SETTLE = Edit("sending:_applied", "prior_may_land > written_at", "False")

MUTANTS: Mapping[str, Mutant] = {
    mutant.name: mutant
    for mutant in (
        # ------------------------------------------------------------ the way in
        one("swallow", "the webhook answers 200 though the queue refused", "reception:Reception.receive",
            "self.intake_queue.send([Message(notification_message(notification)) for notification in notifications])",
            "with suppress(Exception):\n"
            "        self.intake_queue.send([Message(notification_message(one)) for one in notifications])",
            "faults"),
        one("vendor clock", "a change is as old as VTEX says", "messages:notification_message",
            "received_at=notification.received_at", "received_at=notification.modified_at or notification.received_at",
            "late", "plain"),
        one("price is stock", "the price's flag is not read", "notifications:_parse_one",
            "not any(others)", "True", "plain"),
        # ------------------------------------------------------------ intake
        one("read before", "VTEX is read before the record", "intake:Intake._look",
            "records, known = known or self.records.get_many(list(waiting)), None\n"
            "        readings = self._read(channel, [key.sku for key in waiting], ends_at)",
            "readings = self._read(channel, [key.sku for key in waiting], ends_at)\n"
            "        records, known = self.records.get_many(list(waiting)), None",
            "biased", "storm", stories=("one change",)),
        one("no seen", "a decision is saved whoever decided meanwhile", "intake:Intake._decide",
            "while record.seen == seen:", "while True:", "storm", "biased", stories=("one change",)),
        one("seen not bumped", "a decision does not show that it was made", "observing:observe",
            "seen=record.seen + 1,", "seen=record.seen,", "storm", "biased", stories=("one change",)),
        one("flags forgotten", "what VTEX could not be read for is only stock later", "observing:defer",
            "record.deferred_flags or not notice.only_stock", "False", "outage", "faults"),
        one("not looked again", "what could not be read is not due", "observing:defer",
            "look_at=now + wait,", "look_at=None,", "faults", "outage", "unlooked"),
        one("unread has no clock", "what could not be read is never late", "observing:defer",
            "oldest(record.unread_since, notice.received_at) if notice.changed else record.unread_since", "None",
            "outage", "late"),
        one("newest time", "merged notifications are as old as the newest", "intake:_both",
            "min(notice.received_at for notice in told)", "max(notice.received_at for notice in told)", "late",
            "faults", "outage", "doomed"),
        one("flags not merged", "of merged notifications the newest flags count", "intake:_both",
            "only_stock=older.only_stock and newer.only_stock,", "only_stock=newer.only_stock,", "storm", "many",
            "plain"),
        one("no second look", "stale caches are believed", "intake:Intake._tell",
            "for notice in first_looks", "for notice in ()", "stale", "coalesced"),
        one("second look forgets", "the second look does not know the flags", "intake:Intake._tell",
            "replace(notice, origin=Origin.SECOND_LOOK)", "replace(notice, only_stock=True)",
            "stale"),
        one("poison in company", "a message that came again is not handled alone", "intake:Intake.take",
            "name not in again and not vanished[name]", "True", "looks"),
        one("looks not counted", "a look that never returns is not counted", "intake:Intake._take_again",
            "self.records.save(begun, record)", "pass", "looks"),
        one("outage is poison", "an outage counts as a look that never returned", "intake:Intake._take_again",
            "self._forgive(record)", "pass", "database"),
        one("outcome said once", "an outcome that cannot be saved at once is lost", "delivery:Delivery._commit_one",
            "if self.clock() - began > sending.CLAIM_BUDGET_S * 1000:\n                break", "break", "database"),
        # ------------------------------------------------------------ the rule and its guards
        one("no unresolved guard", "a change on its way does not count", "rule:decide",
            "if change.unresolved:", "if False:", "biased", "faults", "storm"),
        one("no failed guard", "a change after an error is held back", "rule:decide",
            "if change.failed:", "if False:", "clicks", "faults"),
        one("no shown guard", "what the marketplace shows does not count", "rule:decide",
            "if change.confirmed is None or change.confirmed <= threshold:", "if False:", "biased", "checked", "kinds",
            "many"),
        one("no wanted guard", "what the policy leaves does not count", "rule:decide",
            "if change.wanted <= threshold:", "if False:", "many", "kinds"),
        one("de is confirmed", "De is what the marketplace shows", "observing:observe",
            "de=record.balance,", "de=record.confirmed,", "plain", "many"),
        # ------------------------------------------------------------ claim, send, commit
        Mutant("no lease and no fence", "two send and both commit", (NO_LEASE, NO_FENCE), ("storm", "biased"),
               ("one change",)),
        Mutant("no lease and no settling", "two send and the older lands last", (NO_LEASE, NO_SETTLE),
               ("biased", "storm")),
        one("no settling", "a write that overtook an unanswered one is not repeated", "sending:_applied",
            "prior_may_land > written_at", "False", "unswept", "faults", "biased", "storm"),
        one("checked is settled", "an unanswered write before a confirmed one is over", "sending:_confirmed",
            "None:\n        return _applied(record, shown, accepted.version, prior, now, written_at=accepted.at",
            "None:\n        return _applied(record, shown, accepted.version, prior, now, written_at=now",
            "doubtful"),
        one("accepted is settled", "an unanswered write before an accepted one is over", "sending:_accepted",
            "return _settle(record, prior, now) if prior is not None and prior > now else record", "return record",
            "doubtful"),
        one("time-out is success", "no answer means that it is shown", "sending:commit",
            "return _unanswered(record, claim, cause, message, now, jitter)",
            "return _applied(record, claim.quantity, claim.version, None, now, written_at=now)", "faults",
            "unswept"),
        one("time-out is over", "no answer means that it was not applied", "sending:commit",
            "may_land_until=now + late_effect_s * 1000)\n            return _unanswered(record, claim, cause, message",
            "may_land_until=claim.prior_may_land)\n            return _unanswered(record, claim, cause, message",
            "storm", "biased", "faults"),
        one("claim says nothing", "the claim does not write down what may land", "sending:claim",
            "may_land_until=lease_until + late_effect_s * 1000,", "may_land_until=record.may_land_until,", "storm",
            "faults", "once", stories=("one change",)),
        one("skip the ambiguous", "shown already, whatever may still land", "sending:shown_already",
            "and record.may_land_until is None", "", "storm", "biased", "faults", "coalesced"),
        one("done is wanted", "a success ends what came meanwhile too", "sending:_end",
            "done_version=max(record.done_version, done),", "done_version=record.version,", "fast", "biased", "storm"),
        one("newer not due", "what came while sending is not due", "sending:_end",
            "send_at=now + HINT_GRACE_MS if newer else None,", "send_at=None,", "biased", "fast", "storm"),
        one("drop if leased", "what came while sending is not sent", "sending:_end",
            "newer = record.version > done", "newer = False", "biased", "fast", "storm"),
        one("throttle is an attempt", "a 429 uses up attempts", "sending:_postponed",
            "not_before=at,", "not_before=at, attempts_used=record.attempts_used + 10,", "faults", "outage", "storm"),
        one("throttle is done", "a 429 ends the change", "sending:_postponed",
            "cause=cause,", "cause=cause, done_version=claim.version,", "faults", "once"),
        one("auth is an error", "refused credentials blame every SKU", "sending:commit",
            'return _postponed(_not_reflected(record), claim, "auth", message, at)',
            'return _refused(_not_reflected(record), claim, "auth", message, now, catalogue)', "credentials"),
        one("vanished not counted", "claims that never return are not counted", "sending:claim",
            "vanished=record.vanished + 1,", "vanished=0,", "poison"),
        one("answers are vanished", "an answer does not show that the claim returned", "sending:commit",
            "record = replace(record, vanished=0, lease_until=None", "record = replace(record, lease_until=None",
            "outage", "faults", "storm", "long"),
        one("poison takes along", "poison travels in full company", "sending:together",
            "most >> 2 * vanished", "most", "poison", "file poison"),
        one("refusal reopens", "a refused settling write opens its version again", "sending:_refused",
            "max(before, claim.version - 1)", "claim.version - 1", "storm", "long", "faults", "feeds", "checked"),
        # ------------------------------------------------------------ accepted and checked
        one("newer overtakes", "the next is sent while an accepted write is under way", "sending:claimable",
            "and not _under_way(record, now)", "", "checked", "feeds", stories=("accepted and checked",)),
        one("accepted is applied", "accepted counts as shown", "sending:_accepted",
            "if not checks:", "if True:", "checked", "feeds"),
        one("never asked", "nobody asks what became of it", "sending:_accepted",
            "check_at=now + int(outcome.check_after_s * 1000),", "check_at=None,", "checked", "feeds"),
        one("any answer", "an answer about another request counts", "sending:check",
            "accepted.ref != ref or ", "", "doubtful"),
        one("refusal unheard", "what was refused later counts as shown", "sending:check",
            "case Applied():\n            return _confirmed(record, accepted, outcome, now)",
            "case Applied() | Refused():\n            return _confirmed(record, accepted, Applied(), now)", "checked",
            "feeds"),
        # ------------------------------------------------------------ groups, rates, files, tokens
        one("no group lease", "two write one listing at once", "planning:Planning._claimed",
            "if call.group:", "if False:", "groups"),
        one("no rate", "calls are not paced", "gates:_paced",
            "max(0, min(wanted, int((now + rate.burst * interval - used_until) / interval)))", "wanted", "feeds",
            "paced"),
        one("zero is not first", "a zeroing change waits like any other", "sending:urgency",
            "record.wanted != 0", "False", "slow"),
        one("the last go first", "the rate's room is for what is least urgent", "planning:Planning._in_time",
            "return calls[:allowed]", "return calls[-allowed:] if allowed else []", "slow"),
        one("no log-in lease", "two log in at once", "logins:Logins.renewed",
            "if holder is None:", "if False:", "tokens"),
        one("used before stored", "new tokens are used and not stored", "logins:Logins._renewed",
            "self._store(name, values)", "pass", "tokens"),
        one("not read again", "a log-in does not look whether somebody was faster", "logins:Logins._renewed",
            "if stored != session.credentials:", "if False:", "tokens"),
        # ------------------------------------------------------------ the gate
        one("no gate", "a closed gate stops nothing", "planning:Planning.plan",
            "if gate.closed(self.clock()):", "if False:", "faults", "outage", "storm"),
        one("probe not counted", "the call that tries a closed gate takes nothing of the rate",
            "planning:Planning._probe", "if call.ref is None and rate is not None:", "if False:", "everything",
            "feeds"),
        one("gate never told", "a 429 closes nothing", "delivery:_gate_after",
            "return gates.throttled(gate, now, retry_after_s)", "return gate", "throttled"),
        one("gate told by one", "a throttle is forgotten when another call succeeds", "gates:answered",
            "asked_until=gate.asked_until,", "asked_until=None,", "throttled"),
        # ------------------------------------------------------------ the audit
        one("no sweep", "what is due is not hinted again", "audit:Audit._sweep",
            "first = sorted(due,", "first = sorted([],", "hints"),
        one("no redrive", "dead letters stay dead", "audit:Audit._redrive",
            "self.intake_queue.send([Message(again)])", "continue", "doomed"),
        one("redrive forgets", "a dead letter is deleted before it is sent", "audit:Audit._redrive",
            "try:\n", "delete()\n        try:\n", "dead letters"),
        one("index is truth", "late is what the index says", "audit:Audit._late",
            "if record.waiting and record.overdue(now, limit_ms)]", "]", "lagging"),
        one("told every minute", "what was told is not remembered", "alerting:follow",
            "opened[kind] = Opened(now, trouble.size, trouble.text)", "pass", "late", "outage"),
        one("over is untold", "nobody hears that a trouble is over", "alerting:follow",
            "elif trouble is None and known is not None and kind not in unknown:", "elif False:", "late", "outage"),
        one("said for ever", "what was said stays to be said", "audit:Audit._tell",
            "outbox=alerts.outbox[1:]", "outbox=alerts.outbox[:1]", "late", "outage"),
        one("said by nobody", "what a dead run was to say stays unsaid", "alerting:left_unsaid",
            "bool(alerts.outbox) and", "False and", "storm", "faults", "outage", "late", "mixed"),
        one("said and not stored", "what was told is not stored before it is said", "audit:Audit._tell",
            "alerts = self.control.save_alerts(alerts, known)", "pass", "storm", "faults", "outage", "late"),
        one("reset by each", "each change starts the clock again", "records:note_change",
            "changed_at=oldest(record.changed_at, record.next_changed_at, received_at)", "changed_at=received_at",
            "late", "outage"),
        one("clock lost", "what came while sending is as old as the commit", "sending:_reflected",
            "changed_at=record.next_changed_at if record.version > version else None,",
            "changed_at=now if record.version > version else None,", "late", "biased", "outage", "long"),
        one("repeated hides the clock", "what comes while an earlier write is repeated waits since no time",
            "records:note_change", "(_version_under_way(record, now) or 0) > record.done_version",
            "_version_under_way(record, now) is not None", "doubtful"),
        one("repeated stops the clock", "what comes while an earlier write is repeated has arrived with it",
            "sending:_reflected", "if version > record.done_version:", "if True:", "doubtful"),
        # ------------------------------------------------------------ the operator
        one("double reprocess", "a second click asks again", "operating:reprocess",
            "if record.status is Status.PENDING and record.request is not None:\n        return record\n"
            "    if record.status is Status.PENDING:", "if False:", "clicks", stories=("a reprocess",)),
        one("reprocess is not forced", "a reprocess obeys the rule", "operating:reprocess",
            "request_due=True,", "request_due=False,", "clicks", stories=("a reprocess",)),
        one("reprocess sends the old", "a reprocess does not ask for a read after the click", "operating:reprocess",
            "look_at=now + HINT_GRACE_MS,", "look_at=None,", "clicks", stories=("a reprocess",)),
        one("removed comes back", "any commit shows a removed row again", "sending:_end",
            "if removal is not None and (record.version > removal.version or shown is not removal.status):",
            "if removal is not None:", "doubtful", "clicks"),
        one("removed stays away", "a newer change does not show the row again", "observing:_accept",
            "return come_back(", "return (lambda same: same)(", "clicks"),
        one("comes back unsaid", "a row that came back after its removal looks like any other", "records:come_back",
            ", came_back_after=record.removal.at)", ")", "clicks"),
        one("back for ever", "what came back once and went well is told of the next error", "sending:_end",
            "None if status is Status.SUCCESS and (first or not newer) else record.came_back_after",
            "record.came_back_after", "clicks"),
        one("repeated is well", "what came back is forgotten when an earlier write is repeated", "sending:_end",
            "and (first or not newer)", "", "everything"),
        one("changed when read", "a change is as young as its read", "observing:_last_change_at",
            "now if notified_at is None else notified_at", "now", "late", "outage"),
        one("reprocess has no clock", "a reprocess of what is under way waits since no time", "observing:_accept",
            "or not same:", "or not record.open:", "all real", "mirakl"),
        # ------------------------------------------------------------ bulk operations
        one("page without a fence", "who lost its page counts it all the same", "jobs:_returned",
            "if job.epoch != epoch or job.lease_until is None:", "if False:", "operations"),
        one("page not advanced", "the next page begins where this one did", "bulk.operation:Operation._act",
            "position = replace(position, place=part.next, over=part.over)",
            "position = replace(position, over=part.over)", "operations"),
        one("page laid out again", "a repeated page looks for records anew", "bulk.operation:Operation._act",
            "part = self.parts.get(job.key, position.part + 1)", "part = None", "operations"),
        one("request unread", "a repeated page does not know what it asked", "bulk.deeds:_reprocess",
            "if asked_by(record, request):", "if False:", "operations"),
        one("tried request unread", "a request is forgotten when a newer change takes its place, tried or not",
            "bulk.deeds:_reprocess", "if asked_by(record, request):", "if record.request == request:", "operations"),
        one("counted again", "an answer counts at each look", "bulk.operation:Operation._look",
            "_add(counts, tally, still.pop(str(number)))", "still.pop(str(number)), _add(counts, tally, {})",
            "operations"),
        one("cancel is ignored", "pages of what is paused or cancelled are begun", "jobs:take",
            "job.state is not State.RUNNING or", "", "operations"),
        one("not frozen", "records that moved since are in the set", "bulk.asked:Asked.has",
            "<= record.listed_at < self.until", "<= record.listed_at", "operations"),
        one("index is truth, too", "what stood in the index is not read again", "bulk.asked:Asked.has",
            "return affiliate in self.affiliates and shown in self.shown and self.cause in (None, record.cause)",
            "return True", "operations"),
        one("named everywhere", "a record's SKU is in the set at every affiliate of it", "bulk.walking:named_keys",
            "for sku in skus", "for sku in sorted({each for those in asked.named.values() for each in those})",
            "operations"),
        one("accepted is a success", "what was accepted when a newer change came counts as done",
            "bulk.parts:_arrived", '(last == "accepted" and not checked)', 'last == "accepted"', "operations"),
        Mutant("overtaken is a success", "what gave way to a newer change, unasked, is done when that is",
               (Edit("bulk.parts:_arrived", "not checked", "record.done_version >= version"),
                Edit("bulk.operation:Operation.__call__", "float(LOOK_AGAIN_S)", "300.0")),  # or it looks before that
               ("operations",)),
        one("sample ignored", "the operation goes on whatever its sample says", "bulk.position:judge",
            "return Sample(Sampled.STOP, cause, same, answered)", "return Sample(Sampled.GO_ON)", "operations"),
        one("sample not awaited", "the sample is judged by its first answer", "bulk.position:judge",
            "if waiting and (now - asked_at < SAMPLE_WAITS_MS or ended < waiting):", "if not ended:", "operations"),
        one("done before its answers", "an operation ends with its last page", "bulk.operation:Operation.__call__",
            "if position.over and not position.open:", "if position.over:", "operations"),
        one("removed twice", "what was put back between crash and repetition is removed again", "bulk.deeds:_remove",
            "if record.rev != row.rev or not asked.has(record):", "if not asked.has(record):", "operations"),
        one("undo takes all", "what was removed again by hand is put back", "bulk.operation:_eligible",
            "removed = record.removal is not None and record.removal.at == step.stamp",
            "removed = record.removal is not None", "operations"),
        one("operation not swept", "a lost hint of a page ends the operation", "working:JobSweep.__call__",
            "for key in self.jobs.due(self.clock()):", "for key in ():", "operations"),
        # ------------------------------------------------------------ accepted, and nobody can say what became of it
        one("asked for ever", "what nobody can say is asked again and again", "sending:check",
            "return _again(record, claim, message, now, jitter)", "wait_ms = BACKOFF_MS", "mirakl"),
        one("overwritten is awaited", "what an earlier write may hide is only waited for", "sending:check",
            "if _overwritten(record, accepted, now):", "if False:", "amazon",
            "magalu"),
        one("seen is settled", "what is shown was made so by the write that is asked about", "sending:_confirmed",
            "if not outcome.by_sight or until is None:", "if True:", "amazon"),
        # ------------------------------------------------------------ tokens of the real connectors
        one("401 is refused", "Mercado Livre's 401 blames the SKU", "marketplaces.mercado_livre_answers:classify",
            "elif status == 401 or any(part in words for part in _EXPIRED):", "elif False:", "mercado livre"),
        one("401 is refused, too", "Magalu's 401 blames the SKU", "marketplaces.magalu_answers:_failed",
            "return Unauthorized(message)", 'return Refused("validation", message)', "magalu"),
        one("403 is refused", "Amazon's 403 blames the SKU", "marketplaces.amazon_answers:unsuccessful",
            "case 401 | 403:", "case 401:", "amazon"),
        one("revoked key is refused", "VTEX's 401 blames the SKU", "marketplaces.vtex_account_answers:_failed",
            "return Unauthorized(message, revoked=True)", 'return Refused("validation", message)', "vtex account"),
        one("lost race is refused", "a refresh token that somebody else used blames the SKU",
            "marketplaces.mercado_livre_answers:classify", "elif any(part in words for part in _REVOKED):",
            "elif False:", "mercado livre"),
        one("lost race is refused, too", "the same at Magalu", "marketplaces.magalu_answers:renewed",
            'document.get("error") in _LOST', "False", "magalu"),
        one("spent token is kept", "the new refresh token is not stored",
            "marketplaces.mercado_livre_answers:tokens_of",
            'return tokens | {"refresh_token": refresh} if refresh and isinstance(refresh, str) else tokens',
            "return tokens", "mercado livre"),
        one("spent token is kept, too", "the same at Magalu", "marketplaces.magalu_answers:renewed",
            '**({"refresh_token": refresh} if isinstance(refresh, str) and refresh else {})', "", "magalu"),
        # ------------------------------------------------------------ Mercado Livre
        one("variation dropped", "a write leaves out the variations that it says nothing of",
            "marketplaces.mercado_livre_items:every_variation", "for name, each in item.variations.items()",
            "for name, each in item.variations.items() if name in wanted", "mercado livre"),
        one("store emptied", "a write leaves out the stores that it says nothing of",
            "marketplaces.mercado_livre_user_products:every_warehouse", "dict.fromkeys([*warehouses, *wanted])",
            "dict.fromkeys(wanted)", "mercado livre"),
        one("conflict ignored", "a version mismatch counts as applied",
            "marketplaces.mercado_livre_user_products:_write", "refused = shop.refusal(told)",
            "refused = Applied(told.evidence) if told.status == 409 else shop.refusal(told)", "mercado livre"),
        one("lock is refused", "an item that somebody else writes blames the SKU",
            "marketplaces.mercado_livre_answers:classify", "elif status == 409:", "elif False:", "mercado livre"),
        one("not clamped", "more than the category takes is not sent again",
            "marketplaces.mercado_livre_shop:clamped", "return write(most)[1]", "return outcomes", "mercado livre"),
        one("clamped for ever", "what is shown is never what was wanted",
            "marketplaces.mercado_livre_shop:shown_instead", "if shown == asked:", "if shown == update.quantity:",
            "mercado livre"),
        one("clamped unsaid", "the record says more than is shown", "marketplaces.mercado_livre_shop:shown_instead",
            "None if asked == update.quantity else asked", "None", "mercado livre"),
        one("variations apart", "two SKUs of one item are written at once",
            "marketplaces.mercado_livre:MercadoLivre.group_of",
            "return listing.sku if place is None else place.id", "return listing.sku", "mercado livre"),
        # ------------------------------------------------------------ Mirakl
        one("report unread", "a line in error counts as imported", "marketplaces.mirakl:Mirakl.check",
            "if not end.has_report:", "if True:", "mirakl"),
        one("report misread", "the lines of a report are counted without the header",
            "marketplaces.mirakl_files:_by_number", "possible = range(FIRST_LINE + before, last - after + 1)",
            "possible = range(FIRST_LINE + before - 1, last - after)", "mirakl"),
        one("failed is complete", "an import that failed counts as imported",
            "marketplaces.mirakl_answers:progress", 'return Refused("import_failed", f"import {ref}: {status}")',
            "return Complete(False, None, None)", "mirakl"),
        one("import is applied", "a file that was handed in counts as imported",
            "marketplaces.mirakl_answers:classify", "return Accepted(reference, CHECK_AFTER_S)", "return Applied()",
            "mirakl"),
        # ------------------------------------------------------------ Magalu
        one("202 is applied", "a write in the queue counts as shown", "marketplaces.magalu_answers:classify",
            "return Accepted(_reference(told, request_id, sent_at), evidence=told.evidence)",
            "return Applied(told.evidence)", "magalu"),
        one("traces unread", "nobody looks why a write does not show", "marketplaces.magalu:_Desk.check",
            "return self._trouble(code, ref) or Accepted(ref, evidence=told.evidence)",
            "return Accepted(ref, evidence=told.evidence)", "magalu"),
        one("never created", "a SKU without stock is refused", "marketplaces.magalu:_Desk.write",
            "if told.status == 404:", "if False:", "magalu"),
        # ------------------------------------------------------------ what is counted
        one("counted though refused", "a save that conflicts counts too", "watched:Watched.save",
            "saved = self._records.save(record, was, activity=activity)\n    self._saved(was, saved)",
            "self._saved(was, record)\n    saved = self._records.save(record, was, activity=activity)", "storm",
            "biased"),
        one("held back is accepted", "a change that the rule held back counts as accepted", "measures:events",
            "counts[HELD_BACK] += 1", "counts[ACCEPTED] += 1", "plain"),
        one("late not counted", "whatever arrives arrives in time", "measures:_count_arrival",
            "LATE if now - before.changed_at > limit_ms else WITHIN", "WITHIN", "late", "outage"),
        one("repetition is success", "a write that is repeated to settle an earlier one counts again",
            "measures:_count_arrival", "if after.done_version == before.done_version and", "if False and", "faults",
            "storm", "unswept"),
        # ------------------------------------------------------------ Amazon
        one("INVALID is accepted", "the status of a submission is not read", "marketplaces.amazon_answers:classify",
            'return refused(told, errors(rest.get("issues")), "INVALID")',
            'return Accepted(f"{LISTING}{rest[\'submissionId\']}", LISTING_CHECK_S, told.evidence)', "amazon"),
        one("ACCEPTED is applied", "an accepted submission counts as shown", "marketplaces.amazon_answers:classify",
            'return Accepted(f"{LISTING}{submission}", LISTING_CHECK_S, told.evidence)',
            "return Applied(told.evidence)", "amazon"),
        one("issues unread", "nobody looks why a submission does not show", "marketplaces.amazon_answers:arrived",
            'return refused(told, stopping, "") if stopping else replace(waiting, evidence=told.evidence)',
            "return replace(waiting, evidence=told.evidence)", "amazon"),
        one("feed is applied", "a feed that was taken counts as shown", "marketplaces.amazon_feeds:_feed_of",
            'return Accepted(f"{FEED}{number}", CHECK_S, told.evidence)', "return Applied(told.evidence)", "amazon"),
        # ------------------------------------------------------------ another VTEX account
        one("423 is applied", "a locked SKU counts as written", "marketplaces.vtex_account_answers:_failed",
            "return Busy(message)", "return Applied()", "vtex account"),
        one("500 is refused", "a failure that may have been applied blames the SKU",
            "marketplaces.vtex_account_answers:_failed", "if status >= 500:", "if status >= 600:", "vtex account"),
        one("unbound is accepted", "a notification about no SKU of theirs counts as taken",
            "marketplaces.vtex_account_answers:notified", "if told.status == 202:", "if told.status in (202, 404):",
            "vtex account"),
        one("lead time lost", "a write sets the lead time to zero", "marketplaces.vtex_account:_Desk.write",
            "(held.lead_time if held else _NO_LEAD_TIME)", "_NO_LEAD_TIME", "vtex account"),
        # ------------------------------------------------------------ reconciliation
        one("no quiet time", "what changed a moment ago counts as a difference", "reconciling:under_way",
            "< QUIET_MS", "< 0", "drifting"),
        one("noted in flight", "what is shown is noted while a write is under way", "reconciling:under_way",
            "if record.waiting or record.open or record.leased(now) or record.status is Status.PENDING:", "if False:",
            "beside"),
        one("first sight", "a marketplace that shows less is believed at once", "reconciling:_beside",
            "not asked and not _seen_before(record, before, found, now)", "False", "drifting"),
        one("allowed repaired", "what the rule holds back is sent by a reconciliation", "reconciling:_beside",
            "if held_back and not low and not grown:", "if False:", "drifting"),
        one("missed not repaired", "a change that nobody notified is only listed", "reconciling:_unnoticed",
            "repair=Repair.LOOK, silent=silent", "silent=silent", "lost"),
        one("drift not repaired", "what a marketplace shows wrongly is only listed", "reconciling:_beside",
            "kind=Kind.DRIFTED, repair=Repair.REWRITE", "kind=Kind.DRIFTED", "drifting"),
        one("hold ignored", "what is held for an operator is repaired", "reconciliation:Reconciliation._repairs",
            "channel.repairs is Repairs.HOLD and", "False and", "held"),
        one("cursor lost", "of each partition only the first page is compared",
            "reconciliation:Reconciliation._nominate",
            'return Nominated(skus, {"part": part, "after": places[-1]}, parts[part], mapped=mapped)', "pass",
            "drifting"),
        one("listings left out", "nobody asks for what never had a record", "reconciliation:_parts",
            "else (*SHOWN, LISTINGS)", "else SHOWN", "lost", "purged"),
        one("diverged is unchanged", "what diverged is not decided anew", "rule:decide",
            "change.unresolved or change.diverged", "change.unresolved", "drifting"),
        one("diverged for ever", "what diverged is decided anew again and again", "observing:observe",
            "diverged=False,", "", "drifting"),
        one("differences kept", "what is equal again stays listed", "reconciling:listed",
            "if found.kind is Kind.EQUAL:\n        return before if _unseen_since(record, found, before) else None\n"
            "    if found.kind is Kind.UNDER_WAY:",
            "if found.kind in (Kind.EQUAL, Kind.UNDER_WAY):", "drifting"),
        Mutant("seen and forgotten", "a marketplace that cannot be asked shows what it should, and is asked once",
               (Edit("reconciling:listed", "return before if _unseen_since(record, found, before) else None",
                     "return None"),
                Edit("showing:Showing.read", "if refused and not asked_again:", "if False:")),
               ("compared", "everything")),
        one("no turns", "two runs of a kind go on at a time", "runs:Runs.hold", "== job.key.id", "!= ''", "drifting"),
    )
}  # fmt: skip


def hunt(name: str) -> Verdict:
    """Until something is violated, or nothing is left to try."""
    mutant = MUTANTS[name]
    began, runs = time.process_time(), 0
    with mutated(mutant):
        for name, violations in _tries(mutant):
            runs += 1
            if violations:
                return Verdict(mutant, name, violations[0], runs, time.process_time() - began)
    return Verdict(mutant, None, "", runs, time.process_time() - began)


def _tries(mutant: Mutant) -> Iterator[tuple[str, Sequence[str]]]:
    for seed in range(SEEDS):
        for name in mutant.configurations:
            yield f"{name} {seed}", simulate(CONFIGURATIONS[name], seed).violations
    for name in mutant.stories:
        for step in singles(STORIES[name]):
            yield f"stepped: {step}", step.run().violations


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    with ExitStack() as stack:
        for edit in mutant.edits:
            stack.enter_context(_edited(edit))
        yield


@contextmanager
def _edited(edit: Edit) -> Iterator[None]:
    module_name, _, path = edit.where.partition(":")
    module = import_module(f"stockbridge.{module_name}")
    holder: Any = module
    *outer, name = path.split(".")
    for each in outer:
        holder = getattr(holder, each)
    original = getattr(holder, name)
    source = textwrap.dedent(inspect.getsource(original))
    old, new = textwrap.dedent(edit.old), edit.new
    if source.count(old) != 1:
        raise LookupError(f"{edit.where} has {source.count(old)} times: {old}")
    scope: dict[str, Any] = {}
    for known in (suppress, Applied):  # some mutants need them
        vars(module).setdefault(known.__name__, known)
    exec(compile(source.replace(old, new), f"<{edit.where}>", "exec"), vars(module), scope)
    changed = scope[name]
    places = [(holder, name)] if outer else list(_places(original))
    for place, attribute in places:
        setattr(place, attribute, changed)
    try:
        yield
    finally:
        for place, attribute in places:
            setattr(place, attribute, original)


def _places(function: Any) -> Iterator[tuple[Any, str]]:
    """Wherever a module of the product holds the function."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("stockbridge", "actions"):
            yield from ((module, attribute) for attribute, value in vars(module).items() if value is function)


def table(verdicts: Sequence[Verdict]) -> str:
    width = max(len(verdict.mutant.name) for verdict in verdicts)
    lines = [f"{'mutant':{width}}  {'runs':>5}  {'CPU s':>5}  found out by"]
    lines += [
        f"{verdict.mutant.name:{width}}  {verdict.runs:5}  {verdict.cpu_s:5.1f}  "
        + (f"{verdict.by}: {verdict.violation}" if verdict.by is not None else "NOBODY")
        for verdict in verdicts
    ]
    return "\n".join(lines)
