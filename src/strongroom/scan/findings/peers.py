"""What other tools have accepted, carried over to our baseline as far as it can be.

They say it by the SHA-1 of a secret (detect-secrets), by the secret or its place (reports and
ignore files of gitleaks) or by a pattern (git-secrets). Each is held against what we found;
what fits nothing is named, since it may hide something that we do not find.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from strongroom.errors import ConfigError
from strongroom.scan.findings.baseline import Entry
from strongroom.scan.findings.collect import Gathered

PATTERN_CHARS_MAX: Final = 500
UNUSED_MAX: Final = 200
# What detect-secrets 1.5 keeps the SHA-1 of in place of the secret: its patterns end, or group, there.
_KINDS: Final = (
    "ghp", "gho", "ghu", "ghs", "ghr", "BEGIN DSA PRIVATE KEY", "BEGIN EC PRIVATE KEY",
    "BEGIN OPENSSH PRIVATE KEY", "BEGIN PGP PRIVATE KEY BLOCK", "BEGIN PRIVATE KEY",
    "BEGIN RSA PRIVATE KEY", "BEGIN SSH2 ENCRYPTED PRIVATE KEY", "PuTTY-User-Key-File-2",
)  # fmt: skip
_BEFORE: Final = (b"", b"AccountKey=")  # what its pattern takes along
_REDACTED: Final = re.compile(r"\.{3}$|^REDACTED$|^\*+$")
_FINGERPRINT: Final = re.compile(r"(?:[0-9a-f]{7,64}:)?(.+):([^:]+):(\d+)")


@dataclass(frozen=True, slots=True)
class Carried:
    """Terms by the fingerprint of each leak that a peer accepts, and what was left behind."""

    entries: dict[str, Entry]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    """One thing that a peer accepts. What is None or empty says nothing."""

    label: str
    sha1: str = ""
    secret: bytes = field(default=b"", repr=False)
    path: str = ""
    line: int = 0
    pattern: "re.Pattern[bytes] | None" = field(default=None, repr=False)


def carry(
    name: str, data: bytes, found: Sequence[Gathered], *, reason: str = "", owner: str = ""
) -> Carried:
    """Read the file `name` of a peer, and say which of `found` it accepts.

    The gathered leaks must have kept their hits. `reason` stands for the one that we make up.

    Raises:
        ConfigError: `scan-peer-baseline-unknown`, `scan-peer-baseline-invalid`.
    """
    tool, claims, notes = _claims(name, data)
    entries: dict[str, Entry] = {}
    for claim in claims:
        fitting = [one for one in found if _fits(claim, one)]
        if not fitting and len(notes) < UNUSED_MAX:
            notes.append(f"{name}: {claim.label}: nothing that we found, so it is not carried over")
        for one in fitting:
            said = reason or f"accepted for {tool} in {name.rpartition('/')[2]}"
            entries[one.leak.fingerprint] = Entry(one.leak.fingerprint, one.leak.rule, said, owner)
    return Carried(entries, tuple(notes))


def _claims(name: str, data: bytes) -> tuple[str, list[_Claim], list[str]]:
    base = name.rpartition("/")[2]
    if base == ".gitleaksignore":
        return "gitleaks", *_ignore_file(name, _text(data))
    if base in {".gitallowed", "secrets.allowed"}:
        return "git-secrets", *_allowed(name, _text(data))
    body = _json(data, name)
    if isinstance(body, dict) and isinstance(body.get("results"), dict):
        return "detect-secrets", *_detect_secrets(body["results"])
    if isinstance(body, list) and all(isinstance(one, dict) for one in body):
        return "gitleaks", *_gitleaks(body)
    raise ConfigError(
        "scan-peer-baseline-unknown",
        f"{name} is of no tool that we know",
        fix="give .secrets.baseline, a JSON report of gitleaks, .gitleaksignore or .gitallowed",
    )


def _detect_secrets(results: dict[str, Any]) -> tuple[list[_Claim], list[str]]:
    claims, kinds = [], {_sha1(kind.encode()) for kind in _KINDS}
    by_place = 0
    for path, rows in results.items():
        for row in rows if isinstance(rows, list) else ():
            sha1 = row.get("hashed_secret") if isinstance(row, dict) else None
            if isinstance(sha1, str) and re.fullmatch(r"[0-9a-f]{40}", sha1):
                line = row.get("line_number", "?")
                label = f"{path}:{line} ({row.get('type', '?')})"
                if sha1 in kinds and isinstance(line, int):
                    by_place += 1
                    claims.append(_Claim(label, path=path, line=line))
                else:
                    claims.append(_Claim(label, sha1=sha1))
    notes = ["detect-secrets: filters and plugins of its baseline are not carried over"]
    if by_place:
        notes.append(
            f"detect-secrets: {by_place} entries say a kind of secret and not which,"
            " and were matched by their place"
        )
    return claims, notes


def _gitleaks(rows: list[dict[str, Any]]) -> tuple[list[_Claim], list[str]]:
    claims, notes, redacted = [], [], 0
    for row in rows:
        path, line, secret = row.get("File"), row.get("StartLine"), row.get("Secret")
        if not isinstance(path, str) or not isinstance(line, int):
            continue
        label = f"{path}:{line} ({row.get('RuleID', '?')})"
        if isinstance(secret, str) and secret and not _REDACTED.search(secret):
            claims.append(_Claim(label, secret=secret.encode("utf-8", "surrogatepass")))
        else:
            redacted += 1
            claims.append(_Claim(label, path=path, line=line))
    if redacted:
        notes.append(
            f"gitleaks: {redacted} entries hold no secret, and were matched by their place"
        )
    return claims, notes


def _ignore_file(name: str, text: str) -> tuple[list[_Claim], list[str]]:
    claims, notes = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.partition(" #")[0].strip()
        if not entry or entry.startswith("#"):
            continue
        match = _FINGERPRINT.fullmatch(entry)
        if match is None:
            notes.append(f"{name}:{number}: no fingerprint of gitleaks, so it is not carried over")
            continue
        claims.append(_Claim(f"line {number}", path=match[1], line=int(match[3])))
    if claims:
        notes.append("gitleaks: its ignore file names lines; they were matched as they are now")
    return claims, notes


def _allowed(name: str, text: str) -> tuple[list[_Claim], list[str]]:
    claims, notes = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if len(line) > PATTERN_CHARS_MAX:
            notes.append(f"{name}:{number}: the pattern is too long, so it is not carried over")
            continue
        try:
            pattern = re.compile(line.encode())
        except (re.error, OverflowError):
            notes.append(f"{name}:{number}: the pattern cannot be read, so it is not carried over")
            continue
        claims.append(_Claim(f"line {number}", pattern=pattern))
    notes.append("git-secrets: patterns are applied to what is found now, not to what comes later")
    return claims, notes


def _fits(claim: _Claim, one: Gathered) -> bool:
    if claim.sha1:
        return claim.sha1 in {_sha1(before + s) for s in _secrets(one) for before in _BEFORE}
    if claim.secret:
        return any(claim.secret in (s, s.strip()) for s in _secrets(one))
    if claim.pattern is not None:
        # A pattern must speak for every place: it is the value that we accept.
        return bool(one.hits) and all(
            claim.pattern.search(f"{place.path}:{place.line}:".encode() + hit.text)
            for place, hit in one.hits
        )
    return any(p.path == claim.path and p.line <= claim.line <= p.end_line for p in one.leak.places)


def _sha1(text: bytes) -> str:
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


def _secrets(one: Gathered) -> Iterable[bytes]:
    return {hit.secret for _, hit in one.hits}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        pass
    raise ConfigError("scan-peer-baseline-invalid", f"{name} is no JSON")
