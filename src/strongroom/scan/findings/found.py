"""Hits of one piece, ready to be put together: each with its line masked and its mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from strongroom.model.finding import Severity
from strongroom.scan.findings import inline, masking
from strongroom.scan.findings.inline import Mark
from strongroom.scan.model import Confidence, Hit, Piece, Place, Validity


@dataclass(frozen=True, slots=True)
class Found:
    """A secret at a place. `hit` is where it is from, and only kept where somebody asks for it."""

    rule: str
    secret: bytes = field(repr=False)
    place: Place
    severity: Severity
    confidence: Confidence
    validity: Validity
    related: tuple[str, ...] = ()
    own: str = ""
    mark: Mark | None = None
    hit: Hit | None = field(default=None, repr=False)


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
            _place(hit, lines[hit.line]),
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


def _place(hit: Hit, on_line: Iterable[Hit]) -> Place:
    others = {part for other in on_line for part in (other.text[other.start : other.end],)}
    others |= {part for other in on_line for part in other.secret.split(b"\n")}
    return Place(
        path=masking.readable(hit.origin.path),
        line=hit.line,
        column=hit.column,
        end_line=hit.end_line,
        medium=hit.origin.medium,
        masked=masking.mask(hit.text, hit.start, hit.end, others),
        oid=hit.origin.oid,
        via=hit.via,
    )
