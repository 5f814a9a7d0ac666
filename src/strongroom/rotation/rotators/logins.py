"""What rotators of logins share: where a target is, how it is spoken to, and whose login a value is."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from string import punctuation
from typing import Final

from strongroom.errors import InvalidError
from strongroom.rotation.rotators.interface import (
    Answer,
    Check,
    Credential,
    Fields,
    Job,
    Probe,
    TargetDeniedError,
    TargetError,
)

# Options of every rotator that uses this module.
OPTIONS: Final = frozenset({"username", "tls", "tls_ca", "length", "extra"})
LENGTH: Final = 32
LENGTHS: Final = range(20, 129)
USER_CHARS_MAX: Final = 128
SKEW_US: Final = 5_000_000  # how far a target's clock may be ahead of ours


class LoginRefusedError(TargetDeniedError):
    """User and password are not, or no longer, a pair."""

    def __init__(self) -> None:
        super().__init__("target-denied", "the target refuses this user with this password")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target listens. With `tls` its certificate is verified, by `ca` (a path) if there is one."""

    host: str
    port: int
    tls: bool
    ca: str

    @property
    def loopback(self) -> bool:
        """Whether nothing leaves the machine."""
        return _is_loopback(self.host)


def place(job: Job, port: int) -> Place:
    """Where the job's target is; `port` where the address names none. No I/O.

    Raises:
        InvalidError: `target-address`, `target-option`.
    """
    host, number = _split(job.target.address, port)
    ca, mode = job.option("tls_ca"), job.option("tls")
    if mode not in {"", "verify", "off"}:
        raise InvalidError("target-option", "`tls` is `verify` or `off`", fix="--option tls=verify")
    if ca and mode == "off":
        raise InvalidError("target-option", "`tls_ca` says more than `tls=off` allows")
    return Place(host, number, bool(ca) or mode == "verify" or not (mode or _is_loopback(host)), ca)


def chosen(job: Job, option: str, words: tuple[str, ...]) -> str:
    """An option that is one of `words`; the first of them where it is not given.

    Raises:
        InvalidError: `target-option`.
    """
    word = job.option(option, words[0])
    if word not in words:
        raise InvalidError(
            "target-option", f"`{option}` is none of its words", fix=f"one of: {', '.join(words)}"
        )
    return word


def number(job: Job, option: str, default: int, allowed: range) -> int:
    """An option that is a number.

    Raises:
        InvalidError: `target-option`.
    """
    text = job.option(option, str(default))
    if not (text.isascii() and text.isdigit() and int(text) in allowed):
        raise InvalidError(
            "target-option", f"`{option}` is a number from {allowed[0]} to {allowed[-1]}"
        )
    return int(text)


def user(job: Job, credential: Credential) -> str:
    """Whose login it is: the field `username` or `user`, else the option.

    Raises:
        InvalidError: `target-field`.
    """
    return _user(credential.fields, job.option("username"))


def password(credential: Credential) -> str:
    """The password: the field of that name, or the only one.

    Raises:
        InvalidError: `target-field`.
    """
    return _password(credential.fields)


def admin(job: Job) -> tuple[str, str] | None:
    """User and password of the target's admin credential, if it has one.

    Raises:
        InvalidError: `target-field`.
    """
    fields = job.target.admin
    return None if fields is None else (_user(fields, ""), _password(fields))


def renewed(job: Job, name: str) -> Fields:
    """The fields of the next value: the current ones, with `name` as user and a fresh password."""
    fields = dict(_current(job).fields)
    for field in ("username", "user"):
        if field in fields:
            fields[field] = name
    fields[_password_field(fields)] = job.draw(number(job, "length", LENGTH, LENGTHS), _extra(job))
    return fields


def checked(job: Job, allowed: frozenset[str] = frozenset()) -> None:
    """Refuse fields that are no login, and a user that neither `current` nor `allowed` names.

    Raises:
        InvalidError: `target-field`, `target-option`.
    """
    number(job, "length", LENGTH, LENGTHS)
    _extra(job)
    admin(job)
    current = _current(job)
    name = user(job, current)
    if allowed and name not in allowed:
        raise InvalidError("target-field", "the value's user is none that the options name")
    password(current)
    if job.pending is not None:
        password(job.pending)
        if user(job, job.pending) not in allowed | {name}:
            raise InvalidError("target-field", "the new value is for another user than the old one")


def successor(job: Job, old: Credential) -> Credential | None:
    """What stays valid when `old` is ended."""
    for one in (job.pending, job.current):
        if one is not None and one.version != old.version:
            return one
    return None


def probed(login: Callable[[], object]) -> Probe:
    """The answer to one try of a login."""
    try:
        login()
    except LoginRefusedError:
        return Probe(Answer.REFUSED)
    except TargetError as error:
        return Probe(Answer.UNKNOWN, error)
    return Probe(Answer.ACCEPTED)


def found(name: str, *, well: bool, good: str = "", bad: str = "", fix: str = "") -> Check:
    """A check that says one of two things; the `fix` only where it is not well."""
    return Check(name, well=well, said=good if well else bad, fix="" if well else fix)


def transport(where: Place) -> Check:
    """Whether passwords go over a network that others read."""
    return found(
        "tls",
        well=where.tls or where.loopback,
        good="the certificate is verified" if where.tls else "it does not leave the machine",
        bad="what is sent can be read on the way",
        fix="--option tls=verify, with --option tls_ca=PATH for an authority of your own",
    )


def stale(*, admins: bool) -> Check:
    """The password that is needed for the look is refused."""
    return found(
        "login",
        well=False,
        bad=f"the {'admin' if admins else 'current'} password is refused",
        fix="write the one that is valid now",
    )


def _current(job: Job) -> Credential:
    if job.current is None:
        raise InvalidError(
            "target-field",
            "there is no value yet that could be rotated",
            fix="write the one that is valid now",
        )
    return job.current


def _user(fields: Fields, default: str) -> str:
    name = fields.get("username") or fields.get("user") or default
    if not name:
        raise InvalidError(
            "target-field", "the value names no user", fix="a field `username`, or that option"
        )
    if len(name) > USER_CHARS_MAX or not name.isprintable():
        raise InvalidError("target-field", "the user's name cannot be one")
    return name


def _password(fields: Fields) -> str:
    name = _password_field(fields)
    text = fields[name]
    if name == "value" and "://" in text:
        raise InvalidError(
            "target-field",
            "the value is a URL, of which a password is a part",
            fix="write user and password as fields, and the URL as a template over them",
        )
    if not text or "\0" in text:
        raise InvalidError("target-field", "the password is empty, or no text")
    return text


def _password_field(fields: Fields) -> str:
    for name in ("password", "value"):
        if name in fields:
            return name
    raise InvalidError("target-field", "the value has no field `password`")


def _extra(job: Job) -> str:
    text = job.option("extra")
    if set(text) - set(punctuation):
        raise InvalidError(
            "target-option",
            "`extra` are ASCII marks beside letters and digits, without spaces",
            fix="--option extra=-_",
        )
    return text


def _split(address: str, port: int) -> tuple[str, int]:
    host, colon, tail = address.rpartition(":")
    if address.startswith("[") and address.endswith("]"):
        host, colon, tail = address, "", ""
    elif not colon:
        host, tail = address, ""
    elif ":" in host and not (host.startswith("[") and host.endswith("]")):
        host = ""  # an address of IPv6 needs its brackets, or the port is a guess
    name = host[1:-1] if host.startswith("[") else host
    digits = not colon or (tail.isascii() and tail.isdigit() and 0 < int(tail) < 65536)
    if (
        not name
        or not digits
        or not (
            name.isascii()
            and set(name) - set(".-_:%")
            and all(c.isalnum() or c in ".-_:%" for c in name)
        )
    ):
        raise InvalidError(
            "target-address",
            "the target's address is not `host:port`",
            fix="such as db.example.com:5432, or [::1]:5432",
        )
    return name, int(tail) if colon else port


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
