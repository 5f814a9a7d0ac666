"""Rules about `.env` files: kept from git (P-3.2) and from other users (P-3.1)."""

import shlex

from strongroom.check.facts import EnvFile, Ignored
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.wording import holds_secret
from strongroom.model.finding import Place
from strongroom.model.severity import Severity
from strongroom.source.seen import Area

MODE_OTHERS = 0o077


def mode(subject: Subject) -> Judgement:
    """P-3.1: only the owner reads a file that holds secrets."""
    files = [f for f in subject.facts.env_files if f.mode is not None and _guarded(f)]
    return Judgement(
        len(files),
        "`.env` file{s}",
        tuple(
            Draft(
                "mode",
                Severity.MEDIUM,
                f"other users of the machine have rights to it (mode {f.mode:04o}, not 0600)",
                Place(f.path),
                f"chmod 600 {shlex.quote(f.path)}",
            )
            for f in files
            if f.mode is not None and f.mode & MODE_OTHERS
        ),
        subject.facts.gap(Area.ENV),
    )


def ignored(subject: Subject) -> Judgement:
    """P-3.2: git ignores `.env`, by a rule that everybody who clones gets."""
    facts = subject.facts
    if not facts.git.usable:
        return Judgement(0, "`.env` file{s}", gap=facts.git.why)
    asked = {".env": facts.env_ignored}
    asked |= {f.path: f.ignored for f in facts.env_files if f.private and f.mode is not None}
    bad = {p: i for p, i in asked.items() if i in {Ignored.NO, Ignored.HERE_ONLY}}
    if ".env" in bad:
        # One missing line in .gitignore is one finding, however many files it would cover.
        bad = {p: i for p, i in bad.items() if p == ".env" or not _basename_is_env(p)}
    on_disk = {f.path for f in facts.env_files}
    return Judgement(
        len(asked),
        "name{s} of `.env` files",
        tuple(_unignored(p, i, on_disk) for p, i in bad.items()),
    )


def tracked(subject: Subject) -> Judgement:
    """P-3.2: no file of secrets is tracked."""
    facts = subject.facts
    if not facts.git.usable:
        return Judgement(0, "`.env` file{s}", gap=facts.git.why)
    files = facts.env_files
    found = tuple(
        Draft(
            "tracked",
            Severity.CRITICAL if holds_secret(f) else Severity.HIGH,
            "is tracked by git: whoever has the repository has what it holds",
            Place(f.path),
            f"git rm --cached {shlex.quote(f.path)} && git commit, then rotate every secret in it",
        )
        for f in files
        if f.tracked and _guarded(f)
    )
    return Judgement(1, "the names of all tracked files", found)


def history(subject: Subject) -> Judgement:
    """P-3.2: no file of secrets is in the history."""
    git = subject.facts.git
    if not git.usable or git.history_why:
        return Judgement(0, "commits", gap=git.why or git.history_why)
    found = tuple(
        Draft(
            "history",
            Severity.HIGH,
            "is in the history of the repository, where every clone can read it",
            Place(f.path),
            f"rotate every secret that it held; see git log --all -- {shlex.quote(f.path)}",
        )
        for f in subject.facts.env_files
        # While it is tracked that finding says it all.
        if f.in_history and f.private and not f.tracked
    )
    gap = "a shallow clone: older commits are not here" if git.shallow else ""
    return Judgement(1, "the names in the history" if git.commits else "no commits yet", found, gap)


def _unignored(path: str, how: Ignored, on_disk: set[str]) -> Draft:
    where = path if path in on_disk else ".gitignore"
    name = path.rpartition("/")[2]
    if how is Ignored.HERE_ONLY:
        message = f"`{name}` is ignored in this clone only, by a file that git does not share"
    else:
        message = f"`{name}` is not ignored: the next `git add` takes it along"
    return Draft(
        f"ignored {path}",
        Severity.HIGH,
        message,
        Place(where),
        f"echo {shlex.quote(name)} >> .gitignore",
    )


def _guarded(file: EnvFile) -> bool:
    return file.private or holds_secret(file)


def _basename_is_env(path: str) -> bool:
    return path.rpartition("/")[2] == ".env"
