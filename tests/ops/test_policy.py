"""Operations on documents: every kind of file that is none, explanations, comparisons."""

import os
from pathlib import Path

import pytest
from tests.policy.samples import EXAMPLE, SMALL, example

from strongroom.errors import ConflictError, MachineError, NotFoundError, StrongroomError
from strongroom.ops import policy as ops
from strongroom.policy.document import DOCUMENT_BYTES_MAX


def test_a_document_is_loaded() -> None:
    assert example() == ops.load(EXAMPLE)


def test_what_is_no_file_is_refused_by_a_code(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "large").write_bytes(b"x" * (DOCUMENT_BYTES_MAX + 1))
    codes = {}
    for path in (
        tmp_path,
        tmp_path / "none",
        tmp_path / "pipe",
        tmp_path / "loop",
        tmp_path / "large",
        Path("a\x00b"),
    ):
        with pytest.raises(StrongroomError) as error:
            ops.read(path)
        codes[path.name] = error.value.code

    assert {
        tmp_path.name: "policy-is-a-folder",
        "none": "policy-not-found",
        "pipe": "policy-not-a-file",
        "loop": "policy-unreadable",
        "large": "policy-too-large",
        "a\x00b": "policy-unreadable",
    } == codes


@pytest.mark.parametrize("clause", ["P-5.10", "p-5.10", " P-5.10 "])
def test_a_clause_is_explained(clause: str) -> None:
    found = ops.explain(example(), clause)

    assert ("P-5.10", True) == (found.id, found.stated)
    assert "24 to 48 hours" in found.text
    assert "C-12" in {c.id for c in found.contradictions}


def test_a_clause_that_is_not_stated_is_explained_too(tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text(SMALL)
    found = ops.explain(ops.load(tmp_path / "p.md"), "P-12.7")

    assert (False, None, "") == (found.stated, found.status, found.text)


def test_a_contradiction_and_a_sentence_of_its_own_are_explained(tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text(f"{SMALL}\n- Whisper all secrets.\n")
    policy = ops.load(tmp_path / "p.md")
    own = next(c.id for c in policy.clauses if c.id.startswith("L-"))

    assert "Whisper" in ops.explain(policy, own).text
    assert ops.explain(policy, "c-15").does
    for unknown in ("P-99.9", "C-1", "D-9", "nonsense", ""):
        with pytest.raises(NotFoundError) as error:
            ops.explain(policy, unknown)
        assert "clause-unknown" == error.value.code


def test_documents_are_compared_and_written_anew(tmp_path: Path) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text(SMALL)
    second.write_text(SMALL.replace("90 days", "30 days"))
    found = ops.compare(first, second)

    assert ["types.jwt-key.rotation_days"] == [c.field for c in found.changes]
    assert () == ops.compare(first, first).changes
    assert "JWT keys" in ops.render(first)


def test_a_file_is_written_once(tmp_path: Path) -> None:
    ops.write_new(tmp_path / "new.md", "text")

    assert "text" == (tmp_path / "new.md").read_text()
    with pytest.raises(ConflictError):
        ops.write_new(tmp_path / "new.md", "other")
    for bad in (tmp_path / "none" / "x", Path("a\x00b")):
        with pytest.raises(MachineError):
            ops.write_new(bad, "text")
