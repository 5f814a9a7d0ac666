"""Operations on policy documents: compile, explain, compare, render."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import (
    ConflictError,
    InvalidError,
    LimitError,
    MachineError,
    NotFoundError,
)
from strongroom.model.policy import Contradiction, Override, Policy, Status
from strongroom.policy import compiler, meaning
from strongroom.policy import render as renderer
from strongroom.policy.clauses import sort_key
from strongroom.policy.document import DOCUMENT_BYTES_MAX
from strongroom.policy.taxonomy import BY_ID

CLOSEST_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """One clause: what the document says, what Strongroom does, and how that is tested.

    `stated` is False for a clause of the taxonomy that the document does not state.
    """

    id: str
    title: str
    stated: bool
    status: Status | None
    lines: tuple[int, ...]
    text: str
    does: str
    proof: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    overrides: tuple[Override, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed in meaning between two documents."""

    before: str
    after: str
    changes: tuple[meaning.Change, ...]


def read(path: Path) -> bytes:
    """The bytes of a document; never more than the largest document that is read.

    Raises:
        NotFoundError: `policy-not-found`.
        InvalidError: `policy-is-a-folder`, `policy-not-a-file`.
        LimitError: `policy-too-large`.
        MachineError: `policy-unreadable`.
    """
    try:
        # Looking at a path fails too, where a folder above it may not be searched.
        if path.is_dir():
            raise InvalidError(
                "policy-is-a-folder",
                f"{path} is a folder, not a document",
                fix="name the file in it",
            )
        if path.exists() and not path.is_file():
            raise InvalidError("policy-not-a-file", f"{path} is not a regular file")
        with path.open("rb") as stream:
            data = stream.read(DOCUMENT_BYTES_MAX + 1)
    except FileNotFoundError:
        raise NotFoundError("policy-not-found", f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name cannot be used"
        raise MachineError("policy-unreadable", f"{path} cannot be read: {reason}") from None
    if len(data) > DOCUMENT_BYTES_MAX:
        raise LimitError(
            "policy-too-large",
            f"{path} has more than {DOCUMENT_BYTES_MAX:,} bytes",
            fix="keep attachments and data outside of the policy document",
        )
    return data


def load(path: Path) -> Policy:
    """Compile the document at `path`; see `read` and `policy.compiler.compile` for errors."""
    return compiler.compile(read(path))


def explain(policy: Policy, clause: str) -> Explanation:
    """What the document says in a clause, what is done about it, and what proves that.

    Raises:
        NotFoundError: `clause-unknown`: neither the document nor the taxonomy has it.
    """
    id_ = clause.strip()
    id_ = id_.upper() if id_[:2].upper() == "P-" else id_
    if id_[:2].upper() in {"C-", "D-"}:
        return _contradiction(policy, id_.upper())
    stated, known = policy.clause(id_), BY_ID.get(id_)
    if stated is None and known is None:
        near = [i for i in sorted(BY_ID, key=sort_key) if i.startswith(id_.partition(".")[0])]
        raise NotFoundError(
            "clause-unknown",
            "there is no such clause, in the document or in the taxonomy",
            fix=f"clauses look like P-5.10; {'near it: ' + ', '.join(near[:CLOSEST_MAX]) if near else '`strongroom policy show` lists them'}",
        )
    lines = stated.lines if stated else ()
    return Explanation(
        id=id_,
        title=known.title if known else "A sentence of this document only",
        stated=stated is not None,
        status=stated.status if stated else None,
        lines=lines,
        text=stated.text if stated else "",
        does=known.does
        if known
        else "Nothing: it is kept in view until a comment in the document says which clause it is.",
        proof=known.proof if known else (),
        contradictions=tuple(c for c in policy.contradictions if set(c.lines) & set(lines)),
        overrides=tuple(o for o in policy.overrides if o.subject == id_),
    )


def _contradiction(policy: Policy, id_: str) -> Explanation:
    found = tuple(c for c in policy.contradictions if c.id == id_)
    if not found:
        raise NotFoundError("clause-unknown", f"the document has no contradiction {id_}")
    lines = tuple(sorted({line for c in found for line in c.lines}))
    return Explanation(
        id_,
        "A contradiction or gap of the document",
        True,
        None,
        lines,
        found[0].message,
        found[0].resolution,
        (),
        found,
        (),
    )


def compare(before: Path, after: Path) -> Comparison:
    """The changes in meaning from one document to another."""
    old, new = load(before), load(after)
    return Comparison(old.sha256, new.sha256, meaning.diff(old, new))


def render(path: Path) -> str:
    """The document at `path`, written anew from what it means."""
    return renderer.render(load(path))


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet.

    Raises:
        ConflictError: `file-exists`.
        MachineError: `file-unwritable`.
    """
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise ConflictError("file-exists", f"{path} exists", fix="name another file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name cannot be used"
        raise MachineError("file-unwritable", f"{path} cannot be written: {reason}") from None
