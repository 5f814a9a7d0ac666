"""Rules about values, by what was noted when they were written: none is opened (P-2.11, P-4)."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from strongroom.check.room.each import NO_ROOM, Judge, draft, each, has_value
from strongroom.check.room.facts import Kept, RoomFacts
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.wording import plural
from strongroom.crypto.fingerprint import MATCH_BITS_MIN
from strongroom.db.tables.survey import Print
from strongroom.generate.kinds import Kind, classify
from strongroom.model.policy import SecretType, Tier
from strongroom.model.severity import Severity

HERE: Final = "room"
HUMAN: Final = frozenset({"given", "human"})
# How many characters each class has: more bits than this a text of it cannot have.
SIZES: Final = {"lower": 26, "upper": 26, "digits": 10, "symbols": 33}
OTHER_SIZE: Final = 256
PASSWORDS: Final = frozenset({Kind.PASSWORD, Kind.REDIS_PASSWORD})


def provenance(kept: Kept, _: RoomFacts) -> Draft | None:
    """P-4.9: no value of the strong tier was typed by a person; what others issue is imported."""
    version = kept.version
    if version is None or version.origin not in HUMAN:
        return None
    return draft(
        kept,
        Severity.MEDIUM,
        f"version {version.n} came from a person's hand, and not from a generator",
        f"strongroom secret generate {kept.address}",
    )


def is_generated_here(kept: Kept) -> bool:
    """Whether a generator of ours could have made it, where it matters."""
    issued = kept.type is not None and kept.type.service is not None
    return has_value(kept) and kept.environment.tier is Tier.STRONG and not issued


def strong(tier: Tier) -> Judge:
    """The rule that every value of a tier is strong enough to be told from a guess."""
    return each(
        _weak, of=lambda k: k.environment.tier is tier and bool(k.seen.prints), noun="value{s}"
    )


def _weak(kept: Kept, _: RoomFacts) -> Draft | None:
    weak = [p.field for p in kept.seen.prints if not p.strong]
    if not weak:
        return None
    return draft(
        kept,
        Severity.HIGH,
        f"its value has fewer than {MATCH_BITS_MIN} bits, or is a well-known placeholder",
        f"strongroom secret generate {kept.address}",
    )


def bits(kind: Kind) -> Judge:
    """P-4.1, P-4.4: no key is shorter than its bits need. An upper bound, so never a false alarm."""

    def judge(subject: Subject) -> Judgement:
        rules = subject.policy.generation
        least = rules.jwt_bits_min if kind is Kind.JWT else rules.api_key_bits_min

        def find(kept: Kept, _: RoomFacts) -> Draft | None:
            most = max((_bits_max(p) for p in kept.seen.prints), default=0.0)
            if most >= least:
                return None
            return draft(
                kept,
                Severity.HIGH,
                f"its value can have {most:.0f} bits at most, and {least} are required",
                f"strongroom secret generate {kept.address}",
            )

        return each(find, of=_measured(lambda k: k is kind), noun="value{s}")(subject)

    return judge


def length(subject: Subject) -> Judgement:
    """P-4.7: passwords are long enough."""
    least = subject.policy.generation.password_length_min

    def find(kept: Kept, _: RoomFacts) -> Draft | None:
        chars = min(p.chars for p in kept.seen.prints)
        if chars >= least:
            return None
        return draft(
            kept,
            Severity.HIGH,
            f"its password has fewer than {plural(least, 'character')}",
            f"strongroom secret generate {kept.address}",
        )

    return each(find, of=_measured(PASSWORDS.__contains__), noun="password{s}")(subject)


def classes(subject: Subject) -> Judgement:
    """P-4.8: passwords mix the classes of characters."""
    wanted = set(subject.policy.generation.password_classes)

    def find(kept: Kept, _: RoomFacts) -> Draft | None:
        lacks = {c for p in kept.seen.prints for c in wanted - set(p.classes.split())}
        if not lacks:
            return None
        return draft(
            kept,
            Severity.MEDIUM,
            f"its password has no {', no '.join(sorted(lacks))}",
            f"strongroom secret generate {kept.address}",
        )

    return each(find, of=_measured(PASSWORDS.__contains__), noun="password{s}")(subject)


def prefixed(subject: Subject) -> Judgement:
    """P-4.5: keys that were made here carry a prefix; of others it was not kept."""
    room = subject.room
    if room is None:
        return NO_ROOM
    keys = [k for k in room.kept if _measured(lambda kind: kind is Kind.API_KEY)(k)]
    ours = [k for k in keys if k.version and k.version.origin == "generated"]
    gap = room.gap
    if len(ours) < len(keys):
        count = plural(len(keys) - len(ours), "key")
        gap = f"{count} of others: a prefix is looked at when a key is written, and not kept"
    return Judgement(len(ours), "generated key{s}", (), gap)


def one_place(kept: Kept, _: RoomFacts) -> Draft | None:
    """P-4.3, P-8.5, P-8.12: a value stands in one environment."""
    if kept.shared < 2:
        return None
    return draft(
        kept,
        Severity.CRITICAL,
        f"the same value stands in {kept.shared} environments",
        f"strongroom secret generate {kept.address}",
    )


def one_client(kept: Kept, _: RoomFacts) -> Draft | None:
    """P-4.6: a key is one client's."""
    if not kept.shared:
        return None
    return draft(
        kept,
        Severity.HIGH,
        "the same key stands at another secret",
        f"strongroom secret generate {kept.address}",
    )


def is_key(kept: Kept) -> bool:
    """Whether it is an API key of ours with a value."""
    return has_value(kept) and _kind(kept) is Kind.API_KEY


def stored(kept: Kept, _: RoomFacts) -> Draft | None:
    """P-2.11, P-2.12, C-6: the room has what is used above development."""
    if kept.seen.secret.store != HERE:
        worse = _kind(kept) in PASSWORDS
        return draft(
            kept,
            Severity.HIGH if worse else Severity.MEDIUM,
            f"its value is kept in {kept.seen.secret.store}, and not in a manager of secrets",
            f"strongroom secret set {kept.address}",
        )
    if kept.seen.current is None:
        return draft(
            kept,
            Severity.MEDIUM,
            "is known and has no value here: whoever uses it has it from elsewhere",
            f"strongroom secret set {kept.address}, or delete it",
        )
    return None


def numbered(kept: Kept, _: RoomFacts) -> Draft | None:
    """P-5.6: versions are numbered without a hole, and none is lost."""
    numbers = [v.n for v in kept.seen.versions]
    if numbers == list(range(1, len(numbers) + 1)):
        return None
    return draft(
        kept,
        Severity.CRITICAL,
        f"versions are missing: {len(numbers)} are there, the last is number {max(numbers)}",
        "strongroom fsck, and ask who wrote to the database",
    )


def _measured(wanted: Callable[[Kind | None], bool]) -> Callable[[Kept], bool]:
    """Of a kind, above development, with what was noted of its value."""

    def chosen(kept: Kept) -> bool:
        return (
            kept.environment.tier is not Tier.WEAK
            and bool(kept.seen.prints)
            and wanted(_kind(kept))
        )

    return chosen


def _kind(kept: Kept) -> Kind | None:
    return None if kept.type is None else _kind_of(kept.type)


@lru_cache(maxsize=256)
def _kind_of(known: SecretType) -> Kind | None:
    if known.service is not None:
        return Kind.THIRD_PARTY
    return classify(known.name, known.id, known.example)


def _bits_max(one: Print) -> float:
    size = sum(SIZES.get(word, OTHER_SIZE) for word in one.classes.split())
    return one.chars * math.log2(size or OTHER_SIZE)
