"""All rules over a room, in the order in which a report shows them."""

from typing import Final

from strongroom.check.room import access, dates, house, keeping, values
from strongroom.check.room.each import each, has_value
from strongroom.check.rule import Rule
from strongroom.check.rules.registry import RULES
from strongroom.gate.overview import BACKUP, DRILL
from strongroom.generate.kinds import Kind
from strongroom.model.policy import Tier

BACKUP_DAYS: Final = 30
DRILL_DAYS: Final = 92  # a quarter
_ABOUT_THE_DOCUMENT: Final = {"policy-review-overdue", "policy-header"}


def _all(_: object) -> bool:
    return True


ROOM_RULES: Final[tuple[Rule, ...]] = (
    Rule("room-expired", ("P-1.8",), "No value is in use past its end", each(dates.expired, of=has_value)),
    Rule("room-overdue", ("P-5.1", "P-1.9", "P-8.3"), "JWT keys are rotated in time", dates.overdue("jwt")),
    Rule("room-overdue", ("P-5.2", "P-1.9", "P-8.3"), "API keys are rotated in time", dates.overdue("api")),
    Rule("room-overdue", ("P-5.3", "P-1.9", "P-8.3"), "Database passwords are rotated in time", dates.overdue("database")),
    Rule("room-overdue", ("P-1.9", "P-8.3"), "Every other secret is rotated in time", dates.overdue("other")),
    Rule("room-period", ("P-2.1",), "JWT keys live no longer than their period", dates.period("jwt")),
    Rule("room-period", ("P-2.2",), "API keys live no longer than their period", dates.period("api-key")),
    Rule("room-period", ("P-2.3",), "Database passwords live no longer than their period", dates.period("database")),
    Rule("room-period", ("P-2.4",), "Redis passwords live no longer than their period", dates.period("redis")),
    Rule("room-period", ("P-2.5",), "Data keys live no longer than their period", dates.period("encryption")),
    Rule("room-period", ("P-2.6",), "What tracks errors is reviewed within a year", dates.period("sentry")),
    Rule("room-period", ("P-2.7",), "E-mail keys live no longer than their period", dates.period("email")),
    Rule("room-period", ("P-2.8",), "SMS keys live no longer than their period", dates.period("sms")),
    Rule("room-period", ("P-2.9",), "Cloud keys live no longer than their period", dates.period("cloud")),
    Rule("room-period", ("P-1.9",), "Other types live no longer than their period", dates.period(None)),
    Rule("room-review", ("P-10.4", "P-2.6"), "What waits for a compromise is looked at again", each(dates.review, of=dates.is_reviewed)),
    Rule("room-compromised", ("P-1.10", "P-5.4"), "No compromised value is current", each(dates.compromised, of=dates.had_compromise, noun="compromised secret{s}")),
    Rule("room-frozen", ("P-11.7",), "What was frozen is rotated or thawed", each(dates.frozen, of=dates.is_frozen, noun="frozen secret{s}")),
    Rule("room-old-stays", ("P-5.10", "P-5.11"), "Old versions go when their grace ends", dates.removed_late),
    Rule("room-old-gone", ("P-5.7", "P-5.10"), "Old versions stay for their grace", dates.removed_early),
    Rule("room-versions", ("P-5.6",), "No version is lost", each(values.numbered, of=_all)),
    Rule("room-weak", ("P-2.12",), "Values are strong where they must be", values.strong(Tier.STRONG)),
    Rule("room-weak", ("P-2.11",), "Values are strong enough before production", values.strong(Tier.MEDIUM)),
    Rule("room-bits", ("P-4.1",), "JWT keys have enough bits", values.bits(Kind.JWT)),
    Rule("room-bits", ("P-4.4",), "API keys have enough bits", values.bits(Kind.API_KEY)),
    Rule("room-length", ("P-4.7",), "Passwords are long enough", values.length),
    Rule("room-classes", ("P-4.8",), "Passwords mix classes of characters", values.classes),
    Rule("room-prefix", ("P-4.5",), "API keys carry a prefix", values.prefixed),
    Rule("room-same-value", ("P-4.3", "P-8.5", "P-8.12"), "A value stands in one environment", each(values.one_place, of=has_value)),
    Rule("room-same-key", ("P-4.6",), "A key is one client's", each(values.one_client, of=values.is_key)),
    Rule("room-provenance", ("P-4.9",), "No production value is from a person's hand", each(values.provenance, of=values.is_generated_here), ("P-4.2",)),
    Rule("room-store", ("P-2.12", "P-8.2"), "Production's values are in the room", each(values.stored, of=lambda k: k.environment.tier is Tier.STRONG)),
    Rule("room-store", ("P-2.11", "P-8.2"), "The medium tier's values are in the room", each(values.stored, of=lambda k: k.environment.tier is Tier.MEDIUM)),
    Rule("room-type", ("P-10.2",), "Every secret has a type of the policy", each(keeping.typed, of=_all), ("P-10.1",)),
    Rule("room-owner", ("P-10.3",), "Every owner is there", keeping.owned, ("P-10.1",)),
    Rule("room-backup-owner", ("P-10.3",), "Somebody stands in for every owner", keeping.backed_up, ("P-10.1",)),
    Rule("room-incomplete", ("P-10.1",), "No type lacks a secret", keeping.complete),
    Rule("room-grant-beyond", ("P-7.1", "P-1.6"), "The weak tier goes by the matrix", access.beyond_matrix(Tier.WEAK)),
    Rule("room-grant-beyond", ("P-7.2", "P-1.6"), "The medium tier goes by the matrix", access.beyond_matrix(Tier.MEDIUM)),
    Rule("room-grant-beyond", ("P-7.3", "P-1.6"), "The strong tier goes by the matrix", access.beyond_matrix(Tier.STRONG)),
    Rule("room-grant-unused", ("P-1.7", "P-1.5"), "Grants that nobody uses are given back", access.unused),
    Rule("room-no-role", ("P-1.6",), "Everybody has a role", access.roles),
    Rule("room-role-empty", ("P-1.6",), "Every role is somebody's", access.manned, ("P-7.3",)),
    Rule("room-log", ("P-12.4", "P-8.4"), "The log is whole and signed", house.recorded),
    Rule("room-log-kept", ("P-12.5",), "Nothing of the log was taken away", house.retained),
    Rule("room-anchor", ("P-12.5",), "A rollback of the room would show", house.anchored),
    Rule("room-backup", ("P-12.5",), "The log does not hang on one disk", house.shown(BACKUP, BACKUP_DAYS, "backup", "strongroom backup create")),
    Rule("room-drill", ("P-12.5",), "A restore was tried lately", house.shown(DRILL, DRILL_DAYS, "restore drill", "strongroom drill restore")),
    Rule("room-unfinished", ("P-10.1",), "No import was left half-way", house.finished),
    Rule("room-keys", ("P-1.11",), "Every version is under a key in use", house.sealed),
    Rule("room-recovery", ("P-1.11",), "The room does not hang on one credential", house.recoverable),
    Rule("room-policy-alone", ("P-14.3",), "The policy was agreed to", access.approved),
    *(rule for rule in RULES if rule.id in _ABOUT_THE_DOCUMENT),
)  # fmt: skip
