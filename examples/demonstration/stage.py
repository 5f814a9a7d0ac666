"""Where the steps are played: runs the real command, shows it, and keeps score."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

HERE: Final = Path(__file__).resolve().parent
FILES: Final = HERE / "files"
APPLICATION: Final = HERE.parent / "customer-intelligence-api-before"
# What the repository must not hold, or what only describes the example.
NOT_COPIED: Final = ("PLANTED.toml", "README.md", "__pycache__", ".env")
LINES_SHOWN: Final = 18
SECONDS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output; on failure the one on standard error."""
        return json.loads(self.out or self.err)


@dataclass(slots=True)
class Stage:
    """A temporary copy of the example, a console, and the claims made so far."""

    folder: Path
    console: Console
    proved: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)

    def strongroom(self, *arguments: str, stdin: str | None = None) -> Outcome:
        """Run `strongroom` and say nothing."""
        return self._run([sys.executable, "-m", "strongroom", *arguments], stdin)

    def git(self, *arguments: str) -> Outcome:
        """Run git in the copy; it must succeed, since only the setting depends on it."""
        outcome = self._run(["git", *arguments], None)
        if outcome.status:
            message = f"git {arguments[0]}: {outcome.err.strip()}"
            raise RuntimeError(message)
        return outcome

    def show(self, *arguments: str, lines: int = LINES_SHOWN, typed: str | None = None) -> Outcome:
        """Run `strongroom` and show the command as it is typed, and what it prints."""
        outcome = self.strongroom(*arguments)
        self.typed(typed or f"strongroom {shlex.join(arguments)}")
        self.printed(outcome, lines=lines)
        return outcome

    def typed(self, command: str) -> None:
        """Show a command line."""
        self.console.print(Text.assemble(("$ ", "dim"), (command, "bold")), soft_wrap=True)

    def printed(self, outcome: Outcome, *, lines: int = LINES_SHOWN) -> None:
        """Show what a command printed, the middle left out when it is long."""
        text = (outcome.out + outcome.err).replace(str(self.folder), ".").rstrip("\n")
        rows = text.split("\n") if text else []
        head = lines if len(rows) <= lines else lines - 4
        for row in rows[:head]:
            self._row(row)
        if len(rows) > lines:
            self.console.print(f"  … {len(rows) - lines} more lines …", style="dim")
            for row in rows[-4:]:
                self._row(row)
        style = "dim" if outcome.status == 0 else "yellow"
        self.console.print(Text(f"  [exit {outcome.status}]", style=style))

    def say(self, text: str, *, indent: int = 2) -> None:
        """Show a sentence between commands."""
        self.console.print(Padding(Text(text, style="italic"), (0, 0, 0, indent), expand=False))

    def prove(self, sentence: str, fact: object) -> None:
        """Make a claim. What does not hold is remembered and fails the demonstration."""
        if fact:
            self.proved.append(sentence)
            self.console.print(Text.assemble(("proved: ", "bold green"), sentence), soft_wrap=True)
        else:
            self.failed.append(sentence)
            line = Text.assemble(("NOT SO: ", "bold red"), sentence)
            self.console.print(line, soft_wrap=True)

    def _row(self, row: str) -> None:
        # Through `from_ansi`, so that the child's colours obey this console's NO_COLOR.
        self.console.print(Text("  ").append_text(Text.from_ansi(row)), soft_wrap=True)

    def _run(self, command: list[str], stdin: str | None) -> Outcome:
        done = subprocess.run(
            command,
            input=stdin or "",
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS_MAX,
            cwd=self.folder,
            env=_environment(self.folder, self.console),
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the demonstration."""

    title: str
    why: str
    play: Callable[[Stage], None]


def _environment(folder: Path, console: Console) -> Mapping[str, str]:
    """The caller's environment without his own settings of Strongroom and git."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STRONGROOM_", "GIT_", "FORCE_COLOR", "NO_COLOR"))
    }
    person = {"NAME": "Example Developer", "EMAIL": "developer@example.com"}
    return {
        **kept,
        ("FORCE_COLOR" if console.is_terminal and not console.no_color else "NO_COLOR"): "1",
        "COLUMNS": str(min(console.width - 2, 110)),
        "PYTHONUTF8": "1",
        "STRONGROOM_CONFIG": str(folder.parent / "config.toml"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_{k}": v for who in ("AUTHOR", "COMMITTER") for k, v in person.items()},
    }


def prepare(parent: Path, console: Console) -> Stage:
    """Copy the example under `parent`, commit it, and commit a `.env` by mistake."""
    folder = parent / APPLICATION.name
    shutil.copytree(APPLICATION, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
    stage = Stage(folder, console)
    (folder / ".env").write_bytes((FILES / "dot-env").read_bytes())
    (folder / ".env").chmod(0o644)
    stage.git("init", "--quiet", "--initial-branch=main")
    stage.git("add", "--all", "--force")
    stage.git("commit", "--quiet", "--message=Start the service")
    return stage
