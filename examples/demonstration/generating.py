"""Secrets are made and measured as the document demands."""

import json
import shlex
from typing import Final

from demonstration.policy import DOCUMENT
from demonstration.stage import Stage, Step

# The example's own kinds as a person would name them, and two that RSA-2048+ is about.
ASKED_FOR: Final = (
    "SECRET_KEY",
    "API_KEY",
    "DATABASE_PASSWORD",
    "REDIS_PASSWORD",
    "encryption key",
    "ed25519",
    "rsa",
)
BITS_MIN: Final = {"jwt": 256, "api-key": 256}
# (what it is, the value, the clause that must refuse it)
WEAK: Final = (
    ("a placeholder", "dev-secret-key-change-in-production", "P-4.1"),
    ("64 times one letter", "a" * 64, "P-4.1"),
    ("32 letters of prose", "thisisthesecretkeyforourservice!", "P-4.1"),
    ("15 characters", "Kx9!Kx9!Kx9!Kx9", "P-4.7"),
    ("a password without symbols", "OnlyLettersAnd1234567", "P-4.8"),
)


def make(stage: Stage) -> None:
    """One of each type, piped from the generator into the measurement."""
    common = ("--policy", DOCUMENT, "--env", "production")
    verdicts = {}
    for wanted in ASKED_FOR:
        made = stage.strongroom("generate", wanted, *common, "--json")
        answer = made.json
        # A key pair is measured by its private half; only that is in `value`.
        value = answer["value"]
        measured = stage.strongroom(
            "strength", "--type", answer["kind"], *common, "--json", stdin=value
        )
        verdict = measured.json
        shown = shlex.join(["strongroom", "generate", wanted, "--env", "production"])
        stage.typed(f"{shown} | strongroom strength --type {answer['kind']} --env production")
        stage.say(_told(verdict))
        floor = BITS_MIN.get(answer["kind"], 0)
        verdicts[wanted] = (
            (made.status, measured.status) == (0, 0)
            and verdict["ok"]
            and verdict["bits"] >= floor
            and value not in measured.out + measured.err + made.err
        )
    stage.prove(
        f"{len(verdicts)} kinds of secret were made, and each is measured as strong enough; no "
        "measurement repeats the value",
        all(verdicts.values()),
    )


def refuse_weak(stage: Stage) -> None:
    """Values that people use when nobody looks."""
    held = []
    for what, value, clause in WEAK:
        arguments = ("strength", "--clause", clause, "--policy", DOCUMENT)
        stage.typed(f"printf %s '({what})' | {shlex.join(['strongroom', *arguments])}")
        outcome = stage.strongroom(*arguments, "--json", stdin=value)
        stage.say(f"{_told(outcome.json)}  (exit {outcome.status})")
        held.append(
            (outcome.status, outcome.json["ok"]) == (1, False)
            and value not in outcome.out + outcome.err
        )
    stage.prove(
        f"{len(WEAK)} weak values are refused, each with the clause and numbers, never with the "
        "value",
        all(held),
    )


def _told(verdict: dict[str, object]) -> str:
    checks = verdict["checks"]
    if not isinstance(checks, list):
        raise TypeError(json.dumps(checks))
    return "; ".join(str(check["message"]) for check in checks)


STEPS: Final = (
    Step(
        "Make secrets that the policy accepts",
        "Each kind has a generator of its own, held to the numbers in the document. The values "
        "are not shown; they go from one command to the other.",
        make,
    ),
    Step(
        "Refuse weak ones",
        "Length alone proves nothing: what a guesser tries first does not count.",
        refuse_weak,
    ),
)
