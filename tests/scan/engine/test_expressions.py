"""Tests for strongroom.scan.engine.expressions: what is kept is what `re` makes of the same text."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from strongroom.scan.engine import expressions
from strongroom.scan.engine.expressions import FEW, Expressions
from strongroom.scan.engine.starts import starts
from strongroom.scan.ruleset.load import builtin
from strongroom.scan.ruleset.model import Rule

RULES = (
    Rule(id="a", title="", pattern=r"(?i)key_(?P<secret>[a-z\xff]{3,}?)(?:x|y)$", reject=("aaa",)),
    Rule(id="b", title="", pattern=r"^ab+(c)?(?<=b)", reject_line=(r"\bno\b", r"(?P<n>x)(?P=n)")),
)
PATTERN = RULES[0].pattern.encode()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Texts that `re` was asked to read."""
    texts: list[bytes] = []
    whole = re.compile

    def compile_(text: bytes, flags: int = 0) -> "re.Pattern[bytes]":
        texts.append(text)
        return whole(text, flags)

    monkeypatch.setattr(re, "compile", compile_)
    return texts


def busy(folder: Path | None, key: str = "k") -> Expressions:
    """One that has been asked for a few."""
    made = Expressions(folder, key)
    for number in range(FEW):
        made.compile(b"%d" % number)
    return made


def test_every_shipped_rule_is_kept_as_it_is(tmp_path: Path, read: list[bytes]) -> None:
    rules = list(builtin().rules)
    expressions.keep(tmp_path, "k", rules)
    made = busy(tmp_path)
    read.clear()
    texts = [(rule.pattern.encode(), int(re.MULTILINE)) for rule in rules]
    texts += [(t.encode(), 0) for r in rules for t in (*r.reject, *r.reject_line)]
    found = [made.compile(*each) for each in texts]
    assert [] == read
    for one, same in zip(found, (re.compile(*each) for each in texts), strict=True):
        assert (one, one.groups, one.groupindex) == (same, same.groups, same.groupindex)
    assert len(found) > len(rules) > 800


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_names_groups_and_flags_are_kept(tmp_path: Path, rule: Rule) -> None:
    expressions.keep(tmp_path, "k", RULES)
    made = busy(tmp_path)
    texts = [(rule.pattern, re.MULTILINE), *((t, 0) for t in (*rule.reject, *rule.reject_line))]
    for text, flags in texts:
        one, same = made.compile(text.encode(), flags), re.compile(text.encode(), flags)
        assert one == same
        assert (one.groupindex, one.groups, one.flags) == (
            same.groupindex, same.groups, same.flags,
        )  # fmt: skip
        for line in (b"KEY_abc\xffy\nKEY_abcx", b"abbb", b"ab no", b"xx", b""):
            every, others = list(one.finditer(line)), list(same.finditer(line))
            assert [(m.span(), m.groups(), m.groupdict(), m.lastgroup) for m in every] == [
                (m.span(), m.groups(), m.groupdict(), m.lastgroup) for m in others
            ]
    pattern = rule.pattern.encode()
    assert made.starts(pattern) == starts(pattern)


def test_a_few_are_read_by_re(tmp_path: Path, read: list[bytes]) -> None:
    expressions.keep(tmp_path, "k", RULES)
    made = Expressions(tmp_path, "k")
    read.clear()
    for _ in range(FEW + 1):
        made.compile(PATTERN, re.MULTILINE)
    assert [PATTERN] * FEW == read


def test_what_is_kept_is_of_its_text_its_flags_and_its_rules(
    tmp_path: Path, read: list[bytes]
) -> None:
    expressions.keep(tmp_path, "k", RULES)
    read.clear()
    busy(tmp_path).compile(PATTERN)
    busy(tmp_path, "other").compile(PATTERN, re.MULTILINE)
    busy(None).compile(PATTERN, re.MULTILINE)
    assert [PATTERN] * 3 == [text for text in read if text == PATTERN]
    with pytest.raises(re.error):
        busy(tmp_path).compile(b"(")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.chmod(0o644),
        lambda file: file.parent.chmod(0o755),
    ],
    ids=["damaged", "others-read", "others-enter"],
)
def test_a_file_that_is_not_believed_is_made_again(
    tmp_path: Path, read: list[bytes], spoil: Callable[[Path], object]
) -> None:
    expressions.keep(tmp_path, "k", RULES)
    (file,) = tmp_path.iterdir()
    spoil(file)
    read.clear()
    busy(tmp_path).compile(PATTERN, re.MULTILINE)
    assert PATTERN in read
    tmp_path.chmod(0o700)
    expressions.keep(tmp_path, "k", RULES)
    made = busy(tmp_path)
    read.clear()
    made.compile(PATTERN, re.MULTILINE)
    assert [] == read


@pytest.mark.parametrize("error", [AttributeError, TypeError, RuntimeError])
def test_what_another_python_reads_otherwise_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(*_: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("re._compiler._code", fails)
        expressions.keep(tmp_path / "one", "k", RULES)
    with monkeypatch.context() as patched:
        patched.setattr("re._compiler._code", lambda *_: [1])
        expressions.keep(tmp_path / "two", "k", RULES)
    for folder in (tmp_path / "one", tmp_path / "two"):
        assert busy(folder).compile(PATTERN, re.MULTILINE) == re.compile(PATTERN, re.MULTILINE)


def test_where_there_is_no_room_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    expressions.keep(tmp_path / "file", "k", RULES)
    assert busy(tmp_path / "file").compile(PATTERN) == re.compile(PATTERN)


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    expressions.keep(tmp_path, "k", RULES)
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns
    expressions.keep(tmp_path, "k", RULES)
    assert before == file.stat().st_mtime_ns
