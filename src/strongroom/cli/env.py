"""`strongroom env`: the `.env` file of a developer's machine, and the room's secrets in it."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from strongroom import dotenv
    from strongroom.model.policy import Environment
    from strongroom.ops.importing.request import Plan
    from strongroom.runtime.application import Application
    from strongroom.runtime.declaration import Declared
    from strongroom.runtime.env_file.lint import Remark
    from strongroom.runtime.origin.interface import Delivery

DIFFERENT = 1

app = App(name="env", help="The `.env` of a developer's machine: development secrets only.")

File = Annotated[Path, Parameter(name="--file", help="The file.")]
Env = Annotated[
    str | None,
    Parameter(name="--env", help="An environment of the weak tier; by default the first one."),
]
Folder = Annotated[
    str | None,
    Parameter(help="The application's folder in the room; by default strongroom.toml's."),
]
Rotated = Annotated[
    bool,
    Parameter(negative="", help="What the history of git holds of the file has been rotated."),
]
Fix = Annotated[bool, Parameter(negative="", help="Put right what can be put right.")]
ENV = Path(".env")
EXAMPLE = Path(".env.example")


@app.command
def pull(
    *,
    file: File = ENV,
    env: Env = None,
    folder: Folder = None,
    fix: Fix = False,
    rotated: Rotated = False,
    dry_run: Annotated[bool, Parameter(negative="", help="Say what would change.")] = False,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Write the application's development secrets into `.env`: private, at once, the rest kept.

    They come from the room, or from the server that strongroom.toml names. It is refused where git would take the file along (P-3.2); --fix adds it to .gitignore.
    """
    from strongroom import dotenv
    from strongroom.runtime.env_file import guard, keep
    from strongroom.wiring import env_file

    if not dry_run:
        # Before anything is read: no value is fetched for a place that must not have it.
        kept = guard.look(file, os.environ)
        if fix and not kept.ignored and not kept.tracked:
            guard.ignore(file)
            kept = guard.look(file, os.environ)
        guard.refuse(file, kept, rotated=rotated)
    text = keep.read(file) or ""
    entries = _entries(file, text)
    found = _there(room, env, folder)
    values, left = env_file.writable(found)
    changes = [
        one for one in env_file.differences(entries, found, ()) if one.how is not env_file.How.SAME
    ]
    changed = [one.name for one in changes if one.name in values]
    if not dry_run:
        keep.replace(file, dotenv.edit(text, values))
    if json:
        render.json({"file": file, "written": not dry_run, "changed": changed, "left": left})
        return 0
    verb = "would be written" if dry_run else "written"
    for name in changed:
        render.out().print(render.cell(name), soft_wrap=True)
    count = f"{len(values):,} secrets, {len(changed):,} of them new or changed"
    render.out().print(render.cell(f"{file} {verb}: {count}"), soft_wrap=True)
    if left:
        note = f"note: a .env cannot hold {', '.join(left)}"
        render.err().print(render.cell(note, "yellow"), soft_wrap=True)
    return 0


@app.command
def push(
    *names: str,
    file: File = ENV,
    env: Env = None,
    folder: Folder = None,
    type_: Annotated[
        str | None, Parameter(name="--type", help="The type of new secrets without one.")
    ] = None,
    owner: Annotated[str | None, Parameter(help="Who owns new secrets; by default you.")] = None,
    yes: Annotated[bool, Parameter(negative="", help="Do not ask.")] = False,
    dry_run: Annotated[bool, Parameter(negative="", help="Show the plan and stop.")] = False,
    reason: Annotated[str, Parameter(help="Why; stands in the audit log.")] = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Give the room what is new or changed in `.env`, all or nothing; a plan first.

    Where strongroom.toml names a server, --room says which room is meant.
    Empty values count as missing. A value that another environment has is refused (P-4.3).

    Parameters
    ----------
    names
        Only these; by default what is declared, known to the room, or named like a secret.
    """
    from strongroom.ops.importing import plan as plans
    from strongroom.ops.importing import run
    from strongroom.runtime.env_file import keep
    from strongroom.wiring import env_file

    entries = _entries(file, keep.read(file) or "")
    application = _known(folder)
    if _serves(application, room):
        raise UsageError(
            "push-to-server",
            "the origin of the secrets is a server, and a push goes to a room",
            fix="say --room FOLDER, or write them on the server by its own tools",
        )
    place, found = _fetched(room, env, application)
    declared = _declared()
    todo = _todo(file, entries, found, names, declared)
    if not todo:
        if json:
            render.json({"ok": True, "written": [], "problems": []})
        else:
            render.out().print("the room has it all")
        return 0
    kinds = {one.name: one.kind for one in declared}
    with opened(room) as local:
        request = env_file.request(
            local, place, application.folder, todo, found, kinds,
            type_=type_, owner=owner, reason=reason,
        )  # fmt: skip
        made = plans.make(local, request)
        if not json:
            _show(made, todo)
        if not made.ok:
            run.reject(local, request, made, dry=dry_run)
        elif not dry_run:
            if not yes:
                _confirm(len(made.items))
            run.carry_out(local, request, made, plans.silent)
    written = [str(item.address) for item in made.items] if made.ok and not dry_run else []
    if json:
        problems = [{"name": i.name, "code": i.code, "message": i.message} for i in made.issues]
        render.json({"ok": made.ok, "written": written, "problems": problems})
    else:
        end = f"{len(written):,} written" if written else "nothing was written"
        render.out().print(end)
    return 0 if made.ok else DIFFERENT


@app.command
def diff(
    *,
    file: File = ENV,
    env: Env = None,
    folder: Folder = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Say by name how `.env` differs from the room or server, never by value; exit 1 if it does.

    It reads the values there to compare them, which is recorded.
    """
    from strongroom.runtime.env_file import keep
    from strongroom.wiring import env_file

    entries = _entries(file, keep.read(file) or "")
    found = _there(room, env, folder)
    every = env_file.differences(entries, found, _secrets(entries, _declared()))
    differs = [one for one in every if one.how is not env_file.How.SAME]
    if json:
        render.json({"differences": differs, "same": len(every) - len(differs)})
        return DIFFERENT if differs else 0
    marks = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
    for one in differs:
        mark, style = marks[one.how]
        render.out().print(render.cell(f"{mark} {one.name}", style), soft_wrap=True)
    render.out().print(f"{len(differs):,} differ, {len(every) - len(differs):,} are the same")
    return DIFFERENT if differs else 0


@app.command
def lint(
    *,
    file: File = ENV,
    order: Annotated[bool, Parameter(negative="", help="Names must be sorted.")] = False,
    fix: Fix = False,
    json: Json = False,
) -> int:
    """Look over a `.env`: lines, rights, and whether git takes it along; exit 1 for errors.

    It needs no room. --fix tidies lines, takes rights from others and adds it to .gitignore.
    """
    from strongroom.runtime.env_file import look
    from strongroom.runtime.env_file.look import fixed
    from strongroom.runtime.problems import Level

    found = (
        fixed(file, os.environ, order=order) if fix else look.look(file, os.environ, order=order)
    )
    errors = sum(one.level is Level.ERROR for one in found)
    if json:
        render.json({"file": file, "errors": errors, "remarks": found})
        return DIFFERENT if errors else 0
    _remarks(file, found)
    render.out().print(f"{errors} errors, {len(found) - errors} warnings")
    return DIFFERENT if errors else 0


@app.command
def example(
    *,
    file: File = ENV,
    to: Annotated[Path, Parameter(help="The example.")] = EXAMPLE,
    check: Annotated[
        bool, Parameter(negative="", help="Write nothing; exit 1 if it would change.")
    ] = False,
    json: Json = False,
) -> int:
    """Write `.env.example`: names from the declaration and `.env` with comments, without values.

    What stands there stays; a value that looks real is taken out.
    """
    from strongroom.runtime.env_file import example as examples
    from strongroom.runtime.env_file import keep

    keep.apart(to, file)
    names = [entry.name for entry in _entries(file, keep.read(file) or "")]
    declared = _declared()
    before = keep.read(to)
    drift = examples.drift(before or "", declared, names)
    if not check:
        _entries(to, before or "")
        made = examples.render(before or "", declared, names)
        if made != before:
            keep.replace(to, made, keep.PUBLIC)
    fixed = not check
    left = [one for one in drift if not (fixed and one.fixable)]
    failed = check and any(one.level == "error" for one in left)
    if json:
        render.json({"file": to, "written": fixed, "remarks": left})
        return DIFFERENT if failed else 0
    _remarks(to, left)
    done = f"{to} has {len({*names, *(one.name for one in declared)})} names"
    render.out().print(render.cell(done if not failed else f"{to} is out of date"), soft_wrap=True)
    return DIFFERENT if failed else 0


def _known(folder: str | None) -> "Application":
    from strongroom.runtime import application

    environ = os.environ if folder is None else {**os.environ, "STRONGROOM_FOLDER": folder}
    known = application.load(environ, Path())
    if not known.folder:
        raise UsageError(
            "application-unnamed",
            "nothing says which application this is",
            fix="say --folder, or name it in strongroom.toml: [application] name = …",
        )
    return known


def _serves(known: "Application", room: Path | None) -> bool:
    return room is None and (known.origin or "").partition(":")[0] in {"http", "https"}


def _there(room: Path | None, env: str | None, folder: str | None) -> "Mapping[str, Delivery]":
    from strongroom.wiring import env_file

    known = _known(folder)
    if _serves(known, room):
        return env_file.from_server(known, env or _said())
    return _fetched(room, env, known)[1]


def _said() -> str | None:
    from strongroom.runtime import environment

    said = environment.current(os.environ)
    return said.name if said.said else None


def _fetched(
    room: Path | None, env: str | None, known: "Application"
) -> "tuple[Environment, Mapping[str, Delivery]]":
    from strongroom.wiring import env_file

    with opened(room) as local:
        place = env_file.development(local, env or _said())
        at = local.folder
    return place, env_file.fetch(at, known, place)


def _entries(file: Path, text: str) -> "tuple[dotenv.Entry, ...]":
    from strongroom.runtime.local_env import assignments

    return assignments(file, text)


def _declared() -> "tuple[Declared, ...]":
    """What strongroom.toml declares, if it does: the file may name the application only."""
    import tomllib

    from strongroom.errors import ConfigError
    from strongroom.runtime import declaration, files

    path = Path(declaration.FILE)
    if not path.exists():
        return ()
    try:
        return declaration.load(path)
    except ConfigError:
        # Valid, and without a table of secrets.
        known = None
        with suppress(tomllib.TOMLDecodeError):
            known = tomllib.loads(files.read(path).text)
        if known is None or "secrets" in known:
            raise
        return ()


def _secrets(entries: "Sequence[dotenv.Entry]", declared: "Sequence[Declared]") -> set[str]:
    from strongroom.naming.classify import is_secret

    return {one.name for one in declared} | {e.name for e in entries if is_secret(e.name)}


def _remarks(file: Path, found: "Sequence[Remark]") -> None:
    for one in found:
        where = f"{file}:{one.line}" if one.line else str(file)
        style = "red" if one.level == "error" else "yellow"
        line = f"{where}: {one.message} ({one.clause})  [{one.code}]"
        render.out().print(render.cell(line, style), soft_wrap=True)


def _todo(
    file: Path,
    entries: "Sequence[dotenv.Entry]",
    found: "Mapping[str, Delivery]",
    names: "Sequence[str]",
    declared: "Sequence[Declared]",
) -> dict[str, str]:
    """What the room lacks or has otherwise, values by name; of `names` only, if there are any."""
    from strongroom.wiring import env_file

    here = {entry.name: entry.value for entry in entries}
    unknown = sum(not here.get(name) for name in names)
    if unknown:
        raise UsageError("env-name-unknown", f"{unknown} of the names have no value in {file}")
    every = env_file.differences(entries, found, names or _secrets(entries, declared))
    wanted = {env_file.How.ADDED, env_file.How.CHANGED}
    return {
        one.name: here[one.name]
        for one in every
        if one.how in wanted and (not names or one.name in names)
    }


def _show(plan: "Plan", todo: "Mapping[str, str]") -> None:
    """The plan, or all that is wrong with it; and what is no secret to anybody."""
    from strongroom.source.values import Value, kind

    console = render.out()
    for item in plan.items if plan.ok else ():
        line = f"{item.action}  {item.address}  {item.type}"
        console.print(render.cell(line), soft_wrap=True)
    for issue in plan.issues:
        line = f"{issue.name}: {issue.message}  [{issue.code}]"
        console.print(render.cell(line, "red"), soft_wrap=True)
    for name, value in todo.items():
        if kind(value) is Value.PLACEHOLDER:
            note = f"note: {name} is a placeholder that everybody knows (P-3.5)"
            render.err().print(render.cell(note, "yellow"), soft_wrap=True)


def _confirm(count: int) -> None:
    if sys.stdin is None or not sys.stdin.isatty() or not sys.stderr.isatty():
        raise UsageError(
            "not-confirmed",
            f"{count:,} secrets would be written, and nobody is there to be asked",
            fix="look at the plan with --dry-run, then add --yes",
        )
    sys.stderr.write("Go on? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("not-confirmed", "nothing was written")
