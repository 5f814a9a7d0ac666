"""Hits as an engine gives them, with values made up when a test runs."""

import secrets

from strongroom.model.severity import Severity
from strongroom.scan.model import Confidence, Hit, Medium, Origin, Piece, Validity
from strongroom.scan.ruleset.model import Rule

RULES = {
    "acme-token": Rule("acme-token", "Acme token", "x", remedy="Acme, settings"),
    "generic-secret": Rule("generic-secret", "Generic secret", "x", generic=True),
}


def token() -> bytes:
    return f"acme_{secrets.token_hex(16)}".encode()


def piece(text: bytes, path: str = "a.py", medium: Medium = Medium.FILE, oid: str = "") -> Piece:
    return Piece(text, Origin(path, medium, oid))


def hit(of: Piece, secret: bytes, rule: str = "acme-token", at: int = 0) -> Hit:
    """The `at`-th place of `secret` in a piece."""
    start = -1
    for _ in range(at + 1):
        start = of.data.index(secret, start + 1)
    begin = of.data.rfind(b"\n", 0, start) + 1
    text = of.data[begin:].split(b"\n")[0]
    line = of.data.count(b"\n", 0, start) + 1
    generic = rule == "generic-secret"
    return Hit(
        rule, secret, of.origin, line, line, start - begin + 1, start - begin,
        start - begin + len(secret), text,
        Severity.MEDIUM if generic else Severity.HIGH,
        Confidence.LOW if generic else Confidence.HIGH,
        Validity.UNKNOWN if generic else Validity.WELL_FORMED,
    )  # fmt: skip


def moved(one: Hit, path: str) -> Hit:
    return one._replace(origin=one.origin._replace(path=path))
