from pathlib import Path

import pytest

from strongroom.errors import ConfigError, NotFoundError
from strongroom.scan.ruleset import load

PACK = load.builtin()
RULE = "[[rules]]\nid = 'acme-key'\nregex = '''acme_[0-9]{8}'''\n"


def combined(tmp_path: Path, text: str, **others: str) -> tuple[set[str], str]:
    for name, other in others.items():
        (tmp_path / f"{name}.toml").write_text(other)
    path = tmp_path / "gitleaks.toml"
    path.write_text(text)
    found = load.combined(path)
    return {rule.id for rule in found.rules}, "\n".join(found.notes)


def test_a_file_of_gitleaks_stands_alone(tmp_path: Path) -> None:
    assert combined(tmp_path, RULE) == ({"acme-key"}, "")


def test_a_file_of_betterleaks_is_known_by_its_keys(tmp_path: Path) -> None:
    ids, notes = combined(tmp_path, RULE + "validate = 'x'\n")

    assert ids == {"acme-key"}
    assert "`validate` is not run" in notes


def test_the_default_that_is_extended_is_ours(tmp_path: Path) -> None:
    ids, notes = combined(
        tmp_path,
        "[extend]\nuseDefault = true\ndisabledRules = ['npm-token', 'gone']\n" + RULE,
    )

    assert ids == {rule.id for rule in PACK.rules} - {"npm-token"} | {"acme-key"}
    assert "`useDefault` stands for" in notes
    assert "there is no rule gone" in notes


def test_files_extend_files(tmp_path: Path) -> None:
    other = "[extend]\npath = 'third.toml'\n[[rules]]\nid = 'b'\nregex = 'bbb'\n"
    third = "[extend]\npath = 'gitleaks.toml'\n[[rules]]\nid = 'c'\nregex = 'ccc'\n"

    ids, notes = combined(
        tmp_path, "[extend]\npath = 'other.toml'\nurl = 'https://example.com'\n" + RULE,
        other=other, third=third,
    )  # fmt: skip

    assert ids == {"acme-key", "b", "c"}
    assert "2 deep at most" in notes
    assert "`url` is not read" in notes


def test_a_rule_over_another_of_its_id_counts(tmp_path: Path) -> None:
    text = "[extend]\npath = 'other.toml'\n" + RULE
    (tmp_path / "other.toml").write_text(RULE.replace("acme_", "old_"))
    path = tmp_path / "gitleaks.toml"
    path.write_text(text)

    assert [rule.pattern for rule in load.combined(path).rules] == ["acme_[0-9]{8}"]


def test_a_pair_without_its_other_half_is_named(tmp_path: Path) -> None:
    _, notes = combined(tmp_path, RULE + "required = [{id = 'acme-id'}]\n")

    assert "rule acme-key: left out: it needs acme-id, which is not there" in notes

    two = RULE + "required = [{id = 'acme-id'}, {id = 'b'}]\n[[rules]]\nid = 'b'\nregex = 'bbbb'\n"
    _, notes = combined(tmp_path, two)
    assert "rule acme-key: there is no rule acme-id for it to go with" in notes
    assert "left out" not in notes


def test_what_is_wrong_is_told_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gitleaks\.toml: `entropy` is a number"):
        combined(tmp_path, RULE + "entropy = 'x'\n")
    with pytest.raises(ConfigError, match="`path` is a text"):
        combined(tmp_path, "[extend]\npath = 3\n" + RULE)
    with pytest.raises(ConfigError, match="`extend` is a table"):
        combined(tmp_path, "extend = 3\n" + RULE)
    with pytest.raises(NotFoundError):
        combined(tmp_path, "[extend]\npath = 'gone.toml'\n" + RULE)
