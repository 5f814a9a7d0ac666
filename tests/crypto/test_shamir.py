"""Tests for strongroom.crypto.shamir."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.crypto.promises import OTHER_ROOM, ROOM, code

from strongroom.crypto import shamir
from strongroom.crypto.shamir import Share, Shares, ShareSet, Sharing
from strongroom.errors import InvalidError

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MADE = Sharing(ROOM, 5, 3)
PARAMS = MADE.params()
SETS = st.integers(2, 31).flatmap(lambda n: st.tuples(st.just(n), st.integers(2, n)))


def _root(*shares: Share) -> bytes:
    return Shares(shares).root(ROOM, PARAMS)


@settings(max_examples=60, deadline=None)
@given(SETS, st.data())
def test_any_k_of_n_shares_open_in_any_order(size: tuple[int, int], data: st.DataObject) -> None:
    count, threshold = size
    made = Sharing(ROOM, count, threshold)
    order = data.draw(st.permutations(made.shares))
    given_ = order[: data.draw(st.integers(threshold, count))]
    typed = [Share.parse(share.reveal().lower()) for share in given_]

    assert made._secret == Shares(typed).root(ROOM, made.params())
    few = Shares(typed[: threshold - 1])
    assert "shares-too-few" == code(lambda: few.root(ROOM, made.params()))


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_the_field_is_one(a: int, b: int, c: int) -> None:
    times = shamir._times

    assert times(a, b) == times(b, a) < 256
    assert times(a, times(b, c)) == times(times(a, b), c)
    assert times(a, b ^ c) == times(a, b) ^ times(a, c)
    assert a == times(a, 1)
    assert (1 if a else 0) == times(a, shamir._inverse(a))


def test_products_are_those_of_the_standard() -> None:
    """FIPS 197, section 4.2."""
    assert 0xC1 == shamir._times(0x57, 0x83)
    assert 0xFE == shamir._times(0x57, 0x13)


@given(st.integers(0, 88), st.sampled_from(LETTERS))
def test_every_wrong_character_is_found_in_its_group(at: int, char: str) -> None:
    text = MADE.shares[2].reveal()
    assume(text[at] not in {"-", char})

    with pytest.raises(InvalidError, match=f"group {at // 9 + 1} of 10") as refused:
        Share.parse(text[:at] + char + text[at + 1 :])
    assert "share-group" == refused.value.code


@given(st.text(max_size=600))
def test_no_text_crashes_the_reader_and_none_comes_back(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        Share.parse(text)
    assert len(text) < 30 or text not in str(refused.value)


def test_each_bad_share_is_named_with_what_is_wrong() -> None:
    one, two, three = MADE.shares[:3]
    again = Sharing(ROOM, 5, 3).shares[2]
    foreign = Sharing(OTHER_ROOM, 5, 3).shares[2]
    lie = Share(three.room, three.set_id, 3, 3, bytes(32))
    sixth = Share(three.room, three.set_id, 3, 6, three.secret)
    fewer = Share(three.room, three.set_id, 2, 3, three.secret)

    assert MADE._secret == _root(one, two, three)
    assert "share-other-set" == code(lambda: _root(one, two, again))
    assert "share-other-room" == code(lambda: _root(one, two, foreign))
    assert "share-wrong" == code(lambda: _root(one, two, lie))
    assert "share-beyond" == code(lambda: _root(one, two, sixth))
    assert "share-beyond" == code(lambda: _root(one, two, fewer))
    assert "share-repeated" == code(lambda: _root(one, two, two))
    # Also beyond those that are combined.
    assert "share-wrong" == code(lambda: _root(*MADE.shares[:2], MADE.shares[3], lie))


@pytest.mark.parametrize(
    "params",
    [b"", PARAMS[:5], PARAMS[:-1], PARAMS + b"\0", b"\1" + PARAMS[1:], b"\6" + PARAMS[1:],
     PARAMS[:1] + b"\x20" + PARAMS[2:]],
    ids=["empty", "start", "short", "long", "threshold-1", "threshold-6", "count-32"],
)  # fmt: skip
def test_params_that_no_set_has_are_refused(params: bytes) -> None:
    assert "slot-malformed" == code(lambda: ShareSet.read(params))


@pytest.mark.parametrize(("count", "threshold"), [(1, 1), (5, 1), (3, 4), (32, 3), (5, -1)])
def test_what_is_no_set_of_shares(count: int, threshold: int) -> None:
    assert "shares-invalid" == code(lambda: Sharing(ROOM, count, threshold))


def test_shares_are_drawn_and_hidden() -> None:
    shown = f"{MADE!r} {MADE.shares!r} {Shares(MADE.shares)!r} {MADE.shares[0]}"

    assert 40 == len({Sharing(ROOM, 2, 2).shares[0].secret for _ in range(40)})
    assert "<Share 1, 3 are needed, hidden>" in shown
    assert not any(share.secret.hex() in shown for share in MADE.shares)
    assert not any(share.reveal()[:8] in shown for share in MADE.shares)
    assert all(share.secret not in PARAMS for share in MADE.shares)
