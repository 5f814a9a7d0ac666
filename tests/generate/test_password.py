"""Tests for strongroom.generate.password."""

import itertools
import math
import secrets
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import InvalidError
from strongroom.generate import password
from strongroom.generate.password import CLASSES, SYMBOLS, Target

TARGETS = list(Target)
MANY = 100_000


def has_all(text: str, classes: tuple[str, ...]) -> bool:
    """Every class occurs, by the language's own idea of each."""
    found = {
        "upper": any(c.isupper() for c in text),
        "lower": any(c.islower() for c in text),
        "digits": any(c.isdigit() for c in text),
        "symbols": any(not c.isalnum() for c in text),
    }
    return all(found[name] for name in classes)


def test_a_hundred_thousand_have_all_classes_and_none_occurs_twice() -> None:
    """P-4.8, where `rand -base64 24` fails in more than a third (C-3)."""
    made = [password.generate(length=16).value for _ in range(MANY)]

    assert all(has_all(text, CLASSES) for text in made)
    assert len(set(made)) == MANY


def test_each_acceptable_password_is_equally_likely() -> None:
    """Chi-square over all of them; right code fails it once in 10^9 runs.

    Placing one character of each class and shuffling would be 13 deviations away.
    """
    classes, length, count = ("upper", "digits"), 3, 60_000
    made = Counter(password.generate(length=length, classes=classes).value for _ in range(count))

    cells = password.accepted(length, classes, Target.ANY)
    expected = count / cells
    chi2 = sum((n - expected) ** 2 / expected for n in made.values())
    chi2 += (cells - len(made)) * expected
    # Cells are small, so each adds 1/expected to the usual variance of 2.
    deviation = math.sqrt(cells * (2 + 1 / expected))

    assert abs(chi2 - (cells - 1)) < 6.2 * deviation


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("classes", [CLASSES, ("lower",), ("upper", "symbols"), ()])
def test_the_count_is_exact(target: Target, classes: tuple[str, ...]) -> None:
    """Inclusion-exclusion agrees with counting one by one."""
    length = 2 if len(classes) > 2 else 3
    alphabet = password.UPPER + password.LOWER + password.DIGITS
    everything = alphabet + (SYMBOLS[target] if "symbols" in classes else "")
    # By kinds of character, to keep the counting short: (kind, how many there are of it).
    sizes = Counter(kind_of(c) for c in everything)
    total = 0
    for kinds in itertools.product(sizes, repeat=length):
        if kinds[0] != "symbols" and set(classes) <= set(kinds):
            total += math.prod(sizes[kind] for kind in kinds)

    assert total == password.accepted(length, classes, target)


def kind_of(character: str) -> str:
    names = ("upper", "lower", "digits", "symbols")
    tests = (character.isupper(), character.islower(), character.isdigit(), True)
    return next(name for name, holds in zip(names, tests, strict=True) if holds)


def test_symbols_of_ones_own_stand_instead_of_the_targets() -> None:
    made = [password.generate(length=16, classes=("upper",), symbols="!!#") for _ in range(300)]
    marks = Counter(c for one in made for c in one.value if not c.isalnum())

    assert set(marks) == {"!", "#"}
    assert all(has_all(one.value, ("upper", "symbols")) for one in made)
    assert all(one.value[0].isalnum() for one in made)
    # Given twice is no likelier: 600 or more draws, six deviations.
    assert abs(marks["!"] - marks["#"]) < 6 * math.sqrt(marks.total())
    assert made[0].bits == made[1].bits > 90


@pytest.mark.parametrize("symbols", [" ", "a", "é", "\n"])
def test_what_is_no_mark_is_refused(symbols: str) -> None:
    with pytest.raises(InvalidError) as caught:
        password.generate(length=16, symbols=symbols)
    assert caught.value.code == "password-symbols"


@given(st.sampled_from(TARGETS), st.sets(st.sampled_from(CLASSES)), st.integers(4, 40))
def test_a_password_has_its_length_classes_and_alphabet(
    target: Target, classes: set[str], length: int
) -> None:
    made = password.generate(length=length, classes=sorted(classes), target=target)

    assert length == len(made.value)
    assert has_all(made.value, tuple(classes))
    assert made.value[0].isalnum()
    assert all(c.isascii() and (c.isalnum() or c in SYMBOLS[target]) for c in made.value)
    assert made.bits == math.log2(password.accepted(length, classes, target))
    assert made.value not in repr(made)


def test_symbols_fit_where_they_have_to_stand() -> None:
    """`any` is what all agree on, and nothing needs quoting where it is said to fit."""
    agreed = set(SYMBOLS[Target.URL]) & set(SYMBOLS[Target.DSN]) & set(SYMBOLS[Target.SHELL])

    assert agreed >= set(SYMBOLS[Target.ANY])
    assert set("-._~") >= set(SYMBOLS[Target.URL])  # RFC 3986, unreserved
    assert not set("@:/?#%;={}'\"\\ ") & set(SYMBOLS[Target.DSN])
    assert not set("!$&|;<>(){}[]*?~#`'\"\\%^= ") & set(SYMBOLS[Target.SHELL])


@given(st.floats(1, 512), st.sampled_from(TARGETS))
def test_the_length_for_bits_is_the_least(bits: float, target: Target) -> None:
    length = password.length_for(bits, CLASSES, target)

    assert password.bits(length, CLASSES, target) >= bits
    if length > len(CLASSES):
        assert password.bits(length - 1, CLASSES, target) < bits


def test_the_operating_system_is_the_only_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """P-4.2: the same bytes from it give the same password, and nothing else matters."""
    fed = secrets.token_bytes(4096)

    def made() -> str:
        left = bytearray(fed)

        def urandom(count: int) -> bytes:
            taken = bytes(left[:count])
            del left[:count]
            return taken

        monkeypatch.setattr("os.urandom", urandom)
        monkeypatch.setattr("random._urandom", urandom)  # the name that `secrets` calls
        text = password.generate(length=22).value
        assert len(left) < len(fed)
        return text

    assert made() == made()


@pytest.mark.parametrize("length", [0, 3, password.LENGTH_MAX + 1])
def test_a_length_that_cannot_be_is_refused(length: int) -> None:
    with pytest.raises(InvalidError) as refused:
        password.generate(length=length)

    assert refused.value.code == "password-length"


def test_symbols_alone_need_a_letter_before_them() -> None:
    assert len(password.generate(length=2, classes=["symbols"]).value) == 2
    with pytest.raises(InvalidError):
        password.generate(length=1, classes=["symbols"])


def test_more_bits_than_any_length_has_are_refused() -> None:
    with pytest.raises(InvalidError) as refused:
        password.length_for(10**12, CLASSES, Target.ANY)

    assert refused.value.code == "password-length"


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(InvalidError) as refused:
        password.generate(length=16, classes=["runes"])

    assert refused.value.code == "password-class"


def test_the_description_says_where_it_is_safe() -> None:
    assert password.describe(16, Target.ANY) == (
        "16 characters, safe unquoted in a URL, a DSN or a shell"
    )
    assert password.describe(16, Target.SHELL) == "16 characters, safe unquoted in a shell"
    assert password.describe(16, Target.URL) == "16 characters, safe unquoted in a URL"
