"""Rules about the log, the keys and the slots that open them (P-1.11, P-8.4, P-12.4, P-12.5)."""

from collections import defaultdict

from strongroom.check.room.each import NO_HOUSE, NO_ROOM, Judge, day, days_since
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.wording import plural
from strongroom.model.finding import Place
from strongroom.model.severity import Severity


def recorded(subject: Subject) -> Judgement:
    """P-12.4, P-8.4: the log is whole, up to what is signed, and all of it is."""
    room = subject.room
    if room is None or room.log is None:
        return NO_ROOM if room is None else Judgement(0, "record{s} of the log", gap=room.log_why)
    found = [
        Draft(
            f"{problem.kind} {problem.index}",
            Severity.CRITICAL,
            problem.message,
            Place(f"log entry {problem.index}", logical=True),
            "strongroom audit verify --key LOG_KEY, and call a person",
        )
        for problem in room.log.problems
    ]
    unsigned = room.log.first + room.log.entries - room.log.signed
    if unsigned and not found:
        found.append(
            Draft(
                "unsigned",
                Severity.LOW,
                f"{plural(unsigned, 'entry')} at the end of the log have no signature yet",
                Place("log", logical=True),
                "strongroom audit checkpoint",
            )
        )
    return Judgement(room.log.entries, "record{s} of the log", tuple(found), _moved(room.log.first))


def _moved(first: int) -> str:
    """What was not read, since it was moved and the files are not where they were put."""
    said = f"{first:,} entries in segments were not read: strongroom audit verify --segments DIR"
    return said if first else ""


def retained(subject: Subject) -> Judgement:
    """P-12.5: nothing of the log was taken away: it is whole from its first entry on."""
    room = subject.room
    if room is None or room.log is None:
        return NO_ROOM if room is None else Judgement(0, "record{s} of the log", gap=room.log_why)
    gone = [p for p in room.log.problems if p.kind in {"deleted", "truncated"}]
    found = tuple(
        Draft(
            f"{problem.kind} {problem.index}",
            Severity.CRITICAL,
            problem.message,
            Place(f"log entry {problem.index}", logical=True),
            "restore the log from a backup, and call a person",
        )
        for problem in gone
    )
    return Judgement(room.log.entries, "record{s} of the log", found, _moved(room.log.first))


def anchored(subject: Subject) -> Judgement:
    """P-12.5: an anchor outside of the room shows when the whole of it was rolled back."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "anchor{s}", gap=NO_HOUSE)
    found: tuple[Draft, ...] = ()
    if not room.house.anchors:
        found = (
            Draft(
                "no-anchor",
                Severity.LOW,
                "has no anchor: an older state of the whole room, put back, would not show",
                Place("log", logical=True),
                "strongroom audit anchor add file PATH, on another disk or machine",
            ),
        )
    return Judgement(max(1, len(room.house.anchors)), "anchor{s}", found)


def shown(kind: str, days: int, what: str, remedy: str) -> Judge:
    """P-12.5: a log on one disk is not kept for a year; something was shown in so many days."""

    def judge(subject: Subject) -> Judgement:
        room = subject.room
        if room is None or room.house is None:
            return NO_ROOM if room is None else Judgement(0, "record{s}", gap=NO_HOUSE)
        last = room.house.evidence.get(kind)
        if last is None:
            why = f"there was never a {what}"
        elif last.outcome != "passed":
            why = f"the last {what}, on {day(last.at_us)}, failed"
        elif days_since(last.at_us, room.now_us) >= days:
            why = f"the last {what} was on {day(last.at_us)}, more than {days} days ago"
        else:
            return Judgement(1, f"a {what} on {day(last.at_us)}")
        place = Place(what, logical=True)
        return Judgement(1, what, (Draft("missing", Severity.LOW, why, place, remedy),))

    return judge


def finished(subject: Subject) -> Judgement:
    """P-10.1: no import was left half-way: what it staged is in nobody's inventory."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "import{s}", gap=NO_HOUSE)
    found = tuple(
        Draft(
            "unfinished",
            Severity.MEDIUM,
            f"was begun on {day(batch.created_us)} and is {batch.state}",
            Place(f"{batch.kind} {batch.id.hex()[:12]}", logical=True),
            "strongroom import resume, or strongroom import abort",
        )
        for batch in room.house.unfinished
    )
    return Judgement(len(found), "unfinished import{s}", found)


def sealed(subject: Subject) -> Judgement:
    """P-1.11: each environment has one key in use, and no version hangs on another's."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "key{s}", gap=NO_HOUSE)
    house, found = room.house, list[Draft]()
    states = defaultdict(list)
    for kek in house.keks:
        states[kek.environment].append(kek.state)
    for place in room.environments:
        if states[place.id].count("active") != 1:
            found.append(
                Draft(
                    "no-key",
                    Severity.CRITICAL,
                    f"has {states[place.id].count('active')} keys in use, and needs one",
                    Place(f"environment {place.id}", logical=True),
                    "strongroom fsck, and ask who wrote to the database",
                )
            )
    known = {kek.id: kek.state for kek in house.keks}
    for id_, count in house.wraps.items():
        state = known.get(id_, "destroyed")
        if state == "destroyed":
            found.append(_wrapped(id_, count, Severity.CRITICAL, "a key that is gone"))
        elif state == "retired":
            found.append(_wrapped(id_, count, Severity.LOW, "a retired key"))
    return Judgement(len(house.keks), "key{s}", tuple(found))


def recoverable(subject: Subject) -> Judgement:
    """P-1.11: the room does not hang on one credential: there is a code or shares for the day it is lost."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "seal slot{s}", gap=NO_HOUSE)
    kinds = {slot.kind for slot in room.house.slots} - {"holder"}  # opened by what opens those
    found: tuple[Draft, ...] = ()
    if not kinds & {"recovery", "shamir"}:
        found = (
            Draft(
                "no-recovery",
                Severity.MEDIUM,
                f"only {' and '.join(sorted(kinds)) or 'nothing'} opens the room",
                Place("seal", logical=True),
                "strongroom seal add recovery",
            ),
        )
    return Judgement(len(room.house.slots), "seal slot{s}", found)


def _wrapped(kek_id: bytes, count: int, severity: Severity, what: str) -> Draft:
    return Draft(
        "wrapped",
        severity,
        f"wraps {plural(count, 'version')} and is {what}",
        Place(f"key {kek_id.hex()[:12]}", logical=True),
        "strongroom key rotate --environment ENVIRONMENT",
    )
