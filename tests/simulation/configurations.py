"""What the simulated world is like. Each configuration says which rare events it must have seen over a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.simulation.marketplaces import Manners
from tests.simulation.vtex import Weather

GOOD_MANNERS = Manners()
FAIR_WEATHER = Weather()
BAD_MANNERS = Manners(throttles=0.06, refuses=0.03, reviews=0.01, busy=0.03, fails=0.06, times_out=0.08)
BAD_WEATHER = Weather(unreadable=0.08, one_unreadable=0.03, repeated=0.1, delay_ms=90_000)
REAL_MANNERS = replace(BAD_MANNERS, fails=0.04, times_out=0.05, races=0.1)  # of each request, and some take several
OLDER_IGNORES = ("skipped", "decision", "look_cause", "reflected_ms", "request_cause")


@dataclass(frozen=True, slots=True)
class Configuration:
    """`faults`, `duplicates`, `hints_lost`, `older` and `biased` are probabilities: of a call, a delivery, a sent
    export message, an invocation by the previous version, and of a change at VTEX while a send is under way."""

    name: str
    about: str
    sometimes: tuple[str, ...] = ()
    share: int = 4  # of the schedules of a run over all configurations
    channels: tuple[tuple[str, str], ...] = (("SPT", "immediate"),)  # affiliate and kind of marketplace
    products: tuple[int, ...] = (2, 1)  # how many SKUs each has
    changes: int = 8
    minutes: int = 40
    faults: float = 0.0
    slow: float = 0.0
    skew_ms: int = 0
    index_lag_ms: int = 0
    duplicates: float = 0.0
    hints_lost: float = 0.0
    purges: int = 0
    weather: Weather = FAIR_WEATHER
    manners: Manners = GOOD_MANNERS
    outage_minutes: int = 0
    database_minutes: int = 0  # in which most saves are refused
    lock_out_minutes: int = 0
    revocations: int = 0
    clicks: int = 0
    operations: int = 0
    poison: int = 0
    poisonous_looks: int = 0
    older: float = 0.0
    biased: float = 0.0
    switched_off_minutes: int = 0
    late_after_s: int = 3_600
    sweep: bool = True
    second_look: bool = True
    zero_first: bool = False  # nothing fails, so of one batch zeroing changes are sent before others
    reconcile: bool = False  # runs of reconciliations, as they are scheduled
    drifts: int = 0  # times that a marketplace sells, or is edited
    held: bool = False  # repairs wait for an operator, who asks for them in the end
    too_late: bool = False  # what lands later than promised is excused until the next change


ALL_REAL = (
    ("MLB", "mercado_livre"), ("CRF", "mirakl"), ("MGL", "magalu"), ("MZN", "amazon"), ("VTX", "vtex_account"),
)  # fmt: skip
ALL_KINDS = (
    ("SPT", "immediate"), ("ACC", "accepting"), ("CHK", "checked"), ("FED", "feeding"), ("GRP", "grouping"),
    ("PCD", "paced"), ("TKN", "tokened"),
)  # fmt: skip

# The real connectors, each with a marketplace that speaks its protocol.
REAL_ONES = (
    Configuration(
        "mercado livre", "items, variations, warehouses and their versions, rotating tokens", share=3,
        channels=(("MLB", "mercado_livre"),), products=(3, 2, 1, 1), changes=14, minutes=60, revocations=2,
        faults=0.01, slow=0.02, duplicates=0.05, biased=0.1, clicks=2, manners=REAL_MANNERS,
        sometimes=(
            "several SKUs of a listing", "somebody else writes", "version mismatch", "more than the category takes",
            "token refused", "token revoked", "consent revoked", "logged in", "refresh race lost",
            "refresh token refused", "a person logged in", "applied late", "5xx applied", "refused", "429",
        ),
    ),
    Configuration(
        "mirakl", "imports that wait, fail, and report on their lines", share=3, channels=(("CRF", "mirakl"),),
        products=(4, 2), changes=12, minutes=60, revocations=1, faults=0.04, duplicates=0.05, biased=0.1, clicks=2,
        manners=REAL_MANNERS,
        sometimes=(
            "file of several SKUs", "file failed", "file imported", "lines in error", "too early", "key refused",
            "a person logged in", "asked: Applied", "asked: Refused", "asked: not yet", "applied late",
        ),
    ),
    Configuration(
        "magalu", "writes that are queued, and traces", share=3, channels=(("MGL", "magalu"),), products=(3, 2),
        changes=14, minutes=60, revocations=2, faults=0.01, slow=0.02, duplicates=0.05, biased=0.1, clicks=2,
        manners=REAL_MANNERS,
        sometimes=(
            "202", "created by its first write", "somebody else writes", "asked: Applied", "asked: Refused",
            "asked: not yet", "token refused", "refresh race lost", "refresh token refused", "logged in",
            "a person logged in", "applied late",
        ),
    ),
    Configuration(
        "amazon", "submissions that show later, and feeds of them", share=3, channels=(("MZN", "amazon"),),
        products=(6, 4), changes=12, minutes=40, revocations=2, faults=0.005, duplicates=0.05, biased=0.1, clicks=2,
        manners=REAL_MANNERS,
        sometimes=(
            "ACCEPTED", "INVALID", "refused after its acceptance", "feed DONE", "feed FATAL", "messages refused",
            "report read", "asked: Applied", "asked: Refused", "asked: not yet", "token refused", "logged in",
            "a person logged in", "applied late",
        ),
    ),
    Configuration(
        "vtex account", "an inventory with locks and lead times, and a notificator", share=3,
        channels=(("NTF", "vtex_notified"), ("VTX", "vtex_account")), products=(3, 2), changes=14, minutes=40,
        revocations=1, faults=0.01, slow=0.02, duplicates=0.05, biased=0.1, clicks=2, manners=REAL_MANNERS,
        sometimes=(
            "somebody else writes", "asked by itself", "key refused", "a person logged in", "5xx applied",
            "applied late", "429",
        ),
    ),
    Configuration(
        "compared", "every real connector is asked what its marketplace shows; it sells, and is edited", share=2,
        channels=ALL_REAL, products=(2, 1, 1), changes=6, minutes=90, revocations=2, faults=0.005, duplicates=0.05,
        reconcile=True, drifts=14, manners=replace(REAL_MANNERS, refuses=0.01, reviews=0.0),
        weather=Weather(lost=0.3, retries=False),
        sometimes=(
            "notification lost", "sold", "edited", "read: told", "read: Unknown", "read: Unauthorized",
            "read: Throttled", "found missed", "found drifted", "found repaired", "found allowed", "logged in",
        ),
    ),
    Configuration(
        "no refusals", "every real connector; marketplaces fail and revoke, and refuse no quantity", share=1,
        channels=ALL_REAL, products=(2, 2, 1), changes=8, minutes=40, revocations=3, faults=0.01, duplicates=0.05,
        manners=replace(REAL_MANNERS, refuses=0.0, reviews=0.0), sometimes=("token refused", "429", "5xx"),
    ),
    Configuration(
        "all real", "every real connector, failing", share=1, channels=ALL_REAL, products=(2, 2, 1), changes=8,
        minutes=60, outage_minutes=15, lock_out_minutes=10, revocations=2, faults=0.02, slow=0.02, skew_ms=2_000,
        duplicates=0.05, biased=0.1, clicks=3, manners=REAL_MANNERS, weather=BAD_WEATHER,
        sometimes=("token refused", "key refused", "refused", "marketplace down", "settled", "applied late"),
    ),
)  # fmt: skip

CONFIGURATIONS: Mapping[str, Configuration] = {
    one.name: one
    for one in (
        Configuration("plain", "nothing fails", share=5, sometimes=("accepted", "held back", "second look")),
        Configuration(
            "once", "one SKU, one change, calls fail", products=(1,), changes=1, minutes=5, faults=0.12, share=20,
            manners=BAD_MANNERS, sometimes=("crash before", "crash after", "error before", "applied but error"),
        ),
        Configuration(
            "faults", "calls, marketplaces and VTEX fail", faults=0.03, slow=0.01, duplicates=0.05, share=15,
            weather=BAD_WEATHER, manners=BAD_MANNERS, skew_ms=2_000, clicks=2,
            sometimes=(
                "crash before", "crash after", "error before", "applied but error", "429", "4xx", "5xx", "5xx applied",
                "time-out applied", "time-out not applied", "applied late", "ClaimLost", "NothingToSend",
                "message delivered twice", "settled", "VTEX throttles", "VTEX times out", "one SKU unreadable at VTEX",
                "HintLost", "409",
            ),
        ),
        Configuration(
            "doomed", "most invocations fail, and messages die", faults=0.25, products=(1,), changes=4, minutes=60,
            manners=BAD_MANNERS, share=15,
            sometimes=("intake dead letter", "export dead letter", "Redriven", "SweptAgain"),
        ),
        Configuration(
            "storm", "the same, twice as often, many changes", faults=0.08, slow=0.03, duplicates=0.15, changes=20,
            weather=BAD_WEATHER, manners=BAD_MANNERS, skew_ms=2_000, clicks=4, biased=0.1, share=8,
            sometimes=("ClaimLost", "changed while sending", "alert"),
        ),
        Configuration(
            "kinds", "every kind of marketplace, failing", channels=ALL_KINDS, faults=0.02, manners=BAD_MANNERS,
            products=(3,), changes=6, share=2, biased=0.1, sometimes=("202", "applied late", "settled"),
        ),
        Configuration(
            "checked", "accepted first and confirmed or refused later", channels=(("CHK", "checked"),), share=5,
            faults=0.02, duplicates=0.05, manners=BAD_MANNERS, biased=0.2, clicks=3,
            sometimes=("asked: not yet", "asked: Applied", "asked: Refused", "429 to a question", "settled"),
        ),
        Configuration(
            "doubtful", "half of all writes stay unanswered, whatever confirms the others", slow=0.05, duplicates=0.1,
            channels=(("CHK", "checked"), ("ACC", "accepting")), products=(2,), changes=12, minutes=20, biased=0.3,
            clicks=6, hints_lost=0.4, manners=Manners(times_out=0.5), share=6,
            sometimes=("asked: Applied", "settled", "applied late"),
        ),
        Configuration(
            "throttled", "a marketplace asks for time again and again", products=(6,), changes=12, minutes=20,
            manners=Manners(throttles=0.25), share=4, sometimes=("429",),
        ),
        Configuration(
            "feeds", "files of many SKUs, one a minute, reported on later", channels=(("FED", "feeding"),),
            products=(4, 3), changes=12, minutes=30, faults=0.02, duplicates=0.05, manners=BAD_MANNERS, biased=0.2,
            sometimes=("file of several SKUs", "file failed", "asked: not yet", "asked: Applied", "asked: Refused"),
        ),
        Configuration(
            "groups", "listings of several SKUs, one write at a time", channels=(("GRP", "grouping"),),
            products=(4, 2), changes=12, minutes=15, faults=0.02, slow=0.05, duplicates=0.1, biased=0.3,
            manners=BAD_MANNERS, sometimes=("several SKUs of a listing", "409"),
        ),
        Configuration(
            "paced", "a rate of calls, and a file when that is too little", channels=(("PCD", "paced"),),
            products=(8, 6), changes=14, minutes=10, faults=0.01, duplicates=0.05, manners=BAD_MANNERS,
            sometimes=("file instead of calls", "asked: Applied"),
        ),
        Configuration(
            "slow", "a call every ten seconds for much more than that", channels=(("SLW", "slow"),), share=2,
            products=(5, 3), changes=30, minutes=4, manners=Manners(throttles=0.15), zero_first=True,
            sometimes=("429", "zeroing first of a batch"),
        ),
        Configuration(
            "tokens", "tokens end, are revoked, and are renewed once", channels=(("TKN", "tokened"),), share=6,
            changes=14, minutes=60, revocations=3, duplicates=0.1, biased=0.2, faults=0.02, products=(4,),
            sometimes=("token ended", "token revoked", "logged in", "refresh token used up"),
        ),
        Configuration(
            "stale", "VTEX's caches keep the value before; the second look repairs it", share=6,
            weather=Weather(stale_ms=330_000), sometimes=("stale balance read", "second look"),
        ),
        Configuration(
            "coalesced", "one notification for two changes; the second look repairs it", changes=16, minutes=20,
            weather=Weather(coalesced=0.7, delay_ms=60_000), sometimes=("notifications coalesced",),
        ),
        Configuration(
            "lost", "notifications are lost, caches are stale; a reconciliation repairs it", reconcile=True,
            weather=Weather(lost=0.3, stale_ms=330_000, coalesced=0.3, retries=False), faults=0.02, duplicates=0.05,
            sometimes=("notification lost", "stale balance read"),
        ),
        Configuration(
            "drifting", "notifications are lost, marketplaces change by themselves; runs find it, crash, are cancelled",
            channels=(("CHK", "checked"), ("GRP", "grouping")), reconcile=True, drifts=10,
            share=2, minutes=100, weather=Weather(lost=0.4, stale_ms=330_000, retries=False, unreadable=0.05),
            faults=0.01, duplicates=0.05, biased=0.1, skew_ms=2_000, manners=BAD_MANNERS, clicks=2,
            sometimes=(
                "notification lost", "sold", "edited", "run cancelled", "found missed", "found drifted",
                "found allowed", "found waiting", "found repaired", "found silent", "found never", "found failed",
                "JobsSwept", "429 to a read",
            ),
        ),
        Configuration(
            "held", "the same, and repairs wait for an operator", reconcile=True, drifts=8, held=True, share=2,
            minutes=100, weather=Weather(lost=0.4, retries=False), faults=0.005, duplicates=0.05,
            sometimes=("found held", "found repaired", "edited"),
        ),
        Configuration(
            "beside", "everything changes while it is compared, and writes stay unanswered", reconcile=True, drifts=12,
            share=2, products=(3,), changes=12, minutes=150, biased=0.3, duplicates=0.1,
            lock_out_minutes=25, manners=Manners(times_out=0.2, busy=0.05),
            weather=Weather(lost=0.2, retries=False),
            sometimes=("found under_way", "found drifted", "found repaired", "settled"),
        ),
        Configuration(
            "everything", "operations, reconciliations, operators, alerts and crashes at the same time",
            channels=(("TKN", "tokened"), ("FED", "feeding")), products=(4, 3), reconcile=True, drifts=8, operations=3,
            share=2, changes=14, minutes=100, clicks=6, revocations=2, outage_minutes=20, late_after_s=900, biased=0.1,
            weather=Weather(lost=0.3, stale_ms=330_000, coalesced=0.2, retries=False, unreadable=0.05), skew_ms=2_000,
            manners=replace(BAD_MANNERS, refuses=0.2, reviews=0.05), faults=0.01, duplicates=0.05, hints_lost=0.05,
            sometimes=(
                "notification lost", "sold", "edited", "found missed", "found drifted", "found failed",
                "found repaired", "run cancelled", "operation done", "page done",
                "clicked reprocess", "clicked remove", "clicked restore", "alert: late opened", "alert: late resolved",
                "alert: incident opened", "alert: incident resolved", "logged in", "file failed", "JobsSwept",
                "crash before", "crash after",
            ),
        ),
        Configuration(
            "outage", "90 minutes without marketplace and VTEX", outage_minutes=90, minutes=120, changes=10, share=5,
            faults=0.01, manners=BAD_MANNERS,
            sometimes=(
                "marketplace down", "VTEX fails", "alert: late opened", "alert: late resolved",
                "alert: incident opened", "alert: incident resolved", "ChangesLate", "BreakerOpened",
            ),
        ),
        Configuration(
            "database", "for hours most saves are refused", database_minutes=150, minutes=200, changes=8,
            sometimes=("not saved", "intake dead letter", "Redriven"),
        ),
        Configuration(
            "dead letters", "most saves are refused for hours, and calls fail too", database_minutes=120, faults=0.06,
            minutes=150, changes=8, sometimes=("intake dead letter", "Redriven", "not saved"),
        ),
        Configuration(
            "credentials", "the marketplace refuses the credentials for a while", lock_out_minutes=25, clicks=2,
            faults=0.01, sometimes=("credentials refused",),
        ),
        Configuration(
            "hints", "every export message is lost, the sweep does its work", hints_lost=1.0, purges=2,
            manners=BAD_MANNERS, sometimes=("message lost", "SweptAgain"),
        ),
        Configuration(
            "purged", "queues are purged in the middle; a reconciliation repairs it", purges=3, hints_lost=0.3,
            reconcile=True, faults=0.02, sometimes=("queue purged",),
        ),
        Configuration(
            "poison", "a SKU that kills the process that sends it, beside healthy ones", poison=1, products=(4,),
            changes=4, sometimes=("poison", "Parked"),
        ),
        Configuration(
            "looks", "a SKU that kills the process that reads it, beside healthy ones", poisonous_looks=1,
            products=(4,), changes=4, sometimes=("poisonous look", "Parked"),
        ),
        Configuration(
            "file poison", "a SKU that kills the process that sends it, among others of a file", poison=1,
            channels=(("FED", "feeding"),), products=(5,), changes=4, sometimes=("poison", "Parked"),
        ),
        Configuration(
            "clicks", "operators reprocess, remove and restore at the worst moments", clicks=25, share=6,
            manners=Manners(refuses=0.5, times_out=0.1, late_ms=60_000), faults=0.02, duplicates=0.05,
            sometimes=("clicked reprocess", "clicked remove", "clicked restore", "second click"),
        ),
        Configuration(
            "operations", "bulk operations, at the worst moments, of a function that fails", operations=3, share=5,
            channels=(("ACC", "accepting"), ("CHK", "checked")), products=(5, 4, 3), changes=12, minutes=40,
            manners=Manners(refuses=0.6, reviews=0.05, times_out=0.05), faults=0.01, duplicates=0.05, clicks=3,
            hints_lost=0.05, skew_ms=2_000, biased=0.2,
            sometimes=(
                "operation to reprocess", "operation to remove", "operation to restore", "operation started twice",
                "operation: pause", "operation: resume", "operation: cancel", "removal undone", "operation stopped",
                "operation done", "operation cancelled", "page done", "JobsSwept", "superseded",
                "crash before", "crash after",
            ),
        ),
        Configuration(
            "biased", "VTEX changes while a send is under way", share=8, biased=0.5, changes=6, duplicates=0.1,
            manners=Manners(times_out=0.2), sometimes=("changed while sending", "settled"),
        ),
        Configuration(
            "lagging", "the index of what is due is a minute and a half behind", index_lag_ms=90_000, faults=0.03,
            share=6, manners=BAD_MANNERS, late_after_s=600, outage_minutes=15, sometimes=("alert",),
        ),
        Configuration(
            "mixed", "every other invocation runs the previous version", older=0.5, faults=0.03, duplicates=0.05,
            manners=BAD_MANNERS, sometimes=("refused by the previous version",),
        ),
        Configuration(
            "late", "channels whose changes are late after ten minutes", late_after_s=600, outage_minutes=25,
            changes=14, manners=BAD_MANNERS, weather=BAD_WEATHER, sometimes=("alert",),
        ),
        Configuration(
            "switched", "a channel is switched off for a while", switched_off_minutes=15, faults=0.02,
            sometimes=("switched off",),
        ),
        Configuration(
            "many", "40 SKUs and two channels", channels=(("SPT", "immediate"), ("ACC", "accepting")), share=1,
            products=(10, 10, 10, 5, 5), changes=10, faults=0.005, manners=BAD_MANNERS,
        ),
        Configuration(
            "long", "a day and a half of changes", changes=40, minutes=2_000, faults=0.02, duplicates=0.05, share=1,
            weather=BAD_WEATHER, manners=BAD_MANNERS, skew_ms=2_000, clicks=6,
        ),
        Configuration(
            "fast", "nothing fails and neither sweep nor second look helps", sweep=False, second_look=False,
            duplicates=0.1, biased=0.2, sometimes=("changed while sending", "message delivered twice"),
        ),
        Configuration(
            "unswept", "marketplaces fail, no sweep", sweep=False, duplicates=0.1, biased=0.2,
            manners=Manners(fails=0.1, times_out=0.15), sometimes=("settled", "5xx"),
        ),
        Configuration(
            "unlooked", "calls fail, no second look", second_look=False, faults=0.03, duplicates=0.1, biased=0.1,
            manners=BAD_MANNERS,
        ),
        Configuration(
            "beyond", "writes land later than the connector promises; the next change repairs it", too_late=True,
            manners=Manners(times_out=0.2, late_ms=1_200_000), sometimes=("applied later than promised",),
        ),
        *REAL_ONES,
    )
}  # fmt: skip
