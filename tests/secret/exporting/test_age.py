"""Files of age's."""

import sys

import pyrage
import pytest
from pyrage.x25519 import Identity

from strongroom.errors import StrongroomError
from strongroom.secret.exporting import age


def test_each_recipient_opens_it_and_nobody_else() -> None:
    one, other, stranger = (Identity.generate() for _ in range(3))
    data = age.for_recipients(b"plainly-fake", [str(one.to_public()), f" {other.to_public()} "])

    assert age.is_one(data)
    assert b"plainly-fake" not in data
    for key in (one, other):
        assert b"plainly-fake" == age.open_with(data, identities=f"# a key\n{key}\n")
    with pytest.raises(StrongroomError) as error:
        age.open_with(data, identities=str(stranger))
    assert "age-not-opened" == error.value.code


@pytest.mark.long
def test_a_passphrase_opens_it() -> None:
    """Also with the library alone: the format is not ours."""
    words = "a very long passphrase 1815 of Ada, Countess_of-Lovelace"
    data = age.with_passphrase(b"plainly-fake", words)

    assert age.is_one(data)
    assert b"plainly-fake" == pyrage.passphrase.decrypt(data, words)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(StrongroomError) as error:
        age.with_passphrase(b"x", "short-1815")

    assert "passphrase-weak" == error.value.code
    assert "short" not in str(error.value)


@pytest.mark.parametrize("text", ["", "age1", "ssh-rsa x", "AGE-SECRET-KEY-1ABCDEFGH"])
def test_what_is_no_recipient_is_not_repeated(text: str) -> None:
    with pytest.raises(StrongroomError) as error:
        age.for_recipients(b"x", [text])

    assert "recipient-invalid" == error.value.code
    assert "ABCDEFGH" not in f"{error.value}{error.value.fix}"


@pytest.mark.parametrize("text", ["", "# only a comment", "AGE-SECRET-KEY-1X"])
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(StrongroomError) as error:
        age.open_with(b"x", identities=text)

    assert "identity-invalid" == error.value.code


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(StrongroomError) as error:
        age.for_recipients(b"x", [])

    assert "extra-missing" == error.value.code
