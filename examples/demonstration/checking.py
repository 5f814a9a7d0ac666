"""A repository is compared with the document, clause by clause."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any, Final

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from demonstration.planted import Planted
from demonstration.policy import DOCUMENT
from demonstration.stage import FILES, Stage, Step

CHECK: Final = ("check", ".", "--policy", DOCUMENT)
VERDICTS: Final = ("pass", "fail", "not-evaluated")


def find(stage: Stage) -> None:
    """Everything that was planted is found, and nothing beside it."""
    outcome = stage.show(*CHECK, lines=34)
    report = stage.strongroom(*CHECK, "--json").json
    stage.known["before"] = report
    findings = report["findings"]
    today = datetime.now(UTC).date()  # noqa: TID251 - the check reads the same clock
    planted = Planted.expected_on(today)
    missed = planted.missed(findings, stage.folder)
    wronged = planted.wronged(findings, stage.folder)
    unexpected = planted.unexpected(findings, stage.folder)

    total = len(planted.violations)
    stage.prove(
        f"{total - len(missed)} of {total} planted violations are found"
        + _names(f"{m.path}: {m.reason}" for m in missed),
        outcome.status == 1 and not missed,
    )
    stage.prove(
        f"{len(planted.innocent) - len(wronged)} of {len(planted.innocent)} innocent lines that "
        "resemble them are not reported" + _names(f"{m.path}: {m.reason}" for m in wronged),
        not wronged,
    )
    stage.prove(
        f"nothing else is reported: {len(findings)} findings, each one planted"
        + _names(f"{f['place']}: {f['message']}" for f in unexpected),
        not unexpected,
    )
    counts = Counter(score["verdict"] for score in report["scoreboard"])
    stage.prove(
        f"each clause has a verdict: {_counts(counts)}; what was not evaluated is no pass",
        counts["not-evaluated"] > 0 and _is_fair(report),
    )


def fix(stage: Stage) -> None:
    """Apply a patch to the code and untrack the file; the history remains."""
    patch = FILES / "fix.patch"
    stage.typed("git apply fix.patch")
    stage.git("apply", str(patch))
    stage.typed("git rm --cached .env && echo .env >> .gitignore && chmod 600 .env")
    stage.git("rm", "--quiet", "--cached", ".env")
    (stage.folder / ".gitignore").write_text(".env\n", "utf-8")
    (stage.folder / ".env").chmod(0o600)
    stage.git("add", "--all")
    stage.git("commit", "--quiet", "--message=Stop leaking secrets")
    stage.show(*CHECK, lines=16)
    before, after = stage.known["before"], stage.strongroom(*CHECK, "--json").json

    _compare(stage, before, after)
    healed = sorted(_with(before, "fail") & _with(after, "pass"), key=_by_number)
    stage.prove(
        f"the scoreboard changes: {len(before['findings'])} findings become "
        f"{len(after['findings'])}, and {', '.join(healed)} now pass",
        {"P-8.9", "P-8.14", "P-9.7"} <= set(healed)
        and len(after["findings"]) < len(before["findings"]),
    )
    rules = {finding["rule"] for finding in after["findings"]}
    stage.prove(
        "the `.env` is no longer tracked, and its stay in the history is still reported",
        "env-file-in-history" in rules
        and not {"env-file-tracked", "env-file-not-ignored", "env-file-mode"} & rules,
    )
    stage.prove(
        "no finding is new, except the one about the history",
        _fingerprints(after) - _fingerprints(before)
        == {f["fingerprint"] for f in after["findings"] if f["rule"] == "env-file-in-history"},
    )


def silent(stage: Stage) -> None:
    """No report repeats what it found."""
    outputs = [stage.strongroom(*CHECK, *extra) for extra in ((), ("--json",), ("--sarif",))]
    text = "".join(outcome.out + outcome.err for outcome in outputs)
    values = _values(stage)
    shown = [name for name, value in values.items() if value in text]
    stage.typed(" ".join(("strongroom", *CHECK, "[--json | --sarif]")))
    stage.prove(
        f"none of the {len(values)} planted values is in any form of the report" + _names(shown),
        not shown and all(outcome.status == 1 for outcome in outputs),
    )


def _values(stage: Stage) -> dict[str, str]:
    """The literals that are still in the example, by the name that they stand under."""
    names = {
        "app/db.py": "REPORTING_DB_PASSWORD",
        "docker-compose.yml": "POSTGRES_PASSWORD",
        ".env.example": "API_KEY",
        ".env": "SECRET_KEY",
    }
    values = {}
    for path, name in names.items():
        rows = (stage.folder / path).read_text("utf-8").splitlines()
        row = next(row for row in rows if row.lstrip().startswith(name))
        values[name] = row.replace(name, "", 1).strip(' =:"')
    return values


def _compare(stage: Stage, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The lines of the scoreboard that changed."""
    old = {score["clause"]: score for score in before["scoreboard"]}
    grid = Table("clause", "before", "after", box=None, header_style="dim")
    for new in after["scoreboard"]:
        was = old[new["clause"]]
        if (was["verdict"], was["findings"]) != (new["verdict"], new["findings"]):
            style = "green" if new["verdict"] == "pass" else ""
            grid.add_row(new["clause"], _verdict(was), Text(_verdict(new), style=style))
    stage.say("What changed on the scoreboard:")
    stage.console.print(Padding(grid, (0, 0, 0, 2), expand=False))


def _verdict(score: dict[str, Any]) -> str:
    return f"{score['verdict']} ({score['findings']})" if score["findings"] else score["verdict"]


def _by_number(clause: str) -> tuple[int, ...]:
    return tuple(int(part) for part in clause.removeprefix("P-").split("."))


def _with(report: dict[str, Any], verdict: str) -> set[str]:
    return {score["clause"] for score in report["scoreboard"] if score["verdict"] == verdict}


def _fingerprints(report: dict[str, Any]) -> set[str]:
    return {finding["fingerprint"] for finding in report["findings"]}


def _is_fair(report: dict[str, Any]) -> bool:
    """No clause passes that has a finding, and none without something it rests on."""
    violated = {finding["clause"] for finding in report["findings"]}
    rests = all(s["basis"] for s in report["scoreboard"])
    return rests and not violated & _with(report, "pass")


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)


def _names(items: Any) -> str:
    listed = list(items)
    return f" ({'; '.join(listed)})" if listed else ""


STEPS: Final = (
    Step(
        "Check a repository against the policy",
        "The application holds violations that were planted, and lines that only look alike. A "
        "`.env` was committed by mistake.",
        find,
    ),
    Step(
        "Mend some of it and look again",
        "A patch takes secrets out of the code, the logs and the error messages.",
        fix,
    ),
    Step(
        "Search the reports for secrets",
        "A report that repeats what leaked is one more leak.",
        silent,
    ),
)
