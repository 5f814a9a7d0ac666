"""RabbitMQ's management API: the calls that a rotation needs, and what its answers mean."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import https, logins
from strongroom.rotation.rotators.interface import (
    Job,
    TargetDeniedError,
    TargetError,
    TargetRejectedError,
    TargetUnreachableError,
)

HASHING: Final = "rabbit_password_hashing_sha256"
NO_PASSWORD: Final = ""  # a hash that no password has: the account rests
REASON: Final = "strongroom: this password has been retired"
BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
ROUNDS: Final = 20  # that sessions are looked for until there is no new one
PAUSE_S: Final = 0.1
# From this version on it lists sessions by user at once, and not from statistics seconds later.
SINCE: Final = "RabbitMQ 3.10.8"

OWN_NAME: Final = "strongroom"  # of the sessions that a rotation opens
BYTES_MAX: Final = 32 * 1024 * 1024  # a session takes some hundred bytes in a list

PERMISSIONS: Final = "permissions"
TOPICS: Final = "topic-permissions"


class Account(NamedTuple):
    """A user; `hashed` is what is kept of the password."""

    tags: str
    hashed: str


# What a user may do: (kind, virtual host, exchange or empty) -> the patterns.
Rights = dict[tuple[str, str, str], dict[str, str]]


def place(job: Job) -> https.Place:
    """Where the API is: the option `management`, or the address with the API's usual port.

    Raises:
        InvalidError: `target-address`, `target-option`.
    """
    where = logins.place(job, port(job))
    scheme, usual = ("https", 15671) if where.tls else ("http", 15672)
    host = f"[{where.host}]" if ":" in where.host else where.host
    return https.place(job.option("management") or f"{scheme}://{host}:{usual}")


def port(job: Job) -> int:
    """AMQP's own where the address names none."""
    return 5671 if logins.place(job, 1).tls else 5672


def login(job: Job) -> tuple[str, str]:
    """User and password of the admin.

    Raises:
        InvalidError: `target-option`, there is none.
    """
    admin = logins.admin(job)
    if admin is None:
        raise InvalidError(
            "target-option",
            "RabbitMQ needs an admin who sets passwords",
            fix="give the target an admin credential; its user has the tag administrator",
        )
    return admin


def account(job: Job, name: str) -> Account | None:
    """The user of that name, if there is one."""
    found = _call(job, "GET", "users", name)
    if found is None:
        return None
    tags = _field(found, "tags")
    return Account(
        tags if isinstance(tags, str) else ",".join(map(str, tags)),
        str(found.get("password_hash", "")),
    )


def give(job: Job, name: str, tags: str, hashed: str) -> None:
    """Make the user, or change him; `hashed` is salted SHA-256, or `NO_PASSWORD`."""
    body = {"password_hash": hashed, "hashing_algorithm": HASHING, "tags": tags}
    _call(job, "PUT", "users", name, body=body)


def rights(job: Job, name: str) -> Rights:
    """What a user may do, in all virtual hosts."""
    found: Rights = {}
    for kind, patterns in (
        (PERMISSIONS, ("configure", "write", "read")),
        (TOPICS, ("exchange", "write", "read")),
    ):
        for row in _rows(_call(job, "GET", "users", name, kind)):
            place = (kind, _text(row, "vhost"), str(row.get("exchange", "")))
            found[place] = {pattern: _text(row, pattern) for pattern in patterns}
    return found


def entitle(job: Job, name: str, wanted: Rights) -> None:
    """Let a user do what is `wanted`, and nothing else."""
    has = rights(job, name)
    # All topics of a virtual host go at once; those that stay are given again below.
    gone = sorted({(kind, vhost) for kind, vhost, _ in has.keys() - wanted.keys()})
    for kind, vhost in gone:
        _call(job, "DELETE", kind, vhost, name)
    for (kind, vhost, exchange), patterns in wanted.items():
        kept = (kind, vhost) not in gone and has.get((kind, vhost, exchange)) == patterns
        if not kept:
            _call(job, "PUT", kind, vhost, name, body=patterns)


def sessions(job: Job, name: str) -> list[str]:
    """The names of the connections that a user has open, on all nodes."""
    found = _call(job, "GET", "connections", "username", name)
    if found is None:
        raise TargetDeniedError(
            "target-denied", "this RabbitMQ does not list sessions by user", fix=f"{SINCE} or later"
        )
    return sorted(_text(row, "name") for row in _rows(found))


def described(job: Job) -> dict[str, dict[str, Any]]:
    """What the statistics say of connections, by name; those of the last seconds are missing."""
    columns = "name,user,peer_host,connected_at,client_properties"
    rows = _rows(_call(job, "GET", "connections", query=f"columns={columns}"))
    return {_text(row, "name"): row for row in rows}


def others(job: Job, name: str) -> list[tuple[str, dict[str, Any]]]:
    """The sessions of a user with what is said of them, without those of rotations themselves.

    RabbitMQ lists a session for a while after it has ended, and a rotation tries passwords.
    """
    said = described(job)
    found = [(one, said.get(one, {})) for one in sessions(job, name)]
    return [(one, row) for one, row in found if called(row) != OWN_NAME]


def called(row: Mapping[str, Any]) -> str:
    """What a client calls itself; empty where it says nothing, or nothing is known of it yet."""
    said = row.get("client_properties")
    properties = said if isinstance(said, dict) else {}
    name = properties.get("connection_name") or properties.get("product")
    return name if isinstance(name, str) and name.isprintable() else ""


def end_all(job: Job, name: str) -> None:
    """Close the sessions of a user; it is looked until there is none that was not asked to end.

    From then on RabbitMQ obeys none of them, and waits up to 30 s for their clients to agree.

    Raises:
        TargetUnreachableError: `target-slow`, new ones come again and again.
    """
    ended = set[str]()
    for look in range(ROUNDS):
        found = set(sessions(job, name)) - ended
        if found:
            _call(job, "DELETE", "connections", "username", name)
        elif look:
            return
        ended |= found
        job.wait(PAUSE_S)
    raise TargetUnreachableError("target-slow", "the old password opens sessions again and again")


def end(job: Job, names: Iterable[str]) -> None:
    """Close sessions by name; RabbitMQ finds those that its statistics know already."""
    for name in names:
        _call(job, "DELETE", "connections", name)


def whoami(job: Job) -> str:
    """The tags of the admin."""
    tags = _field(_call(job, "GET", "whoami") or {}, "tags")
    return tags if isinstance(tags, str) else ",".join(map(str, tags))


def path(*words: str) -> str:
    """Under `/api`; each word is one segment, whatever stands in it.

    Raises:
        InvalidError: `target-field`, a segment that would lead elsewhere.
    """
    if any(word in {"", ".", ".."} for word in words):
        raise InvalidError("target-field", "a name of nothing but dots cannot be asked for")
    return "/api/" + "/".join(quote(word, safe="") for word in words)


def _call(
    job: Job, method: str, *words: str, body: Mapping[str, Any] | None = None, query: str = ""
) -> Any:
    """The answer's JSON; None where there is nothing of that name."""
    to = place(job)
    name, password = login(job)
    token = b64encode(f"{name}:{password}".encode()).decode("ascii")
    headers = {
        "Authorization": f"Basic {token}",
        "Content-Type": "application/json",
        "X-Reason": REASON,
    }
    where = to.path.rstrip("/") + path(*words) + (f"?{query}" if query else "")
    text = None if body is None else json.dumps(body).encode()
    reply = https.send(
        to._replace(path=where), method,
        headers=headers, body=text, timeout_s=job.timeout_s, ca=job.option("tls_ca"),
        bytes_max=BYTES_MAX,
    )  # fmt: skip
    if reply.status == 404:
        return None
    if reply.status >= 300:
        raise _meant(reply, name, words)
    if not reply.body:
        return {}
    try:
        return json.loads(reply.body)
    except ValueError:
        raise _strange() from None


def _meant(reply: https.Reply, admin: str, words: tuple[str, ...]) -> TargetError:
    if reply.status in BUSY:
        return TargetUnreachableError("target-busy", f"RabbitMQ's API answers {reply.status}")
    if reply.status == 400 and words[0] == "users":
        return TargetRejectedError("target-rejected", "RabbitMQ does not take this password")
    if reply.status not in {401, 403}:
        return TargetDeniedError("target-denied", f"RabbitMQ's API answers {reply.status}")
    if b"administrator" in reply.body:
        return TargetDeniedError(
            "target-denied",
            "the target's admin may not manage users",
            fix=f"rabbitmqctl set_user_tags {admin} administrator",
        )
    return TargetDeniedError(
        "target-admin-refused",
        "RabbitMQ refuses the target's admin credential",
        fix="write the password that is valid now to that secret",
    )


def _rows(found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _strange()
    return found


def _field(row: Any, name: str) -> Any:
    if not isinstance(row, dict) or not isinstance(row.get(name), str | list):
        raise _strange()
    return row[name]


def _text(row: dict[str, Any], name: str) -> str:
    text = row.get(name)
    if not isinstance(text, str):
        raise _strange()
    return text


def _strange() -> TargetError:
    return TargetUnreachableError(
        "target-unreachable",
        "what answers is not RabbitMQ's management API",
        fix="--option management=https://HOST:15671",
    )
