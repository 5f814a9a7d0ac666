"""Proof documents: what they show, and that nothing else can be made of them."""

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.logs import KEY, STRANGER, honest

from strongroom.audit import proof, proven, tree
from strongroom.audit.note import VerifierKey
from strongroom.audit.proven import FORMAT, Consistency, Continued, Detail, Included, Inclusion
from strongroom.errors import AuditBrokenError, InvalidError, StrongroomError

LOG = honest(40, every=10)
HASHES = [tree.leaf_hash(row.leaf or b"") for row in LOG.rows]


def subtree(level: int, at: int) -> bytes:
    return tree.fold(HASHES[at << level : (at + 1) << level])


def included(place: int, *, detail: bool = False) -> Inclusion:
    path = [step.hex() for step in proof.inclusion_proof(place, 40, subtree)]
    row = LOG.rows[place]
    assert row.leaf is not None
    assert row.detail is not None
    kept = Detail(row.detail[0].hex(), row.detail[1].decode()) if detail else None
    return Inclusion(FORMAT, place, row.leaf.hex(), path, LOG.notes[-1], kept)


def continued(old: int, new: int) -> Consistency:
    path = proof.consistency_proof(old, new, subtree)
    notes = LOG.notes[old // 10 - 1], LOG.notes[new // 10 - 1]
    return Consistency(FORMAT, *notes, [step.hex() for step in path])


@pytest.mark.parametrize("place", [0, 7, 39])
@pytest.mark.parametrize("detail", [False, True])
def test_an_entry_is_shown_with_the_key_alone(place: int, *, detail: bool) -> None:
    document = proven.encode(included(place, detail=detail))
    shown = proven.check(proven.decode_proof(document), KEY)

    assert isinstance(shown, Included)
    assert (shown.place, shown.entry.seq, shown.checkpoint.size) == (place, LOG.rows[place].seq, 40)
    assert shown.detail == ({"name": "somebody"} if detail else None)
    assert (b"somebody" in document) is detail


def test_one_checkpoint_continues_another() -> None:
    shown = proven.check(proven.decode_proof(proven.encode(continued(10, 40))), KEY)

    assert isinstance(shown, Continued)
    assert (shown.old.size, shown.new.size) == (10, 40)


@dataclass
class Wrong:
    code: str
    proof: Inclusion | Consistency


def _wrong() -> list[Wrong]:
    good, between = included(7, detail=True), continued(10, 40)
    swap = msgspec.structs.replace
    assert good.detail is not None
    return [
        Wrong("inclusion-proof", swap(good, place=8)),
        Wrong("inclusion-proof", swap(good, leaf=included(8).leaf)),
        Wrong("inclusion-proof", swap(good, path=good.path[1:])),
        Wrong("inclusion-proof", swap(good, checkpoint=LOG.notes[0])),
        Wrong("proof-malformed", swap(good, leaf=good.leaf.upper())),
        Wrong("proof-malformed", swap(good, path=["zz"])),
        Wrong("note-forged", swap(good, checkpoint=LOG.notes[-1].replace("\n40\n", "\n41\n"))),
        Wrong("proof-detail", swap(good, detail=Detail(good.detail.salt, '{"name":"other"}'))),
        Wrong("proof-detail", swap(good, detail=Detail("00", good.detail.blob))),
        Wrong("consistency-proof", swap(between, old=between.new, new=between.old)),
        Wrong("consistency-proof", swap(between, old=LOG.notes[1])),
        Wrong("consistency-proof", swap(between, path=between.path[:-1])),
    ]


@pytest.mark.parametrize("wrong", _wrong(), ids=lambda wrong: wrong.code)
def test_anything_else_is_refused(wrong: Wrong) -> None:
    with pytest.raises((AuditBrokenError, InvalidError)) as raised:
        proven.check(wrong.proof, KEY)

    assert raised.value.code == wrong.code


def test_another_key_shows_nothing() -> None:
    other = VerifierKey(KEY.name, STRANGER.public_key().public_bytes_raw())
    with pytest.raises(AuditBrokenError, match="not signed"):
        proven.check(included(7), other)


@given(st.binary(max_size=200) | st.just(b'{"proof":"inclusion"}') | st.just(b" " * 300_000))
def test_what_is_no_proof_is_refused(document: bytes) -> None:
    with pytest.raises(StrongroomError) as raised:
        proven.decode_proof(document)

    assert raised.value.code == "proof-malformed"
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_an_unknown_field_is_refused() -> None:
    document = proven.encode(included(7)).replace(b'"place"', b'"placed": 1, "place"')
    with pytest.raises(InvalidError):
        proven.decode_proof(document)
