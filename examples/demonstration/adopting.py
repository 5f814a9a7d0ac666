"""A repository that has no declaration gets one, and hears what violates the policy."""

import tomllib
from pathlib import Path
from typing import Final

from demonstration.policy import DOCUMENT
from demonstration.stage import FILES, Stage, Step

ADOPT: Final = ("adopt", "--policy", DOCUMENT)
MADE: Final = ("strongroom.toml", ".gitignore", "secrets-inventory.md")


def adopted(stage: Stage) -> None:
    """A plan, the files, and a second run that has nothing to do; then as it was before."""
    example = (stage.folder / ".env.example").read_bytes()
    ignored = stage.folder / ".gitignore"
    before = ignored.read_bytes() if ignored.exists() else None
    stage.show(*ADOPT, "--dry-run", lines=40)
    stage.prove(
        "a plan changes nothing", not stage.git("status", "--porcelain", "--untracked-files").out
    )
    done = stage.strongroom(*ADOPT, "--yes", "--json")
    again = stage.strongroom(*ADOPT, "--yes", "--json")
    stage.typed("strongroom adopt --yes")
    answer = done.json
    names = {s["name"] for s in answer["secrets"]}
    declared = tomllib.loads((stage.folder / MADE[0]).read_text("utf-8"))["secrets"]
    stage.prove(
        f"{len(names)} secrets are declared, and no setting: {', '.join(sorted(names))}",
        done.status == 0
        and names == set(declared)
        and {"SECRET_KEY", "API_KEY", "DATABASE_URL", "REDIS_PASSWORD", "EMAIL_API_KEY"} <= names
        and not {"TOKEN_EXPIRE_MINUTES", "LOG_LEVEL"} & names,
    )
    clauses = [v["clause"] for v in answer["violations"]]
    stage.prove(
        f"{len(clauses)} clauses are violated today, each with its places",
        {"P-3.2", "P-8.11", "P-1.2"} <= set(clauses)
        and all(v["places"] for v in answer["violations"]),
    )
    stage.prove("a second run changes nothing", not any(f["changed"] for f in again.json["files"]))
    written = b"".join((stage.folder / name).read_bytes() for name in MADE)
    stage.prove(
        "no value of the committed `.env` is in any file or answer of it",
        not [v for v in _values() if v.encode() in written or v in done.out + again.out],
    )
    (stage.folder / ".env.example").write_bytes(example)
    for name in MADE:
        (stage.folder / name).unlink()
    if before is not None:
        ignored.write_bytes(before)


def _values() -> list[str]:
    rows = Path(FILES / "dot-env").read_text("utf-8").splitlines()
    found = [r.partition("=")[2].strip(" '\"") for r in rows if "=" in r and not r.startswith("#")]
    return [value for value in found if len(value) > 8]


STEPS: Final = (
    Step(
        "Adopt an existing repository",
        "Nobody has the list of its secrets. It is made from what the code, Compose and the "
        "pipelines expect, and held against the policy.",
        adopted,
    ),
)
