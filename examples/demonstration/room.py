"""The policy gets a room: secrets are kept encrypted, read by the rules, and recorded."""

import sqlite3
from typing import Final

from demonstration.policy import DOCUMENT
from demonstration.stage import Stage, Step

ROOM: Final = ".strongroom"
KEY: Final = "production/customer-api/SECRET_KEY"
# Each with the policy's type; the last is a person's weak value for his own machine.
KEPT: Final = (
    (KEY, "jwt-secret-key"),
    ("production/customer-api/API_KEY", "api-key"),
    ("production/customer-api/DATABASE_PASSWORD", "database-password"),
    ("staging/customer-api/DATABASE_PASSWORD", "database-password"),
)
WEAK: Final = "only-for-my-laptop"


def found(stage: Stage) -> None:
    """Make a room from the document, and fill it."""
    made = stage.strongroom("init", "--policy", DOCUMENT, "--role", "DevOps", "--json")
    answer = made.json
    stage.known["log key"] = answer.get("log_key", "")
    stage.typed("strongroom init --policy docs/SECRETS_POLICY.md --role DevOps")
    stage.say("a key file outside of the room, a recovery code for the safe, a log key to note")
    done = [made.status == 0]
    for address, type_ in KEPT:
        outcome = stage.show(
            "secret", "generate", address, "--type", type_, "--owner", "Ada Lovelace"
        )
        done.append(outcome.status == 0)
    mine = stage.strongroom(
        "secret", "set", "development/customer-api/DATABASE_PASSWORD",
        "--type", "database-password", "--owner", "Ada Lovelace", stdin=WEAK,
    )  # fmt: skip
    done.append(mine.status == 0)
    stage.prove(f"a room runs the policy and keeps {len(KEPT) + 1} secrets", all(done))
    files = [stage.folder / ROOM / name for name in ("room.db", "room.db-wal")]
    stored = b"".join(f.read_bytes() for f in files if f.exists())
    stage.prove(
        "no value stands in the room's files in the clear, and others cannot open its folder",
        WEAK.encode() not in stored and (stage.folder / ROOM).stat().st_mode & 0o077 == 0,
    )
    bare = stage.strongroom("secret", "generate", "production/customer-api/X", "--type", "api-key")
    late = stage.strongroom(
        "secret", "generate", "production/customer-api/X", "--type", "api-key",
        "--owner", "Ada Lovelace", "--expires-days", "400", "--json",
    )  # fmt: skip
    stage.printed(bare)
    stage.prove(
        "a secret without an owner, or one that outlives its type's period, is refused",
        bare.status == 3
        and "owner-missing" in bare.err
        and late.json["error"]["code"] == "expiry-too-far",
    )


def read(stage: Stage) -> None:
    """One read that the policy allows, and one that a rule refuses."""
    value = stage.strongroom("secret", "get", KEY)
    stage.typed(f"strongroom secret get {KEY} | wc --chars")
    stage.say(f"{len(value.out)} characters, and nothing else")
    stage.prove(
        "the value comes out alone: 64 characters of the generated key",
        (value.status, len(value.out), value.err) == (0, 64, ""),
    )
    me = stage.strongroom("whoami", "--json").json["name"]
    deny = stage.strongroom(
        "access", "grant", "--deny", "--principal", me, "--verb", "read",
        "--environment", "production", "--json",
    )  # fmt: skip
    stage.typed(
        f"strongroom access grant --deny --principal {me} --verb read --environment production"
    )
    refused = stage.show("secret", "get", KEY)
    why = stage.show("access", "why", "read", KEY)
    stage.prove(
        "after a denial the same read is refused without a value, and `access why` names the rule",
        refused.status == 4 and not refused.out and deny.json["id"] in why.out and why.status == 1,
    )
    lifted = stage.strongroom("access", "revoke", deny.json["id"])
    again = stage.strongroom("secret", "get", KEY)
    stage.prove(
        "once the denial is lifted it is allowed again",
        (lifted.status, again.status, again.out) == (0, 0, value.out),
    )


def forge(stage: Stage) -> None:
    """The log is whole; then somebody with the database edits it."""
    stage.show("audit", "list", "--limit", "6")
    key = stage.known["log key"]
    whole = stage.show(
        "audit", "verify", "--key", key, typed="strongroom audit verify --key LOG_KEY"
    )
    stage.prove(
        "the log is whole, by the key that was noted when the room was made", whole.status == 0
    )
    refused = stage.strongroom("audit", "list", "--outcome", "refused", "--json").json
    stage.prove(
        "the refused read stands in the log as the allowed ones do",
        [line["reason"] for line in refused] == ["denied-by-grant"],
    )
    path = stage.folder / ROOM / "room.db"
    with sqlite3.connect(path) as db:
        # Triggers guard against a careless hand; this one removes them first.
        db.execute("DROP TRIGGER entry_stays")
        seq = refused[0]["place"]
        rows = db.execute("SELECT lane, seq, leaf FROM entry ORDER BY at_us").fetchall()
        lane, number, leaf = rows[seq]
        edited = leaf.replace(b"denied-by-grant", b"denied-by-error")
        db.execute("UPDATE entry SET leaf = ? WHERE lane = ? AND seq = ?", (edited, lane, number))
    db.close()
    stage.typed("sqlite3 .strongroom/room.db  # and the refusal says something else now")
    broken = stage.show(
        "audit", "verify", "--key", key, typed="strongroom audit verify --key LOG_KEY"
    )
    stage.prove(
        "one changed word in one entry, and the log no longer verifies: exit 11, and where it is",
        edited != leaf and broken.status == 11 and "edited" in broken.out,
    )


STEPS: Final = (
    Step("Open a room", "The document becomes the rules of an encrypted store.", found),
    Step(
        "Read, be refused, ask why",
        "Every read is decided by the policy and recorded before it returns.",
        read,
    ),
    Step("Verify the log, then edit it", "Nobody edits the past unnoticed.", forge),
)
