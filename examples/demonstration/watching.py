"""The room is looked over: its inventory, and a check against the policy that it runs."""

from typing import Any, Final

from demonstration.room import KEPT, KEY, WEAK
from demonstration.stage import Stage, Step


def listed(stage: Stage) -> None:
    """The inventory is a view: nobody writes it, and it shows no value."""
    stage.show("inventory", "--environment", "production", lines=12)
    found = stage.strongroom("inventory", "--json").json
    lines = {line["address"]: line for line in found["secrets"]}
    stage.prove(
        f"all {len(KEPT) + 1} secrets are in the inventory, in the columns and words of the policy",
        {address for address, _ in KEPT} < set(lines)
        and len(lines) == len(KEPT) + 1
        and list(found["columns"].values())[:2] == ["Environment", "Secret name"],
    )
    stage.prove(
        "the secret that was read says when, and the others that they were not",
        [a for a, line in lines.items() if line["last_used"] != "-"] == [KEY],
    )
    texts = [
        stage.strongroom("inventory", "--format", f).out
        for f in ("table", "markdown", "csv", "json")
    ]
    stage.prove("no format of it shows a value", not any(WEAK in text for text in texts))
    orphans = stage.show("inventory", "owners")
    stage.prove(
        "an owner whom the room does not know is named, with what hangs on him",
        orphans.status == 1 and "Ada Lovelace" in orphans.out,
    )


def checked(stage: Stage) -> None:
    """Check the room, mend one finding, check it again."""
    before = stage.show("check", "--env", "production", lines=30)
    report = _check(stage)
    clauses = _verdicts(report, "fail")
    stage.prove(
        "each clause that a room can answer has a verdict, and what was not looked at is no pass",
        before.status == 1
        and {"P-1.8", "P-4.3", "P-7.3", "P-12.4"} <= _verdicts(report, "pass")
        and "P-12.7" in _verdicts(report, "not-evaluated"),
    )
    stage.prove(
        "it says that nobody stands in for the owner, and that one person adopted the policy alone",
        {"P-10.3", "P-14.3"} <= clauses,
    )
    stage.strongroom("access", "add", "ada.lovelace", "--role", "DevOps")
    me = stage.strongroom("whoami", "--json").json["name"]
    for address, _ in KEPT:
        stage.strongroom("secret", "update", address, "--backup", me)
    stage.typed("strongroom access add ada.lovelace --role DevOps")
    stage.typed(f"strongroom secret update ADDRESS --backup {me}  # each of them")
    after = _check(stage)
    stage.prove(
        "once the owner is known and somebody stands in, P-10.3 passes",
        "P-10.3" in _verdicts(after, "pass"),
    )
    kept = stage.show("check", "--stored", lines=14)
    stored = stage.strongroom("check", "--stored", "--json").json
    resolved = {one["finding"]["rule"] for one in stored["report"]["resolved"]}
    stage.prove(
        "the room keeps the check as of when it was: what is open since when, and what was resolved",
        kept.status == 1
        and {"room-owner", "room-backup-owner"} <= resolved
        and stored["policy_sha256"] == after["policy_sha256"],
    )


def _check(stage: Stage) -> dict[str, Any]:
    report: dict[str, Any] = stage.strongroom("check", "--env", "production", "--json").json
    return report


def _verdicts(report: dict[str, Any], verdict: str) -> set[str]:
    return {score["clause"] for score in report["scoreboard"] if score["verdict"] == verdict}


STEPS: Final = (
    Step(
        "Look over the room",
        "What there is, who owns it, when it was used; nobody keeps this list.",
        listed,
    ),
    Step(
        "Check the room against its policy",
        "Clause by clause, from what is kept and recorded; no value is opened.",
        checked,
    ),
)
