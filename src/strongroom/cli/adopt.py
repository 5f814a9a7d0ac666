"""`strongroom adopt`: everything for an existing repository, planned first."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from cyclopts import App, Parameter

from strongroom import config
from strongroom.cli import progress, render
from strongroom.cli.adopt_view import show, show_end, show_room
from strongroom.config import Config
from strongroom.errors import NotFoundError, UsageError
from strongroom.model.policy import Policy
from strongroom.ops import access
from strongroom.ops import adopt as ops
from strongroom.ops import policy as policies

if TYPE_CHECKING:
    from strongroom.ops.adopt_room import Taken
    from strongroom.wiring import Founded

FORMAT: Final = "strongroom/adopt/v1"
app = App(name="adopt", help="Bring an existing repository under its policy.")


@app.default
def adopt(
    path: Path | None = None,
    *,
    policy: Path | None = None,
    environment: str = "production",
    owner: str | None = None,
    inventory: bool = True,
    hooks: bool = True,
    room: Annotated[bool, Parameter(negative=())] = False,
    role: list[str] | None = None,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
    yes: Annotated[bool, Parameter(negative=())] = False,
    json: bool = False,
) -> int:
    """Bring an existing repository under its policy: look, plan, ask, write.

    Says which secrets it expects and what violates the policy today, and writes what it lacks:
    strongroom.toml, .env.example, .gitignore entries, an inventory to import, a hook that scans
    each commit. The plan comes first. Files that are there are added to and never overwritten,
    and a second run changes nothing. Exits with 0, whatever is violated: `check` fails.

    Parameters
    ----------
    path
        The folder of the repository; the one you are in when not given.
    policy
        The policy document; found in the repository or above it when not given.
    environment
        The environment of the inventory's rows.
    owner
        Who owns the secrets for which the policy names nobody.
    inventory
        Write secrets-inventory.md, which `strongroom import` reads.
    hooks
        Have git scan for secrets at each commit, where there is no hook yet.
    room
        Make a room in .strongroom, or use the one there, and keep the secrets of the local .env
        in it for development.
    role
        A role of the policy that you have in the new room; may be given several times.
    dry_run
        Show the plan, write nothing.
    yes
        Write without asking.
    json
        Print one JSON document.
    """
    root = path or Path()
    settings = config.load(os.environ, Path.cwd())
    document = _document(settings, root, policy, must=room)
    compiled = policies.load(document) if document else None
    _known(compiled, role or ())
    request = _request(root, compiled, document, environment, owner, inventory, room, hooks)
    with progress.shown() as report:
        adoption = ops.plan(request, report)
    if not json:
        show(adoption, compiled, document)
    made, taken = None, None
    if not dry_run:
        _confirm(yes=yes or not (room or adoption.changed))
        if room and document:
            made, taken = _room(settings, root, document, role or (), adoption, owner, json=json)
        else:
            _write(adoption)
    if json:
        render.json(_json(adoption, made, taken, written=not dry_run))
        return 0
    show_room(made, taken)
    show_end(adoption, document, written=not dry_run, room=room)
    return 0


def _known(policy: Policy | None, roles: Sequence[str]) -> None:
    if policy is not None:
        for role in roles:
            access.known_role(policy, role)


def _request(
    root: Path,
    policy: Policy | None,
    document: Path | None,
    environment: str,
    owner: str | None,
    inventory: bool,
    room: bool,
    hooks: bool,
) -> ops.AdoptRequest:
    return ops.AdoptRequest(
        path=root,
        now=datetime.now(UTC),  # noqa: TID251 - the door reads the clock once
        policy=policy,
        document=document,
        environment=environment,
        owner=owner,
        inventory=inventory,
        room=room,
        hooks=hooks,
        environ=os.environ,
    )


def _document(settings: Config, root: Path, given: Path | None, *, must: bool) -> Path | None:
    """The document that was named, or the one of the repository; none is fine without a room.

    Raises:
        NotFoundError: `policy-not-found`.
    """
    if given is not None:
        return settings.find_policy(given)
    with suppress(NotFoundError):
        return config.load(os.environ, root.resolve()).find_policy()
    return settings.find_policy() if must else None


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty() or not sys.stderr.isatty():
        raise UsageError(
            "not-confirmed",
            "adopting writes files, and there is nobody to ask",
            fix="look at the plan with --dry-run, then add --yes",
        )
    sys.stderr.write("Write this? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("not-confirmed", "nothing was changed")


def _write(adoption: ops.Adoption) -> None:
    with progress.shown() as report:
        ops.apply(adoption, report)


def _room(
    settings: Config,
    root: Path,
    document: Path,
    roles: list[str] | tuple[()],
    adoption: ops.Adoption,
    owner: str | None,
    *,
    json: bool,
) -> "tuple[Founded | None, Taken]":
    """Write the files once there is a room that opens, since they name it; then fill it."""
    from strongroom import wiring
    from strongroom.ops import adopt_room
    from strongroom.policy import compiler

    folder = ops.room_folder(root.resolve())  # somebody may have been asked since it was planned
    made = None
    if not (folder / wiring.DATABASE).exists():
        text = policies.read(document)
        compiled = compiler.compile(text)
        made = wiring.found(settings, os.environ, folder, text, compiled, roles)
    try:
        with wiring.open_room(settings, os.environ, folder) as local:
            _write(adoption)
            with progress.shown() as report:
                taken = adopt_room.take_in(
                    local, root, adoption.secrets, adoption.application, owner or local.user, report
                )
    except BaseException:
        # Its recovery code is not shown again.
        if not json:
            show_room(made, None)
        elif made is not None:
            render.json({"format": FORMAT, "written": False, "room": _founded(made)})
        raise
    return made, taken


def _json(
    adoption: ops.Adoption, made: "Founded | None", taken: "Taken | None", *, written: bool
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "format": FORMAT,
        "application": adoption.application,
        "written": written,
        "files": [
            {"path": str(c.path), "what": c.what, "added": c.added, "changed": c.changed}
            for c in adoption.changes
        ],
        "hook": str(adoption.hook.path) if adoption.hook else None,
        "secrets": msgspec.to_builtins(adoption.secrets),
        "secrets_elsewhere": [item.name for item in adoption.only_elsewhere],
        "violations": msgspec.to_builtins(adoption.violations()),
        "troubles": msgspec.to_builtins(adoption.report.troubles),
        "not_looked_at": msgspec.to_builtins(adoption.report.not_looked_at),
    }
    if taken is not None:
        body["room"] = {"taken": msgspec.to_builtins(taken)}
    if made is not None:
        body["room"] |= _founded(made)
    return body


def _founded(made: "Founded") -> dict[str, str]:
    return {
        "folder": str(made.folder), "keyfile": str(made.keyfile),
        "room_id": made.room_id.hex(), "recovery": made.recovery.reveal(),
    }  # fmt: skip
