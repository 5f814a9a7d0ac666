"""A secret is rotated while an application uses it, and then in an emergency."""

import json
import shlex
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Final

import psycopg

from demonstration import database
from demonstration.database import ACCOUNTS, HOST, OWNER, Database, Login
from demonstration.policy import DOCUMENT
from demonstration.room import KEY
from demonstration.stage import Outcome, Stage, Step

SECRET: Final = "production/customer-api/DATABASE"  # noqa: S105 - an address
ADMIN: Final = "production/rotator/ADMIN"
START_S_MAX: Final = 30.0
PAUSE_S: Final = 0.01


@dataclass(slots=True)
class Logins:
    """How often an application got in, and how often not and why."""

    worked: int = 0
    failed: list[str] = field(default_factory=list)


def rotated(stage: Stage) -> None:
    """At a PostgreSQL if there is one, else where the room alone says what is valid."""
    found = database.programs()
    if found is None:
        stage.say("There is no PostgreSQL on this machine, so this is the shorter way.")
        _in_the_room(stage)
        return
    stage.typed("postgres -D DATA  # a temporary one, on a port of loopback, with two roles")
    with database.serving(*found) as server:
        _at_the_server(stage, server)


def _at_the_server(stage: Stage, server: Database) -> None:
    old, rotator = server.furnish(_made(stage))
    said = [_keep(stage, SECRET, old), _keep(stage, ADMIN, rotator)]
    said += [
        stage.show(
            "target", "add", "main-db", "--env", "production", "--rotator", "postgresql",
            "--address", f"{HOST}:{server.port}", "--admin", ADMIN,
            "--option", f"accounts={','.join(ACCOUNTS)}", "--option", f"owner={OWNER}",
        ),
        stage.show("rotate", "schedule", SECRET, "--target", "main-db"),
        stage.show("rotate", "plan", SECRET),
    ]  # fmt: skip
    stage.prove(
        "the plan names every statement with no value in it, and nothing was touched",
        not [one for one in said if one.status]
        and "ALTER ROLE" in said[-1].out
        and "ALTER ROLE" not in server.log.read_text("utf-8"),
    )
    with _using(server, old) as logins:
        said.append(stage.show("rotate", "start", SECRET))
    new = _read(stage)
    stage.prove(
        f"{logins.worked} log-ins while it was rotated, and {len(logins.failed)} failed",
        said[-1].status == 0 and logins.worked > 1 and not logins.failed,
    )
    stage.prove(
        "the room gives out a new value, and it logs in",
        new.password != old.password and server.accepts(new),
    )
    stage.prove("the old one still logs in, in its grace", server.accepts(old))
    latest = _in_an_emergency(stage, server, (old, new), said)
    text = "".join(one.out + one.err for one in said) + server.log.read_text("utf-8")
    values = [one.password for one in (old, new, latest, rotator)]
    stage.prove(
        f"none of the {len(values)} values is in any answer, nor in the server's log of all "
        "statements",
        "ALTER ROLE" in text and not [value for value in values if value in text],
    )


def _in_an_emergency(
    stage: Stage, server: Database, known: tuple[Login, Login], said: list[Outcome]
) -> Login:
    """The current value leaks while somebody has a session by it."""
    before_it, leaked = known
    stage.say("Now that value leaks, and whoever has it has a session open.")
    with server.connect(leaked) as session:
        before = _lives(session)
        begun = time.monotonic()
        said.append(stage.show("rotate", "start", SECRET, "--emergency"))
        seconds = time.monotonic() - begun
        after = _lives(session)
    latest = _read(stage)
    stage.prove(
        "the leaked value is refused, and so is the one before, whose grace is over with it",
        said[-1].status == 0 and not server.accepts(leaked) and not server.accepts(before_it),
    )
    stage.prove("the session that it had opened was ended", before and not after)
    minutes = stage.known["policy"]["emergency"]["contain_minutes"]
    stage.prove(
        f"a third value logs in; it took {seconds:.1f} s, and the policy allows {minutes} minutes",
        latest.password != leaked.password and server.accepts(latest) and seconds < minutes * 60,
    )
    return latest


def _in_the_room(stage: Stage) -> None:
    """By the states of the versions: no server is asked here."""
    values = [stage.strongroom("secret", "get", KEY).out]
    said = [
        stage.show("target", "add", "app", "--env", "production", "--rotator", "versions"),
        stage.show("rotate", "schedule", KEY, "--target", "app"),
        stage.show("rotate", "plan", KEY),
        stage.show("rotate", "start", KEY),
    ]
    values.append(stage.strongroom("secret", "get", KEY).out)
    stage.prove(
        "the room gives out a new value, and the old version is in its grace",
        not [one for one in said if one.status]
        and values[0] != values[1]
        and _states(stage) == ["current", "previous"],
    )
    begun = time.monotonic()
    said.append(stage.show("rotate", "start", KEY, "--emergency"))
    seconds = time.monotonic() - begun
    values.append(stage.strongroom("secret", "get", KEY).out)
    stage.prove(
        f"in an emergency a third one is current and both others are retired; it took {seconds:.1f} s",
        said[-1].status == 0 and _states(stage) == ["current", "retired", "retired"],
    )
    text = "".join(one.out + one.err for one in said)
    stage.prove(
        f"none of the {len(values)} values is in any answer",
        len(set(values)) == len(values)
        and all(values)
        and not [value for value in values if value in text],
    )


def _states(stage: Stage) -> list[str]:
    """Of all versions, the newest first."""
    answer = stage.strongroom("secret", "history", KEY, "--json").json
    return [str(one["state"]) for one in answer]


def _made(stage: Stage) -> tuple[str, str]:
    """Two passwords that the policy accepts; they are not shown."""
    words = ("generate", "DATABASE_PASSWORD", "--policy", DOCUMENT, "--env", "production")
    first, second = stage.strongroom(*words, "--count", "2", "--json").json["values"]
    return first["value"], second["value"]


def _keep(stage: Stage, address: str, login: Login) -> Outcome:
    words = (
        "secret", "set", address, "--type", "database-password", "--owner", "Ada Lovelace",
        "--fields",
    )  # fmt: skip
    stage.typed(f"strongroom {shlex.join(words)} < FIELDS")
    outcome = stage.strongroom(*words, stdin=json.dumps({**asdict(login), "host": HOST}))
    stage.printed(outcome)
    return outcome


def _read(stage: Stage) -> Login:
    """What the room gives out now."""
    fields = stage.strongroom("secret", "get", SECRET, "--json").json["fields"]
    return Login(fields["username"], fields["password"])


@contextmanager
def _using(server: Database, login: Login) -> Iterator[Logins]:
    """An application that logs in all the time, and has before this begins."""
    logins = Logins()
    over, once = threading.Event(), threading.Event()

    def work() -> None:
        while not over.wait(PAUSE_S):
            try:
                if server.accepts(login):
                    logins.worked += 1
                else:
                    logins.failed.append("refused")
            except RuntimeError as error:
                logins.failed.append(str(error))
            once.set()

    thread = threading.Thread(target=work)
    thread.start()
    once.wait(START_S_MAX)
    try:
        yield logins
    finally:
        over.set()
        thread.join()


def _lives(session: "psycopg.Connection[tuple[object, ...]]") -> bool:
    try:
        session.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


STEPS: Final = (
    Step(
        "Rotate a secret while it is used, then in an emergency",
        "An application logs in all the time. The old value ends after its grace; one that leaked "
        "ends at once.",
        rotated,
    ),
)
