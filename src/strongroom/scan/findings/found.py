"""Hits of one piece, ready to be put together: each with its line masked and its mark."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from strongroom.model.severity import Severity
from strongroom.scan.findings import inline, masking
from strongroom.scan.findings.inline import Mark
from strongroom.scan.model import Confidence, Hit, Medium, Piece, Place, Validity, without

CROWD: Final = 32  # secrets on one line; of a line with more nothing is shown


class Found(NamedTuple):
    """A secret at a place. `hit` is where it is from, and only kept where somebody asks for it."""

    rule: str
    secret: bytes
    place: Place
    severity: Severity
    confidence: Confidence
    validity: Validity
    related: tuple[str, ...] = ()
    own: str = ""
    mark: Mark | None = None
    hit: Hit | None = None

    def __repr__(self) -> str:
        return without(self, "secret", "hit")


def of(piece: Piece, hits: Sequence[Hit], *, keep: bool = False) -> list[Found]:
    """What `hits`, all those of `piece`, become; with `keep`, they are kept as they are.

    A hit on a line that the piece does not bring is only covered in the lines of others.
    """
    marked = inline.marks(piece.data, piece.first_line)
    lines: dict[int, list[Hit]] = {}
    for hit in hits:
        lines.setdefault(hit.line, []).append(hit)
    return [
        Found(
            hit.rule,
            hit.secret,
            _place(hit, lines[hit.line], _cut(piece, hit.text)),
            hit.severity,
            hit.confidence,
            hit.validity,
            hit.related,
            hit.own,
            marked.get(hit.line) or marked.get(hit.end_line),
            hit if keep else None,
        )
        for hit in hits
        if piece.brings(hit.line, hit.end_line)
    ]


def _cut(piece: Piece, text: bytes) -> tuple[bool, bool]:
    """Whether the line of `text` goes on before and behind the piece, as far as can be told."""
    data = piece.data
    before = piece.first_column > 0 and data.startswith(text)
    return before, not data.endswith(b"\n") and data.endswith(text)


def _place(hit: Hit, on_line: Sequence[Hit], cut: tuple[bool, bool]) -> Place:
    if len(on_line) > CROWD:
        named = hit.origin.medium is Medium.FILE_NAME
        path = masking.COVER if named else masking.readable(hit.origin.path)
        line = (0, 0, 0) if named else (hit.line, hit.column, hit.end_line)
        masked = "" if named else masking.COVER
        return Place(path, *line, hit.origin.medium, masked, hit.origin.oid, via=hit.via)
    others = {part for other in on_line for part in (other.text[other.start : other.end],)}
    others |= {part for other in on_line for part in other.secret.split(b"\n")}
    if hit.origin.medium is Medium.FILE_NAME:
        # A list of names has no lines that anybody could look up.
        path = masking.name(hit.text, hit.start, hit.end, others)
        return Place(path, 0, 0, 0, hit.origin.medium, "", hit.origin.oid, via=hit.via)
    return Place(
        path=masking.readable(hit.origin.path),
        line=hit.line,
        column=hit.column,
        end_line=hit.end_line,
        medium=hit.origin.medium,
        masked=masking.mask(hit.text, hit.start, hit.end, others, cut),
        oid=hit.origin.oid,
        via=hit.via,
    )
