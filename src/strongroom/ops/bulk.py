"""One act on many secrets: first a plan, then in small groups, with a result for each.

Each change stands alone and says the same when it is repeated, so that a run which was
stopped is finished by running it again: what is so already is left out of the plan.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from strongroom.errors import InvalidError, LimitError, UsageError
from strongroom.gate.changes.describe import DeleteSecret, DescribeSecret
from strongroom.gate.changes.freeze import FreezeSecret, ThawSecret
from strongroom.gate.operation import Failed, Refused
from strongroom.gate.search import Hit
from strongroom.gate.writer import Change
from strongroom.model import label
from strongroom.model.address import Address
from strongroom.ops.local import Local
from strongroom.ops.search import SearchRequest, search
from strongroom.secret import terms

GROUP: Final = 32  # changes in one transaction, so that it holds the lock for under 20 ms
LINES_MAX: Final = 200_000
PROBLEMS_MAX: Final = 20
EVERYTHING: Final = SearchRequest()


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to each secret, and of which of them it is so already."""

    word: str  # e.g. `freeze`, for the plan
    change: Callable[[Address], Change] = field(repr=False)
    is_so: Callable[[Hit], bool] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which secrets: those that a search finds, those of a list, or those in both."""

    search: SearchRequest = EVERYTHING
    listed: tuple[Address, ...] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, by address.

    `so_already` are left alone. `unknown` were listed, and do not stand there or are not for
    the caller to see, or do not fit the search. `refused` names environments out of sight.
    """

    act: Act
    todo: tuple[Address, ...]
    so_already: tuple[Address, ...]
    unknown: tuple[Address, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended for one secret; `code` is empty when it was done."""

    address: Address
    code: str = ""
    message: str = ""


def tag(add: Iterable[str], drop: Iterable[str]) -> Act:
    """Add tags and take others away.

    Raises:
        InvalidError: `tag-invalid`. UsageError: `nothing-to-change`.
    """
    more, less = label.tags(add), label.tags(drop)
    if not more and not less:
        raise UsageError("nothing-to-change", "no tag was given", fix="write +TAG or -TAG")
    return Act(
        "tag",
        lambda at: DescribeSecret(at, add_tags=more, drop_tags=less),
        lambda hit: set(more) <= set(hit.label.tags) and not set(less) & set(hit.label.tags),
    )


def owner(name: str) -> Act:
    """Give them to another owner.

    Raises:
        InvalidError: `owner-missing`.
    """
    known = terms.owner(name)
    return Act("owner", lambda at: DescribeSecret(at, owner=known), lambda hit: hit.owner == known)


def freeze(reason: str) -> Act:
    """Stop every delivery and change of each.

    Raises:
        InvalidError: `reason-missing`.
    """
    if not reason.strip():
        raise InvalidError("reason-missing", "a freeze has a reason", fix="give one with --reason")
    return Act("freeze", lambda at: FreezeSecret(at, reason), lambda hit: hit.frozen)


def thaw() -> Act:
    """End the freeze of each."""
    return Act("thaw", ThawSecret, lambda hit: not hit.frozen)


def delete() -> Act:
    """Take each out of use; `undelete` brings one back."""
    return Act("delete", DeleteSecret, lambda hit: hit.deleted)


def plan(room: Local, selection: Selection, act: Act) -> Plan:
    """What `act` would do to what is selected. It changes nothing; the search is recorded.

    Raises:
        UsageError: `selection-missing`. Otherwise as `search.search`.
    """
    listed, asked = selection.listed, selection.search
    if listed is None and replace(asked, reason="") == EVERYTHING:
        raise UsageError(
            "selection-missing",
            "nothing says which secrets are meant",
            fix="name them by --file, or by --environment, --tag, --type, --owner or --word",
        )
    if listed is not None and not asked.environments:
        places = tuple(dict.fromkeys(address.environment for address in listed))
        asked = replace(asked, environments=places)
    if listed is not None:
        # What a list names and is deleted is not unknown, and for one act it is done.
        asked = replace(asked, deleted=True)
    found = search(room, asked) if listed != () else None
    hits = {hit.address: hit for hit in (found.hits if found else ())}
    wanted = list(hits) if listed is None else sorted(set(listed))
    there = [address for address in wanted if address in hits]
    return Plan(
        act,
        todo=tuple(address for address in there if not act.is_so(hits[address])),
        so_already=tuple(address for address in there if act.is_so(hits[address])),
        unknown=tuple(address for address in wanted if address not in hits),
        refused=found.refused if found else (),
    )


def run(room: Local, planned: Plan, reason: str = "") -> Iterator[Result]:
    """Do it, group by group; a result for each, as soon as its group is on the disk.

    Raises:
        GateError: as `Gate.changes`; what came before is done and was said.
    """
    for first in range(0, len(planned.todo), GROUP):
        group = planned.todo[first : first + GROUP]
        changes = [planned.act.change(address) for address in group]
        for address, answer in zip(
            group, room.gate.changes(room.caller, changes, reason), strict=True
        ):
            if isinstance(answer, Refused):
                yield Result(address, answer.code, f"refused: {answer.code.replace('-', ' ')}")
            elif isinstance(answer, Failed):
                yield Result(address, answer.error.code, answer.error.message)
            else:
                yield Result(address)


def addresses(text: str) -> tuple[Address, ...]:
    """The addresses of a list: one a line; empty lines and those that begin with # are none.

    Raises:
        InvalidError: `list-invalid`, with the number of each bad line and none of its text.
        LimitError: `list-too-long`.
    """
    lines = text.splitlines()
    if len(lines) > LINES_MAX:
        raise LimitError("list-too-long", f"a list has at most {LINES_MAX:,} lines")
    found: list[Address] = []
    bad: list[int] = []
    for number, line in enumerate(lines, start=1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        try:
            found.append(Address.parse(word))
        except InvalidError:
            bad.append(number)
    if bad:
        shown = ", ".join(map(str, bad[:PROBLEMS_MAX])) + (", …" if bad[PROBLEMS_MAX:] else "")
        raise InvalidError(
            "list-invalid",
            f"no address on line {shown}",
            fix="write one environment/path a line, e.g. production/customer-api/SECRET_KEY",
        )
    return tuple(found)
