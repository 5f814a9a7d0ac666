"""Searching an environment by what is said about its secrets, never by a value.

As in `survey`: the search is decided and recorded once, then read over a connection of its
own, page by page, so that nobody waits. Whether the caller may know of a secret is decided
before it is compared with what he looks for, so that neither an answer nor its time tells
him of one that he may not see. What he looks for is not recorded: people paste values.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables import search as pages
from strongroom.db.tables.labels import LABEL
from strongroom.db.tables.search import Found
from strongroom.db.tables.secrets import SECRET
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Caller, Refused
from strongroom.gate.rows import Seal, label_of
from strongroom.gate.survey import Eyes, OpenSurvey, Sight
from strongroom.model.address import Address
from strongroom.model.label import Label

PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; everything that is given must hold. Words in any case, parts too.

    `folder` is a path without a slash at the end; all that is below it may be found. `tags`, `type`, `owner` and `client` are compared as wholes, the last two in any case.
    `until_us` keeps secrets whose current version ends before then. Deleted secrets are found
    only with `deleted`.
    """

    folder: str = ""
    words: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    type: str | None = None
    owner: str | None = None
    client: str | None = None
    frozen: bool | None = None
    until_us: int | None = None
    deleted: bool = False


class Hit(NamedTuple):
    """A secret that was found. `expires_us` is of the current version, without a MAC's check."""

    address: Address
    type: str
    owner: str
    description: str
    label: Label
    frozen: bool
    deleted: bool
    current: int | None
    expires_us: int | None


@dataclass(frozen=True)
class OpenSearch(OpenSurvey):
    """That somebody is about to search an environment."""


def search(
    gate: Gate, seal: Seal, caller: Caller, place: str, query: Query, reason: str = ""
) -> list[Hit] | Refused:
    """The secrets of environment `place` that fit and that the caller may see, by path.

    Raises:
        TamperedError: a row was changed.
        GateError: as `Gate.look`.
    """
    answer = gate.look(caller, OpenSearch(place, caller, bool(reason)), reason)
    if isinstance(answer, Refused):
        return answer
    sight = answer.result
    assert isinstance(sight, Sight)
    with closing(gate.connect()) as db:
        return list(_hits(db, seal, place, Eyes(sight, caller, reason=bool(reason)), query))


def _hits(db: Db, seal: Seal, place: str, eyes: Eyes, query: Query) -> Iterator[Hit]:
    fits = _Fits(query)
    folder = f"{query.folder}/" if query.folder else ""
    after = folder  # what is below it follows it in the order of paths
    while found := pages.page(db, place, after, PAGE):
        after = found[-1].secret.path
        for one in found:
            if not one.secret.path.startswith(folder):
                return
            if not eyes.see(one.secret):
                continue
            # Before it is compared: a forged owner or tag must not be what hides it.
            seal.check(SECRET, one.secret)
            if one.label is not None:
                seal.check(LABEL, one.label)
            if not fits(one):
                continue
            ends_us = pages.end_of(db, one)
            if fits.in_time(ends_us):
                yield _hit(one, ends_us)


class _Fits:
    """Whether a secret is what is looked for."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._words = [word.casefold() for word in query.words]
        self._owner = None if query.owner is None else query.owner.casefold()
        self._client = None if query.client is None else query.client.casefold()

    def __call__(self, one: Found) -> bool:
        query, secret, label = self._query, one.secret, label_of(one.label)
        if secret.state != "active" and not query.deleted:
            return False
        if query.type is not None and secret.type != query.type:
            return False
        if query.frozen is not None and bool(secret.frozen) != query.frozen:
            return False
        if self._owner is not None and secret.owner.casefold() != self._owner:
            return False
        if self._client is not None and label.client.casefold() != self._client:
            return False
        if not query.tags <= set(label.tags):
            return False
        if not self._words:
            return True
        text = "\n".join(
            (f"{secret.environment}/{secret.path}", secret.type, secret.owner, secret.description, *label.tags,
             label.backup, label.client)
        ).casefold()  # fmt: skip
        return all(word in text for word in self._words)

    def in_time(self, ends_us: int | None) -> bool:
        """Whether what ends then ends soon enough."""
        until_us = self._query.until_us
        return until_us is None or (ends_us is not None and ends_us < until_us)


def _hit(one: Found, ends_us: int | None) -> Hit:
    secret = one.secret
    return Hit(
        Address(secret.environment, secret.path), secret.type, secret.owner, secret.description,
        label_of(one.label), bool(secret.frozen), secret.state == "deleted", one.current,
        ends_us,
    )  # fmt: skip
