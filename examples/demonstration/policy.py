"""The written policy becomes rules."""

from collections import Counter
from typing import Any, Final

from demonstration.stage import Stage, Step

DOCUMENT: Final = "docs/SECRETS_POLICY.md"
LOOSENED: Final = "docs/SECRETS_POLICY.proposed.md"
STATUSES: Final = ("enforced", "evidenced", "manual", "not-understood")
SHOWN: Final = ("C-1", "C-2", "C-9", "C-12")
# What a careless edit of the document looks like: text as it stands, text as proposed.
LOOSENINGS: Final = (
    (
        "| API keys | Environment variable | 90 days |",
        "| API keys | Environment variable | 180 days |",
    ),
    ("period of 24 to 48 hours", "period of 24 to 96 hours"),
    ("| Developer | ❌ |", "| Developer | ✅ |"),
    ("at least 16 characters", "at least 12 characters"),
    ("1 year. Security", "6 months. Security"),
)


def compile_it(stage: Stage) -> None:
    """Compile the document and compare the rules with what it says."""
    stage.show("policy", "compile", DOCUMENT)
    stage.show("policy", "show", DOCUMENT, lines=44)
    outcome = stage.strongroom("policy", "compile", DOCUMENT, "--json")
    policy = outcome.json
    stage.known["policy"] = policy
    by_status = Counter(clause["status"] for clause in policy["clauses"])

    stage.prove(
        "the document compiles, and each of its nine kinds of secret is a rule with its period",
        outcome.status == 0 and sorted(_periods(policy)) == [0, *[90] * 7, 180],
    )
    stage.prove(
        f"each clause has a status: {', '.join(f'{by_status[s]} {s}' for s in STATUSES)}",
        sum(by_status[status] for status in STATUSES) == len(policy["clauses"]) > 40,
    )
    stage.prove(
        "numbers are the document's: grace 24 to 48 hours, the first clock 5 minutes, passwords "
        "of 16 characters, a log kept for 366 days",
        (
            policy["rotation"],
            policy["emergency"]["contain_minutes"],
            policy["generation"]["password_length_min"],
            policy["audit"]["retention_days"],
        )
        == ({"grace_hours_min": 24, "grace_hours_max": 48}, 5, 16, 366),
    )
    stage.prove(
        "a developer may not read production, and DevOps may",
        _may(policy, "Developer", "Production") is False
        and _may(policy, "DevOps", "Production") is True,
    )
    found = {item["id"]: item for item in policy["contradictions"]}
    stage.say("Where the document disagrees with itself, for example:")
    for name in SHOWN:
        item = found[name]
        stage.say(f"{name}: {item['message']}", indent=4)
        stage.say(f"Then: {item['resolution']}", indent=10)
    stage.prove(
        f"{len(found)} contradictions in the document are named, each with a resolution",
        all(item["resolution"] and item["lines"] for item in found.values()),
    )


def explain(stage: Stage) -> None:
    """Ask about one clause."""
    answer = stage.show("policy", "explain", "P-5.10", "--policy", DOCUMENT)
    text = stage.folder.joinpath(DOCUMENT).read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(text, start=1) if "24 to 48 hours" in line)
    stage.prove(
        f"the answer points at line {number} of the document, where the sentence stands",
        answer.status == 0 and str(number) in answer.out,
    )


def compare(stage: Stage) -> None:
    """Loosen a copy of the document and ask what changed."""
    text = (stage.folder / DOCUMENT).read_text("utf-8")
    for old, new in LOOSENINGS:
        if old not in text:
            raise LookupError(old)
        text = text.replace(old, new)
    (stage.folder / LOOSENED).write_text(text, "utf-8")
    stage.show("policy", "diff", DOCUMENT, LOOSENED, lines=30)
    outcome = stage.strongroom("policy", "diff", DOCUMENT, LOOSENED, "--json")
    looser = [c for c in outcome.json["changes"] if c["effect"] == "looser"]
    stage.prove(
        f"all {len(LOOSENINGS)} edits are reported as looser, and the exit code says that the two differ",
        len(looser) >= len(LOOSENINGS) and outcome.status == 1,
    )
    (stage.folder / LOOSENED).unlink()


def refuse(stage: Stage) -> None:
    """A file that is no document."""
    (stage.folder / "broken.md").write_bytes(b"# Policy\n\nRotation: \x00\xff\xfe\n")
    outcome = stage.show("policy", "compile", "broken.md")
    as_json = stage.strongroom("policy", "compile", "broken.md", "--json")
    code = as_json.json["error"]["code"]
    stage.prove(
        f"an unreadable document is refused: exit 3, code {code}, and the next step",
        (outcome.status, outcome.out, code) == (3, "", "policy-not-text"),
    )
    (stage.folder / "broken.md").unlink()


def _periods(policy: dict[str, Any]) -> list[int]:
    return [secret["rotation_days"] or 0 for secret in policy["types"]]


def _may(policy: dict[str, Any], role: str, environment: str) -> bool | None:
    matrix: dict[str, dict[str, bool]] = policy["access"]["matrix"]
    return matrix.get(role, {}).get(environment, matrix.get(environment, {}).get(role))


STEPS: Final = (
    Step(
        "Compile the written policy",
        "The Markdown document that the security team owns is read into typed rules.",
        compile_it,
    ),
    Step(
        "Ask about one clause",
        "Each rule knows the line that it comes from.",
        explain,
    ),
    Step(
        "See what a proposed change loosens",
        "Someone proposes a new version of the document: longer periods, shorter passwords, "
        "developers in production.",
        compare,
    ),
    Step(
        "Refuse what cannot be read",
        "A broken file gets no rules, and no stack trace.",
        refuse,
    ),
)
