"""The bytes of the cache, by their published vectors, and what is not accepted as them."""

import json
import secrets
from pathlib import Path

import pytest

from strongroom.runtime import sealed
from strongroom.runtime.sealed import Kept, Key

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "last-good.json").read_text("utf-8"))
TEXT = secrets.token_urlsafe(32)
KEY = secrets.token_bytes(32)
NONCE = secrets.token_bytes(12)
AAD = sealed.bound_to(["app", "production"])
KEPT: dict[Key, Kept] = {
    ("A", False): Kept(1_000, ((3, TEXT),)),
    ("A", True): Kept(1_000, ((3, TEXT), (2, "ö\ud800"))),
    ("B", False): Kept(2_000),
    ("C", False): Kept(2_000, ((1, "db.example"),), secret=False),
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["comment"])
def test_the_bytes_are_those_of_the_vectors(vector: dict[str, dict[str, str]]) -> None:
    given = vector["input"]
    key = sealed.derived(bytes.fromhex(given["key_file"]), given["machine_id"].encode())
    aad = sealed.bound_to(given["bound_to"])
    rows = json.loads(given["rows"])
    kept = {(n, e): Kept(at, tuple(map(tuple, v)), *more) for n, e, at, v, *more in rows}
    data = sealed.seal(key, bytes.fromhex(given["nonce"]), aad, kept)
    assert (key.hex(), aad.hex(), data.hex()) == tuple(
        vector["expect"][name] for name in ("key", "aad", "file")
    )
    assert sealed.opened(key, data, aad) == kept


def test_what_was_sealed_is_opened_and_hidden() -> None:
    data = sealed.seal(KEY, NONCE, AAD, KEPT)
    assert sealed.opened(KEY, data, AAD) == KEPT
    assert TEXT.encode() not in data
    assert TEXT not in repr(KEPT)


def test_nothing_else_is_opened() -> None:
    data = sealed.seal(KEY, NONCE, AAD, KEPT)
    for at in range(len(data)):
        broken = bytearray(data)
        broken[at] ^= 1
        assert sealed.opened(KEY, bytes(broken), AAD) is None
    assert {sealed.opened(KEY, data[:at], AAD) for at in range(len(data))} == {None}
    assert sealed.opened(KEY, data, sealed.bound_to(["app", "staging"])) is None
    assert sealed.opened(KEY, data, sealed.bound_to(["appp", "roduction"])) is None
    assert sealed.opened(sealed.derived(KEY, b"another machine"), data, AAD) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{}",
        "[1]",
        '["A"]',
        '[["A",false,"now",[]]]',
        '[["A",false,1,[],1]]',
        "[" * 100_000,
    ],
)
def test_what_is_inside_may_be_anything(text: str) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    data = sealed.FORMAT + NONCE + AESGCM(KEY).encrypt(NONCE, text.encode(), AAD)
    assert not sealed.opened(KEY, data, AAD)


def test_the_later_word_counts_and_a_refusal_wins_a_draw() -> None:
    key: Key = ("A", False)
    old, new, refused = Kept(1, ((1, "x"),)), Kept(2, ((2, "y"),)), Kept(2)
    for one, other, wins in ((old, new, new), (new, refused, refused), (old, refused, refused)):
        assert sealed.merged({key: one}, {key: other}, 9) == {key: wins}
        assert sealed.merged({key: other}, {key: one}, 9) == {key: wins}
    assert sealed.merged({key: old}, {("B", False): new}, 9) == {key: old, ("B", False): new}


def test_a_clock_that_went_back_lets_no_value_win_over_a_refusal() -> None:
    """P-6.1: which was said first cannot be told."""
    key: Key = ("A", False)
    ahead, refused, value = Kept(20, ((1, "x"),)), Kept(9), Kept(10, ((2, "y"),))
    for one, other, wins in (
        (refused, ahead, refused),
        (ahead, refused, refused),
        (value, ahead, value),  # the newer value, whatever its time says
        (Kept(20), Kept(5), Kept(20)),
        (value, refused, value),  # it was allowed again
    ):
        assert sealed.merged({key: one}, {key: other}, 10) == {key: wins}
    assert sealed.young({key: Kept(20_000)}, 10, 100, 5) == {key: Kept(10)}


def test_of_too_much_refusals_stay_and_the_newest_values(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[Key, Kept] = {(f"V{at}", False): Kept(at, ((1, TEXT * at),)) for at in range(1, 10)}
    kept |= {(f"R{at}", False): Kept(at) for at in range(3)}
    for bound in (150, 500, 1_000, 10_000):
        monkeypatch.setattr(sealed, "OCTETS_MAX", bound)
        found = sealed.fitting(kept)
        assert len(sealed.seal(KEY, NONCE, AAD, found)) <= bound
        assert {("R0", False), ("R1", False), ("R2", False)} <= set(found)
    assert found == kept
    monkeypatch.setattr(sealed, "OCTETS_MAX", 500)
    assert ("V9", False) in sealed.fitting(kept)
    monkeypatch.setattr(sealed, "OCTETS_MAX", 10)
    assert len(sealed.fitting(kept)) == 3, "a refusal is never left out"


def test_neither_what_is_old_nor_what_comes_from_the_future_serves() -> None:
    kept = {(str(at), False): Kept(at, ((1, "x"),)) for at in (899, 900, 901, 1_000, 1_010, 1_011)}
    young = sealed.young(kept, 1_000, 100, 10)
    assert [one.at_us for one in young.values()] == [901, 1_000, 1_010]
