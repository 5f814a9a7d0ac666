"""Finding secrets by what is said about them: words, tags, type, owner, expiry."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from strongroom.errors import InvalidError
from strongroom.gate.operation import Refused
from strongroom.gate.rows import Seal
from strongroom.gate.search import Hit, Query
from strongroom.gate.search import search as look
from strongroom.model import label
from strongroom.ops import secret
from strongroom.ops.local import Local, refusal
from strongroom.secret.terms import DAY_US, find_type

WORDS_MAX: Final = 32
EXPIRING_DAYS_MAX: Final = 3_650


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What must hold of a secret, all of it. No environments: every one of the policy.

    Words are looked for in address, type, owner, description, tags, backup and client, in any
    case. `folder` is a path below which to look. `expiring` is a number of days within which the current version ends, or has ended.
    """

    folder: str = ""
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    type: str | None = None
    owner: str | None = None
    client: str | None = None
    frozen: bool | None = None
    expiring: int | None = None
    environments: tuple[str, ...] = ()
    reason: str = ""
    deleted: bool = False  # find deleted ones too


@dataclass(frozen=True, slots=True)
class Found:
    """The secrets that fit, by address. `refused` names environments where none may be seen."""

    hits: tuple[Hit, ...]
    refused: tuple[str, ...]


def search(room: Local, request: SearchRequest) -> Found:
    """Every secret that fits and that the caller may see; recorded for each environment.

    Raises:
        InvalidError: `environment-unknown`, `type-unknown`, `tag-invalid`, `search-too-long`,
            `expiring-invalid`.
        DeniedError: in none of the environments is there anything that the caller may see.
        TamperedError: a row was changed.
    """
    query = _query(room, request)
    hits: list[Hit] = []
    refused: dict[str, Refused] = {}
    seal = Seal(room.keys.row_mac)
    for place in _places(room, request.environments):
        answer = look(room.gate, seal, room.caller, place, query, request.reason)
        if isinstance(answer, Refused):
            refused[place] = answer
        else:
            hits += answer
    if refused and len(refused) == len(_places(room, request.environments)):
        raise refusal(next(iter(refused.values())))
    return Found(tuple(hits), tuple(refused))


def _query(room: Local, request: SearchRequest) -> Query:
    if len(request.words) > WORDS_MAX:
        raise InvalidError("search-too-long", f"a search has at most {WORDS_MAX} words")
    days = request.expiring
    if days is not None and not 0 <= days <= EXPIRING_DAYS_MAX:
        raise InvalidError("expiring-invalid", f"expiring within 0 to {EXPIRING_DAYS_MAX:,} days")
    return Query(
        folder=request.folder,
        words=request.words,
        tags=frozenset(label.tags(request.tags)),
        type=None if request.type is None else find_type(room.policy, request.type).id,
        owner=request.owner,
        client=request.client,
        frozen=request.frozen,
        until_us=None if days is None else room.now_us() + days * DAY_US,
        deleted=request.deleted,
    )


def _places(room: Local, words: Iterable[str]) -> list[str]:
    asked = [secret.environment(room, word).id for word in dict.fromkeys(words)]
    return asked or [e.id for e in room.policy.environments]
