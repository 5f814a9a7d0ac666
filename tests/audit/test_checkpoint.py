"""Tests for strongroom.audit.checkpoint."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.logs import KEY, ORIGIN, SIGNER, STRANGER

from strongroom.audit import note
from strongroom.audit.checkpoint import Checkpoint, open_note, origin_of, parse, render, sign
from strongroom.audit.entry import NUMBER_MAX
from strongroom.audit.note import VerifierKey
from strongroom.errors import AuditBrokenError

ROOT = bytes(range(32))
ROOT_TEXT = base64.b64encode(ROOT).decode()
CHECKPOINTS = st.builds(
    Checkpoint,
    st.just(ORIGIN),
    st.integers(0, NUMBER_MAX),
    st.binary(min_size=32, max_size=32),
    st.none() | st.integers(0, NUMBER_MAX),
    st.lists(st.from_regex(r"[a-z]{1,5} [0-9]{1,5}", fullmatch=True), max_size=8).map(tuple),
)


def code_of(text: str) -> str:
    with pytest.raises(AuditBrokenError) as broken:
        parse(text)
    return broken.value.code


def test_known_answer() -> None:
    """The lines that C2SP writes down, and our time as the first extension."""
    checkpoint = Checkpoint(ORIGIN, 258, ROOT, 1_790_000_000_000_001, ("anchor 7",))
    expected = (
        "strongroom/a0a1a2a3a4a5a6a7a8a9aaabacadaeaf\n"
        "258\n"
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        "time_us 1790000000000001\n"
        "anchor 7\n"
    )

    assert expected == render(checkpoint)


def test_a_checkpoint_of_another_log_parses() -> None:
    """The example of the specification."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    assert 20852163 == parse(text).size
    assert text == render(parse(text))


@given(CHECKPOINTS)
def test_what_is_signed_is_opened(checkpoint: Checkpoint) -> None:
    assert checkpoint == open_note(sign(checkpoint, SIGNER), KEY)
    assert checkpoint == parse(render(checkpoint))


@given(st.text(max_size=80))
def test_whatever_parses_renders_to_itself(text: str) -> None:
    """There is one spelling of a checkpoint."""
    codes = set()
    for candidate in (text, f"{ORIGIN}\n5\n{ROOT_TEXT}\n{text}\n"):
        try:
            assert candidate == render(parse(candidate))
        except AuditBrokenError as error:
            codes.add(error.code)

    assert codes <= {"checkpoint-malformed"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n5\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\n\n",
        f"{ORIGIN}\n5\n\n{ROOT_TEXT}\n",
        f"\n5\n{ROOT_TEXT}\n",
        f"a b\n5\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n05\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n+5\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n-5\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n5 \n{ROOT_TEXT}\n",
        f"{ORIGIN}\n٥\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT[:-1]}\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT[:-2]}9=\n",
        f"{ORIGIN}\n5\nAAEC\n",
        f"{ORIGIN}\n5\nÄ\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\ntime_us \n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\ntime_us 01\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\ntime_us 1\ntime_us 2\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\nother\ntime_us 2\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\n" + "line\n" * 9,
        f"{ORIGIN}\n5\n{ROOT_TEXT}\n" + "line\n" * 20,
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    assert "checkpoint-malformed" == code_of(text)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("a b", 1, ROOT),
        Checkpoint("a\n5", 1, ROOT),
        Checkpoint(ORIGIN, -1, ROOT),
        Checkpoint(ORIGIN, NUMBER_MAX + 1, ROOT),
        Checkpoint(ORIGIN, 1, ROOT[:31]),
        Checkpoint(ORIGIN, 1, ROOT, -1),
        Checkpoint(ORIGIN, 1, ROOT, None, ("",)),
        Checkpoint(ORIGIN, 1, ROOT, None, ("two\nlines",)),
        Checkpoint(ORIGIN, 1, ROOT, None, ("time_us 5",)),
        Checkpoint(ORIGIN, 1, ROOT, None, ("line",) * 9),
    ],
)
def test_what_would_be_read_back_otherwise_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError):
        sign(checkpoint, SIGNER)


def test_a_key_speaks_for_its_own_log_only() -> None:
    """One key under one name: what it signs about another log is not believed."""
    other = render(Checkpoint("another/log", 5, ROOT))
    with pytest.raises(AuditBrokenError, match="another log"):
        open_note(note.sign(other, ORIGIN, SIGNER), KEY)


@pytest.mark.parametrize("expected", ["note-foreign", "note-forged", "note-malformed"])
def test_a_note_that_does_not_hold_is_refused_by_kind(expected: str) -> None:
    checkpoint = Checkpoint(ORIGIN, 5, ROOT)
    text = {
        "note-foreign": sign(checkpoint, STRANGER),
        "note-forged": sign(checkpoint, SIGNER).replace("\n5\n", "\n6\n"),
        "note-malformed": render(checkpoint),
    }[expected]
    with pytest.raises(AuditBrokenError) as broken:
        open_note(text, KEY)

    assert expected == broken.value.code


def test_the_name_of_a_log_is_that_of_its_instance() -> None:
    assert "strongroom/" + "ab" * 16 == origin_of(b"\xab" * 16)
    assert note.is_name(origin_of(bytes(16)))
    assert VerifierKey.parse(str(KEY)) == KEY
    with pytest.raises(ValueError, match="16 bytes"):
        origin_of(b"short")
