"""Values out of texts: all of them, whole, in both searches, and nothing else."""

import copy
import json
import os
import pickle
import secrets
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.runtime.masking import masker as module
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.masking.masker import Masker, Refusal, label, refusal


def known(**values: str) -> Masker:
    masker = Masker()
    for name, value in values.items():
        assert masker.add(name, value) is None
    return masker


def test_a_value_is_replaced_by_its_name_and_never_by_its_length() -> None:
    """P-8.9: a log line shows which secret, its version and its keyed fingerprint (C-1)."""
    value = secrets.token_urlsafe(32)
    masker = Masker()
    masker.add("API_KEY", value, version=3, fingerprint="9f3a1c2b")

    assert masker.text(f"key={value};") == "key=[API_KEY@v3 fp:9f3a1c2b];"
    assert masker.data(b"\xff" + value.encode()) == b"\xff[API_KEY@v3 fp:9f3a1c2b]"


def test_a_text_without_values_is_the_same_object() -> None:
    text = "nothing to see here"

    assert known(A=secrets.token_hex(16)).text(text) is text
    assert Masker().text(text) is text


def test_no_part_stays_where_two_values_overlap() -> None:
    masker = known(A="abcdefgh-12345", B="12345-stuvwxyz-long")

    assert masker.text("x abcdefgh-12345-stuvwxyz-long y") == "x [A] y"


def test_two_values_side_by_side_are_both_named() -> None:
    masker = known(A="abcdefgh-12345", B="stuvwxyz-98765")

    assert masker.text("abcdefgh-12345stuvwxyz-98765") == "[A][B]"


@pytest.mark.parametrize("length", [1_000, 60_000])
def test_a_long_value_is_one_label(length: int) -> None:
    value = secrets.token_hex(length // 2)
    masker = known(CERT=value)

    assert masker.text(f"<{value}>") == "<[CERT]>"
    assert masker.text(json.dumps({"a": value})) == '{"a": "[CERT]"}'


def test_a_value_that_was_cut_off_is_still_hidden() -> None:
    value = secrets.token_urlsafe(32)
    masker = known(API_KEY=value)

    for length in (12, 13, 20, len(value) - 1):
        assert masker.text(f"{value[:length]}...") == "[API_KEY]..."
    assert masker.text(value[:11]) == value[:11]


def test_a_key_with_a_known_prefix_is_hidden_where_it_is_cut_off_and_others_are_not() -> None:
    value = "api_live_" + secrets.token_hex(24)
    masker = known(API_KEY=value)

    assert masker.text(value[:20]) == "[API_KEY]"
    assert masker.text("api_live_is_the_prefix") == "api_live_is_the_prefix"


def test_each_line_of_a_key_is_hidden_alone() -> None:
    body = [secrets.token_hex(32) for _ in range(4)]
    value = "\n".join(["-----BEGIN PRIVATE KEY-----", *body, "-----END PRIVATE KEY-----", ""])
    masker = known(TLS_KEY=value)
    shown = masker.text("\n".join(f"12:00 app | {line}" for line in value.splitlines()))

    assert not any(line in shown for line in body)
    assert shown.count("[TLS_KEY]") == len(body)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", Refusal.SHORT),
        ("abc", Refusal.SHORT),
        ("        \n", Refusal.SHORT),
        ("password", Refusal.WORD),
        ("localhost", Refusal.WORD),
        ("x" * (64 * 1024 + 1), Refusal.LONG),
        (b"1234567", Refusal.SHORT),
        (b"x" * (64 * 1024 + 1), Refusal.LONG),
        ("12345678", None),
        (b"12345678", None),
    ],
)
def test_what_would_hide_everything_is_refused_with_the_reason(
    value: str | bytes, why: Refusal | None
) -> None:
    masker = Masker()

    assert masker.add("WEAK", value) is why is refusal(value)
    assert len(masker) == (why is None)


def test_bytes_are_hidden_as_they_are_and_as_they_are_printed() -> None:
    value = secrets.token_bytes(48)
    masker = Masker()
    masker.add("DATA_KEY", value)

    assert masker.data(b"a" + value + b"z") == b"a[DATA_KEY]z"
    assert masker.text(repr(value)) == "b" + repr(value)[1] + "[DATA_KEY]" + repr(value)[1]
    assert masker.text(value.hex()) == "[DATA_KEY]"


def test_text_that_no_encoding_takes_is_kept() -> None:
    value = secrets.token_hex(16)

    assert known(A=value).text(f"\ud800{value}\udcff") == "\ud800[A]\udcff"


@given(st.text(max_size=200))
def test_other_texts_are_not_touched(text: str) -> None:
    assert known(A="Zq8-" + "unlikely-value-1").text(text) == text


@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_of_a_value_stays_in_any_text(before: str, after: str) -> None:
    value = "k7Gq/+'vP2 x&9"
    masker = known(A=value)
    for shown in (value, json.dumps(value), urllib.parse.quote(value), value.encode().hex()):
        assert shown not in masker.text(before + shown + after)


def test_a_value_under_two_names_is_hidden_under_the_first() -> None:
    value = secrets.token_hex(16)
    masker = known(A=value)
    masker.add("B", value)

    assert masker.text(value) == "[A]"


def test_a_new_version_is_hidden_beside_the_one_before() -> None:
    masker = Masker()
    old, new = secrets.token_hex(16), secrets.token_hex(16)
    masker.add("A", old, version=1)
    assert masker.text(old + new) == f"[A@v1]{new}"
    masker.add("A", new, version=2)

    assert masker.text(f"{old} {new}") == "[A@v1] [A@v2]"
    assert masker.labels == {"[A@v1]", "[A@v2]"}


def test_names_says_what_a_text_shows() -> None:
    one, two = secrets.token_hex(16), secrets.token_hex(16)

    assert known(B=one, A=two).names(f"{one} {two} {one}") == ("[A]", "[B]")


def test_the_oldest_values_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VALUES_MAX", 2)
    values = [secrets.token_hex(16) for _ in range(3)]
    masker = known(A=values[0], B=values[1], C=values[2])

    assert masker.text(" ".join(values)) == f"{values[0]} [B] [C]"


def test_a_child_does_not_wait_for_a_thread_of_its_parent() -> None:
    masker = known(A=secrets.token_hex(16))
    value = secrets.token_hex(16)
    with masker._lock:
        masker.after_fork()
        masker.add("B", value)

    assert masker.text(value) == "[B]"


def test_the_masker_of_the_process_is_told_of_a_fork() -> None:
    value = secrets.token_hex(16)
    with MASKER._lock:
        child = os.fork()
        if child == 0:
            MASKER.add("CHILD", value)
            os._exit(0 if MASKER.text(value) == "[CHILD]" else 1)
        ended = os.waitpid(child, 0)[1]

    assert ended == 0


def test_a_masker_shows_nothing_and_is_not_copied() -> None:
    value = secrets.token_hex(16)
    masker = known(A=value)
    masker.text("make the search")

    assert "<Masker of 1 values>" == repr(masker) == str(masker)
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="neither copied nor pickled"):
            leave(masker)
    with pytest.raises(TypeError):
        vars(masker)


@pytest.mark.parametrize("name", ["", "a b", "A\n", "A]", "-x", "é", "x" * 257])
def test_a_name_that_could_pass_for_something_else_is_refused_unrepeated(name: str) -> None:
    with pytest.raises(ValueError, match="not a name") as caught:
        Masker().add(name, secrets.token_hex(8))

    assert not name or name not in str(caught.value)


def test_a_label_takes_only_what_is_a_fingerprint() -> None:
    assert label("a/B.c-1") == "[a/B.c-1]"
    with pytest.raises(ValueError, match="fingerprint"):
        label("A", 1, "not-hex!")
