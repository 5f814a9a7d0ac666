"""What crosses the scanner: pieces of input, hits in them, and the findings they become.

A piece is bytes with where they are from. The engine turns a piece into hits; `findings`
turns hits of all pieces into findings, one for one secret with all its places.
"""

from enum import StrEnum
from typing import Any, Final, NamedTuple

from strongroom.model.severity import Severity

INSIDE: Final = "!"  # `a.zip!docs/b.txt`: what is inside of what


class Medium(StrEnum):
    """What kind of thing the bytes are from."""

    FILE = "file"
    BLOB = "blob"  # a version of a file in a history; `Origin.oid` names it
    STAGED = "staged"
    STREAM = "stream"
    COMMIT_MESSAGE = "commit-message"
    TAG_MESSAGE = "tag-message"
    NOTE = "note"
    FILE_NAME = "file-name"
    GIT_CONFIG = "git-config"


class Confidence(StrEnum):
    """How sure a finding is, surest first."""

    CERTAIN = "certain"  # a checksum holds, or it is a value of the room
    HIGH = "high"  # a format that nothing else has
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest; for sorting."""
        return list(Confidence).index(self)


class Validity(StrEnum):
    """What is known about the secret without a network."""

    OWN_CURRENT = "own-current"
    OWN_RETIRED = "own-retired"
    WELL_FORMED = "well-formed"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"


def without(one: Any, *hidden: str) -> str:
    """What `repr` says of the named tuple `one`, without those fields: they hold what is secret."""
    shown = (f"{name}={value!r}" for name, value in one._asdict().items() if name not in hidden)
    return f"{type(one).__name__}({', '.join(shown)})"


class Origin(NamedTuple):
    """Where a piece is from.

    `path` is relative with `/`, bytes that are no UTF-8 as surrogates, `!` before what is
    inside of an archive; empty for a blob until it is attributed. `oid` is the hex id of a
    blob, commit or tag. `encoding` is what the bytes were in before they were made UTF-8.
    """

    path: str
    medium: Medium = Medium.FILE
    oid: str = ""
    encoding: str = ""


class Piece(NamedTuple):
    """Bytes to look at in one go: a whole file, or a window of one.

    `first_line` is the 1-based number of the line that `data` begins in, `first_column` the
    0-based octet of that line at which it begins. Windows of one file overlap, so a hit may
    be found twice at the same place. `changed` are the first and last lines (1-based, of the
    file) that a change brings, the others being there for their context; None means all.
    """

    data: bytes
    origin: Origin
    first_line: int = 1
    first_column: int = 0
    changed: tuple[tuple[int, int], ...] | None = None

    def __repr__(self) -> str:
        return without(self, "data")

    def brings(self, line: int, end_line: int) -> bool:
        """Whether what stands on these lines is new here; whoever scans drops other hits."""
        if self.changed is None:
            return True
        return any(first <= end_line and line <= last for first, last in self.changed)


class Passed(NamedTuple):
    """How many more things, of how many octets, were looked at already, and hold nothing."""

    items: int
    octets: int


class Hit(NamedTuple):
    """One secret at one place, as the engine saw it.

    `secret` is the decoded value; `start` and `end` are octets of the line that `line` says
    (1-based), covering what stands there for the secret, encoded or not. `end_line` differs
    for what goes over several lines. `text` is that line (cut around the secret to at most
    `TEXT_OCTETS_MAX`, `start` and `end` then counting in `text`), for masking and for inline
    marks. `via` names the decodings, outermost first. `related` names the rule ids that it
    was paired with; `own` is `NAME@vN` for a value of the room.
    """

    rule: str
    secret: bytes
    origin: Origin
    line: int
    end_line: int
    column: int  # 1-based character of the whole line, for people and SARIF
    start: int
    end: int
    text: bytes
    severity: Severity
    confidence: Confidence
    validity: Validity = Validity.UNKNOWN
    via: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    own: str = ""

    def __repr__(self) -> str:
        return without(self, "secret", "text")


TEXT_OCTETS_MAX: Final = 512


class Place(NamedTuple):
    """One place of a finding. `when_us` is the author's time, microseconds since 1970, UTC.

    `versions` is in how many versions of the file the line stands; commit, author and time are
    those of the oldest.
    """

    path: str
    line: int
    column: int
    end_line: int
    medium: Medium
    masked: str  # the line, the secret covered
    oid: str = ""
    commit: str = ""
    author: str = ""
    when_us: int = 0
    via: tuple[str, ...] = ()
    versions: int = 1


class Leak(NamedTuple):
    """One leaked secret with all its places, oldest first. It holds no value.

    `fingerprint` depends on the value and the rule alone. `shape` describes the value:
    length and alphabet.
    """

    rule: str
    title: str
    severity: Severity
    confidence: Confidence
    validity: Validity
    fingerprint: str
    shape: str
    places: tuple[Place, ...]
    related: tuple[str, ...] = ()
    own: str = ""
    remedy: str = ""


class NotScanned(NamedTuple):
    """Something that was not looked at, or not whole: named, never silently skipped.

    `path` is empty where it is about the whole source.
    """

    path: str
    code: str  # kebab-case, stable
    why: str

    @property
    def by_choice(self) -> bool:
        """Whether it was left out by default (`skipped-…`), which is to be told and no failure."""
        return self.code.startswith("skipped-")
