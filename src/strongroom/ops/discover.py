"""Discover which secrets a repository expects, without running anything of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.discover.look import look
from strongroom.discover.merge import merge
from strongroom.discover.propose import propose
from strongroom.discover.report import Report
from strongroom.model.policy import Policy


@dataclass(frozen=True, slots=True)
class DiscoverRequest:
    """The folder to look at, and the policy that proposes types, periods and owners, if any.

    `environ` is what git is run with.
    """

    path: Path
    policy: Policy | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    git: str = "git"


def discover(
    request: DiscoverRequest, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Look at every file once and give one row for each name. `progress`: (files done, in all).

    Raises:
        NotFoundError: `path-not-found`.
        InvalidError: `path-not-a-folder`.
        MachineError: `path-unreadable`.
    """
    looked = look(request.path, request.environ, progress, git=request.git)
    items, composites = merge(looked.mentions)
    return Report(
        tuple(propose(item, request.policy) for item in items),
        composites,
        tuple(sorted(looked.troubles, key=lambda t: (t.path, t.line, t.code))),
        tuple(sorted(looked.unread, key=lambda n: (n.path, n.code))),
        looked.files,
    )
