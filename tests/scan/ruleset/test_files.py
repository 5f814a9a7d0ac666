import os
from pathlib import Path

import pytest

from strongroom.errors import ConfigError, MachineError, NotFoundError
from strongroom.scan.ruleset import files

RULE = '[[rules]]\nid = "acme"\npattern = "acme_[0-9]{8}"\n'


def refused(text: str, *, known: tuple[str, ...] = ()) -> str:
    with pytest.raises(ConfigError) as caught:
        files.parse(text, "rules.toml", known)
    assert caught.value.code == "scan-rules-invalid"
    assert "scan rules test" in (caught.value.fix or "")
    return caught.value.message


def test_rules_examples_and_exceptions_are_read() -> None:
    found = files.parse(
        RULE + 'finds = ["acme_{{digits:8}}"]\nignores = ["acme_x"]\n'
        '[[allow]]\nreason = "a fixture"\nrules = ["acme"]\nwords = ["0000"]\n',
        "rules.toml",
    )

    assert [rule.id for rule in found.rules] == ["acme"]
    assert [(example.rule, example.finds) for example in found.examples] == [
        ("acme", True),
        ("acme", False),
    ]
    assert found.allows[0].words == ("0000",)
    assert found.extend


def test_fragments_are_put_in() -> None:
    found = files.parse(
        "[fragments]\nid8 = '[0-9]{8}|[a-f]{8}'\n"
        "[[rules]]\nid = 'acme'\npattern = 'acme_(?&id8)'\n",
        "rules.toml",
    )

    assert found.rules[0].pattern == "acme_(?:[0-9]{8}|[a-f]{8})"


def test_fragments_may_have_earlier_ones_in_them() -> None:
    found = files.parse(
        "[fragments]\na = 'x'\nb = '(?&a)y'\n[[rules]]\nid = 'r'\npattern = '(?&b)z'\n",
        "rules.toml",
    )

    assert found.rules[0].pattern == "(?:(?:x)y)z"
    assert "fragment b: there is no fragment 'c'" in refused("[fragments]\nb = '(?&c)'\nc = 'x'\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rulez = 1", "'rulez'"),
        ("[[rules]\n", "no TOML"),
        ("rules = 3", "list of tables"),
        ("rules = [3]", "list of tables"),
        (RULE + RULE, "rule acme: it is there twice"),
        (RULE + "patern = 'x'", "rule acme: unknown key 'patern'"),
        (RULE + "pair = ['other']", "`pair`: there is no rule 'other'"),
        ("[[rules]]\nid = 'a'\npattern = '(?&gone)'", "no fragment 'gone'"),
        ("fragments = ['x']", "[fragments]"),
        ("extend = 'no'", "`extend` is true or false"),
        ("disable = 'acme'", "`disable` is a list"),
        ("disable = ['gone']", "there is no rule 'gone'"),
        ("[[rules]]\npattern = 'x'", "rule number 1: `id`"),
        ("[[allow]]\npaths = ['a']", "allow 1: `reason`"),
        ("[[allow]]\nreason = 'x'\nrules = ['gone']\npaths = ['a']", "no rule 'gone'"),
        ("[[allow]]\nreason = 'x'", "nothing of what is allowed"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, said: str) -> None:
    message = refused(text)

    assert message.startswith("rules.toml")
    assert said in message


def test_a_broken_file_is_told_by_line_and_never_quoted() -> None:
    message = refused('a = 1\nvalues = ["Canary-41" 3]\n')

    assert "line" in message
    assert "Canary" not in message


def test_rules_of_several_files_may_be_paired_and_share_no_id() -> None:
    pair = "[[rules]]\nid = 'b'\npattern = 'bbb'\npair = ['acme']\n"

    assert len(files.parse_all({"a.toml": RULE, "b.toml": pair}).rules) == 2
    with pytest.raises(ConfigError, match=r"b\.toml: rule acme: a\.toml has"):
        files.parse_all({"a.toml": RULE, "b.toml": RULE})


def test_the_file_of_a_project_is_found(tmp_path: Path) -> None:
    assert files.project(tmp_path) is None
    shared = tmp_path / "strongroom.toml"
    shared.write_text('[application]\nname = "x"\n')
    assert files.project(tmp_path) is None
    shared.write_text('[[scan.rules]]\nid = "acme"\npattern = "acme_[0-9]{8}"\n')
    assert files.project(tmp_path) == shared
    assert [rule.id for rule in files.parse_file(shared, ()).rules] == ["acme"]
    own = tmp_path / ".strongroom-scan.toml"
    own.write_text(RULE)
    with pytest.raises(ConfigError, match="keep one of the two"):
        files.project(tmp_path)
    shared.unlink()
    assert files.project(tmp_path) == own


def test_a_scan_table_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "strongroom.toml"
    path.write_text("scan = 3\n")

    with pytest.raises(ConfigError, match=r"\[scan\] is a table"):
        files.parse_file(path, ())


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        files.parse_file(tmp_path / "gone.toml", ())
    with pytest.raises(ConfigError, match="it is no file"):
        files.parse_file(tmp_path, ())
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ConfigError, match="it is no file"):
        files.parse_file(tmp_path / "pipe.toml", ())
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (files.OCTETS_MAX + 1))
    with pytest.raises(ConfigError, match="larger than"):
        files.parse_file(large, ())
    with pytest.raises((MachineError, NotFoundError, ConfigError)):
        files.parse_file(tmp_path / ("x" * 300), ())
