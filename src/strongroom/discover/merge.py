"""All mentions of a name become one row. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from strongroom.discover.classify import verdict
from strongroom.discover.interface import How, Mention, Scope
from strongroom.discover.report import Composite, Item, Spot
from strongroom.discover.sorts import Sort
from strongroom.source.values import Value

ITEMS_MAX: Final = 20_000
_ORDER: Final = {sort: n for n, sort in enumerate(Sort)}
_SCOPES: Final = {scope: n for n, scope in enumerate(Scope)}
_HOWS: Final = {how: n for n, how in enumerate(How)}  # what reads a name comes first
# Worst first: what looks real may open something.
_WORST: Final = (
    Value.GENERATED,
    Value.LITERAL,
    Value.PLACEHOLDER,
    Value.TEXT,
    Value.REFERENCE,
    Value.EMPTY,
)
_FILE: Final = "_FILE"


def merge(mentions: Iterable[Mention]) -> tuple[tuple[Item, ...], tuple[Composite, ...]]:
    """One item for each name that somebody has to set, and what is made of them."""
    by_name: dict[str, list[Mention]] = {}
    made: list[Mention] = []
    for mention in mentions:
        if mention.how is How.MADE:
            made.append(mention)
        elif len(by_name) < ITEMS_MAX or mention.name in by_name:
            by_name.setdefault(_called(mention.name), []).append(mention)
    _files(by_name)
    items = [_item(name, found, made) for name, found in by_name.items()]
    composites = [
        Composite(m.name, m.path, m.line, m.composes) for m in made if m.name not in by_name
    ]
    return (
        tuple(sorted(items, key=lambda i: (_ORDER[i.sort], i.name))),
        tuple(sorted(set(composites), key=lambda c: (c.name, c.path, c.line))),
    )


def _called(name: str) -> str:
    # Docker and systemd name files in small letters; the environment has capitals.
    return name.upper() if name.islower() else name


def _files(by_name: dict[str, list[Mention]]) -> None:
    """`DB_PASSWORD_FILE` says where DB_PASSWORD is: that is what is expected."""
    for name in [n for n in by_name if n.endswith(_FILE) and len(n) > len(_FILE)]:
        bare = name.removesuffix(_FILE)
        if bare in by_name or verdict(bare, ()).sort in {Sort.SECRET, Sort.AMBIGUOUS}:
            moved = (replace(m, name=bare, secret=True, default=None) for m in by_name.pop(name))
            by_name.setdefault(bare, []).extend(moved)


def _item(name: str, found: Sequence[Mention], made: Sequence[Mention]) -> Item:
    seen = verdict(name, found)
    found = sorted(found, key=lambda m: (_SCOPES[m.scope], _HOWS[m.how], m.path, m.line))
    spots = dict.fromkeys(Spot(m.path, m.line, m.how, m.scope, m.note) for m in found)
    parts = [m.composes for m in (*found, *made) if m.name == name and m.composes]
    return Item(
        name,
        seen.sort,
        seen.confidence,
        seen.why,
        scopes=tuple(sorted({m.scope for m in found}, key=_SCOPES.__getitem__)),
        required=_required(found),
        places=tuple(spots),
        default=_default(found),
        composed_of=tuple(dict.fromkeys(p for some in parts for p in some if p != name)),
        environments=tuple(sorted({m.environment for m in found if m.environment})),
        public=any(m.how is How.PUBLIC for m in found),
    )


def _required(found: Sequence[Mention]) -> bool | None:
    """What runs says first; a test that demands a name speaks for tests."""
    running = [m for m in found if m.scope is Scope.RUNTIME] or found
    said = {m.required for m in running if m.required is not None}
    return True if True in said else False if False in said else None


def _default(found: Sequence[Mention]) -> Value | None:
    brought = {
        m.default.value
        for m in found
        if m.default is not None
        and m.how in {How.READ, How.INJECTED, How.PUBLIC}
        and m.scope is not Scope.TEST
    }
    return next((v for v in _WORST if v in brought), None)
