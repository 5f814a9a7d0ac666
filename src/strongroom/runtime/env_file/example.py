"""`.env.example`: the names that an application needs, without values (P-3.3). Pure."""

from collections.abc import Iterable, Sequence

from strongroom import dotenv
from strongroom.naming.classify import Likeness, likeness
from strongroom.runtime.declaration import Declared
from strongroom.runtime.env_file.lint import Remark, named
from strongroom.runtime.problems import Level
from strongroom.source.values import Value, kind

CLAUSE = "P-3.3"


def render(before: str, declared: Sequence[Declared], names: Iterable[str]) -> str:
    """`before` with a commented line for each name that it lacks, and without what is real.

    `names` are those of a `.env`, of which only the names are known here.
    """
    there = {entry.name for entry in dotenv.parse(before).entries}
    bare = dotenv.edit(before, dict.fromkeys(_real(before, declared), ""))
    if bare and not bare.endswith("\n"):
        bare += "\n"
    blocks = [_block(one) for one in declared if one.name not in there]
    known = there | {one.name for one in declared}
    more = "".join(f"{name}=\n" for name in dict.fromkeys(names) if name not in known)
    parts = [bare, *blocks, more] if blocks else [bare + more]
    return "\n".join(part for part in parts if part)


def drift(text: str, declared: Sequence[Declared], names: Iterable[str]) -> tuple[Remark, ...]:
    """How an example differs from the declaration and a `.env`, and what is real in it."""
    parsed = dotenv.parse(text)
    lines = {entry.name: entry.line for entry in parsed.entries}
    wanted = {one.name: "is declared" for one in declared}
    wanted = {**dict.fromkeys(names, "is in .env"), **wanted}
    found = [
        Remark(flaw.line, "env-unreadable", f"cannot be read: {flaw.why}") for flaw in parsed.flaws
    ]
    found += [
        Remark(0, "example-lacks", f"{named(name)} {why} and not here", clause=CLAUSE, fixable=True)
        for name, why in wanted.items()
        if name not in lines
    ]
    found += [
        Remark(line, "example-undeclared", f"{named(name)} is neither declared nor in .env",
               Level.WARNING, CLAUSE)
        for name, line in lines.items()
        if wanted and name not in wanted
    ]  # fmt: skip
    found += [
        Remark(lines[name], "example-holds-value", f"{named(name)} has what looks like a real value",
               clause=CLAUSE, fixable=True)
        for name in _real(text, declared)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda r: (r.line, r.code, r.message)))


def _real(text: str, declared: Sequence[Declared]) -> list[str]:
    """Names whose values are more than what everybody knows: of a secret, or made by a machine."""
    secret = {one.name for one in declared}
    return [
        entry.name
        for entry in dotenv.parse(text).entries
        if (found := kind(entry.value)) is Value.GENERATED
        or (
            found is Value.LITERAL
            and (entry.name in secret or likeness(entry.name) is Likeness.SECRET)
        )
    ]


def _block(one: Declared) -> str:
    required = one.required
    where = "required" if required is True else "optional"
    if isinstance(required, tuple):
        where = f"required in {', '.join(required)}"
    about = f"{one.kind}, {where}" if one.kind else where
    said = "".join(f"# {line}\n" for line in one.description.splitlines())
    return f"{said}# {about}\n{one.name}=\n"
