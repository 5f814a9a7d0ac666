"""Adopt a repository: what it expects, what violates the policy today, and the files that it lacks.

Everything is planned before anything is written, and a second run finds nothing to do.
"""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.check import report as check_report
from strongroom.discover import outputs
from strongroom.discover.interface import Scope
from strongroom.discover.report import Item, Report
from strongroom.discover.sorts import Sort
from strongroom.errors import ConflictError, InvalidError, MachineError, NotFoundError
from strongroom.model.address import is_path
from strongroom.model.policy import Policy
from strongroom.model.severity import Severity
from strongroom.ops import check, discover, discover_files, hooks
from strongroom.ops.discover_files import Change, Wanted
from strongroom.policy.clauses import sort_key

ROOM: Final = ".strongroom"
INVENTORY: Final = "secrets-inventory.md"
DECLARATION: Final = "strongroom.toml"  # which the runtime reads
UNNAMED: Final = "application"
PLACES_MAX: Final = 3  # of one clause
Progress = Callable[[str, int, int], None]
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class AdoptRequest:
    """The folder, and the policy if there is one, as compiled from the file `document`.

    `now` carries its time zone. `environment` and `owner` are those of the inventory's rows.
    `room` says that there will be one in the folder, `hooks` that git is to scan what is
    committed. `environ` is what git is run with.
    """

    path: Path
    now: datetime
    policy: Policy | None = None
    document: Path | None = None
    environment: str = "production"
    owner: str | None = None
    inventory: bool = True
    room: bool = False
    hooks: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    git: str = "git"


@dataclass(frozen=True, slots=True)
class Violation:
    """A clause that is violated today: how often, the worst of it, in words, and where first."""

    clause: str
    count: int
    severity: Severity | None  # None where only the discovery says so
    what: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HookPlan:
    """Where git's pre-commit hook would be written, and how it is asked for."""

    path: Path
    request: hooks.HooksRequest


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was found and what would be written. No value is in it.

    `hook` is git's pre-commit hook where it is to be written.
    """

    application: str
    report: Report
    check: check_report.Report | None
    changes: tuple[Change, ...]
    hook: HookPlan | None = None

    @property
    def changed(self) -> bool:
        """Whether anything would be written."""
        return self.hook is not None or any(change.changed for change in self.changes)

    @property
    def secrets(self) -> tuple[Item, ...]:
        """What a program needs when it runs."""
        return outputs.expected(self.report)

    @property
    def only_elsewhere(self) -> tuple[Item, ...]:
        """Secrets that only pipelines and builds know of."""
        own = {item.name for item in self.secrets}
        elsewhere = {Scope.CI, Scope.BUILD}
        found = self.report.of(Sort.SECRET)
        return tuple(i for i in found if i.name not in own and elsewhere.intersection(i.scopes))

    @property
    def says_origin(self) -> bool:
        """Whether the declaration says where the application's secrets are kept."""
        return any(
            change.path.name == DECLARATION and "origin" in (_application(change.after) or {})
            for change in self.changes
        )

    def violations(self) -> tuple[Violation, ...]:
        """By clause, in the order of the document's numbers."""
        return _by_clause(self.report, self.check)


def plan(request: AdoptRequest, progress: Progress | None = None) -> Adoption:
    """Look at the folder, and say what would be written. `progress`: (part, done, in all).

    Raises:
        NotFoundError: `path-not-found`.
        InvalidError: `path-not-a-folder`, `file-not-text`, `file-not-regular`,
            `environment-unknown`.
        ConflictError: `declaration-unmergeable`.
        LimitError: `file-too-large`.
        MachineError: `path-unreadable`, `file-unreadable`.
    """
    where = request.policy.environment(request.environment) if request.policy else None
    if request.policy is not None and where is None:
        raise InvalidError(
            "environment-unknown",
            "the policy has no such environment",
            fix=f"one of {', '.join(e.id for e in request.policy.environments)}",
        )
    if request.room:
        room_folder(request.path)
    report = discover.discover(
        discover.DiscoverRequest(request.path, request.policy, request.environ, request.git),
        _part("discovering", progress),
    )
    checked = None
    if request.policy is not None and request.document is not None:
        asked = check.CheckRequest(
            request.path, request.policy, request.document, request.now,
            environ=request.environ, git=request.git,
        )  # fmt: skip
        checked = check.check(asked, _part("checking", progress)).report
    inventory = request.path / INVENTORY
    wanted = Wanted(
        declaration=True,
        env_example=True,
        gitignore=True,
        # One that is there is its owner's: dates in it are facts, ours are a beginning.
        inventory=inventory if request.inventory and not inventory.exists() else None,
        environment=where.id if where else request.environment,
        owner=request.owner,
        today=request.now.date(),
    )
    planned = discover_files.plan(request.path, report, request.policy, wanted)
    said = next((c.before for c in planned if c.path.name == DECLARATION), "")
    name = _named(said) or application(request.path)
    changes = tuple(
        _completed(change, name, room=request.room)
        for change in planned
        if change.after.strip() and (change.path != inventory or outputs.expected(report))
    )
    return Adoption(name, report, checked, changes, _hook(request) if request.hooks else None)


def apply(adoption: Adoption, progress: Progress | None = None) -> None:
    """Write what changed: each file whole, and none when one of them could not be.

    Raises:
        ConflictError: `file-changed`: somebody wrote into one since the plan was made.
        MachineError: `output-unwritable`, `hook-unwritable`.
    """
    changes = [change for change in adoption.changes if change.changed]
    for change in changes:
        _still(change)
    for done, change in enumerate(changes, start=1):
        _still(change)
        discover_files.apply([change])
        if progress:
            progress("writing", done, len(changes))
    if adoption.hook is not None:
        hooks.install(adoption.hook.request)


def room_folder(root: Path) -> Path:
    """Where the room of a repository is; to be asked again before something is made there.

    Raises:
        InvalidError: `file-not-regular`: whoever made the repository chose where it goes.
    """
    room = root / ROOM
    if room.is_symlink():
        raise InvalidError("file-not-regular", f"{room} is a link, or no regular file")
    return room


def application(folder: Path) -> str:
    """The name that an application in this folder gets until somebody says another."""
    return _ODD.sub("-", folder.resolve().name).strip("-._")[:128] or UNNAMED


def _hook(request: AdoptRequest) -> HookPlan | None:
    """The hook that is missing; one that is there is its owner's, and a shared folder everybody's."""
    asked = hooks.HooksRequest(
        request.path, (hooks.Hook.PRE_COMMIT,), environ=request.environ, git=request.git
    )
    with suppress(NotFoundError, MachineError):
        where = hooks.place(asked)
        if not where.bare and not where.shared:
            (found,) = hooks.status(asked)
            return HookPlan(found.path, asked) if found.state is hooks.State.ABSENT else None
    return None


def _named(declaration: str) -> str:
    """The folder of the application's secrets in an environment, where the declaration says it."""
    table = _application(declaration) or {}
    said = table.get("folder") or table.get("name")
    return said if isinstance(said, str) and is_path(said) else ""


def _application(declaration: str) -> dict[str, object] | None:
    """The table, however it is written; what is none is for the runtime to report."""
    table = (outputs.toml(declaration) or {}).get("application")
    return table if isinstance(table, dict) else None


def _part(name: str, progress: Progress | None) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(name, done, total)


def _completed(change: Change, name: str, *, room: bool) -> Change:
    """What adopting adds to a file that a discovery writes."""
    if change.path.name == DECLARATION and "application" not in (outputs.toml(change.after) or {}):
        lines = f'\n[application]\nname = "{name}"\n' + ('origin = "room"\n' if room else "")
        after = change.after.rstrip("\n") + "\n" + lines
        if (_application(after) or {}).get("name") != name:
            raise outputs.unmergeable("takes no table at its end")
        return replace(
            change,
            after=after,
            what=f"{change.what}, the application named",
            added=change.added + 1,
        )
    if change.path.name == ".gitignore" and room:
        entry = f"{ROOM}/"
        if not {entry, f"/{entry}", ROOM, f"/{ROOM}"} & set(change.after.splitlines()):
            return replace(
                change,
                after=f"{change.after}{entry}\n",
                what=f"{change.added + 1} entries added",
                added=change.added + 1,
            )
    return change


def _still(change: Change) -> None:
    try:
        there = change.path.read_bytes() if change.path.exists() else b""
    except OSError as error:
        raise MachineError(
            "output-unwritable", f"{change.path} cannot be looked at: {error.strerror}"
        ) from None
    if there != change.before.encode():
        raise ConflictError(
            "file-changed", f"{change.path} has changed meanwhile", fix="run it again"
        )
    folder = change.path.parent
    if change.path.is_symlink() or not os.access(folder, os.W_OK | os.X_OK):
        raise MachineError(
            "output-unwritable",
            f"{change.path} cannot be written: no permission to write in {folder}",
            fix="run it as a user who may write there; --dry-run writes nothing",
        )


def _by_clause(report: Report, checked: check_report.Report | None) -> tuple[Violation, ...]:
    seen: dict[str, dict[str, tuple[Severity | None, str]]] = {}
    for finding in checked.findings if checked else ():
        place = finding.place
        where = (
            f"{place.path}:{place.line}" if place and place.line else place.path if place else ""
        )
        said = (finding.severity, finding.message)
        seen.setdefault(finding.clause, {})[where or finding.fingerprint] = said
    for item in report.of(Sort.SECRET, Sort.AMBIGUOUS):
        for gap in item.gaps:
            where = f"{gap.path}:{gap.line}" if gap.path else item.name
            # The check has looked closer where both have something to say of one place.
            said_here = (None, f"{item.name}: {gap.message}")
            seen.setdefault(gap.clause, {}).setdefault(where, said_here)
    return tuple(_violation(clause, seen[clause]) for clause in sorted(seen, key=sort_key))


def _violation(clause: str, found: Mapping[str, tuple[Severity | None, str]]) -> Violation:
    first = sorted(found, key=lambda where: _rank(found[where][0]))
    worst, what = found[first[0]]
    return Violation(clause, len(found), worst, what, tuple(first[:PLACES_MAX]))


def _rank(severity: Severity | None) -> int:
    return len(Severity) if severity is None else severity.rank
