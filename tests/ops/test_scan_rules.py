from pathlib import Path

import pytest

from strongroom.errors import NotFoundError
from strongroom.ops import scan_rules as ops
from strongroom.scan.ruleset import load

RULE = "[[rules]]\nid = 'acme'\npattern = 'acme_([0-9]{8})'\n"


def rules(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(text)
    return path


def test_the_examples_of_the_shipped_rules_hold_in_the_engine() -> None:
    tested = ops.test(None)

    assert tested.failed == ()
    assert tested.bare == ()
    assert tested.examples > tested.rules > 300


def test_an_example_that_does_not_hold_is_named(tmp_path: Path) -> None:
    path = rules(
        tmp_path,
        RULE
        + "finds = ['acme_{{digits:8}}', 'acme_{{digits:7}}', '{{gone:3}}']\n"
        + "ignores = ['acme', 'acme_{{digits:9}}']\n",
    )

    tested = ops.test(path)

    assert not tested.well
    assert [(f.number, f.why) for f in tested.failed] == [
        (2, "not found"),
        (3, "there is nothing called 'gone' to make"),
        (5, "found, though it is to be ignored"),
    ]
    assert tested.failed[0].text == "acme_{{digits:7}}"


def test_a_rule_may_go_with_a_shipped_one(tmp_path: Path) -> None:
    text = RULE + "pair = ['stripe-secret-key']\npair_required = true\n"
    example = "finds = ['acme_{{digits:8}} sk_live_{{base62:32}}']\nignores = ['acme_{{digits:8}}']"

    assert ops.test(rules(tmp_path, text + example)).well


def test_rules_without_examples_are_named(tmp_path: Path) -> None:
    assert ops.test(rules(tmp_path, RULE)).bare == ("acme",)


def test_a_file_of_another_scanner_has_notes(tmp_path: Path) -> None:
    tested = ops.test(rules(tmp_path, "[[rules]]\nid = 'a'\nregex = '(?=x)'\n"))

    assert (tested.rules, tested.examples) == (0, 0)
    assert "left out" in tested.notes[0]
    assert not tested.well


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        ("", 0),
        ("tokens = 3", 0),  # a part that does nothing: more is found
        ("[[rules.allowlists]]\nregexes = ['(?=x)']", 0),
        ("[[rules]]\nid = 'b'\nregex = 'b(?=x)'", 1),
        ("[[rules]]\nid = 'b'\npath = 'x'", 1),
        ("[[rules.required]]\nid = 'gone'", 1),
        ("[extend]\nurl = 'https://example.com/rules'", 1),
    ],
)
def test_a_rule_of_another_scanner_that_is_left_out_does_not_pass(
    tmp_path: Path, more: str, lost: int
) -> None:
    tested = ops.test(rules(tmp_path, f"[[rules]]\nid = 'a'\nregex = 'acme_[0-9]{{8}}'\n{more}\n"))

    assert lost == len(tested.lost)
    assert (not lost) == tested.well
    assert set(tested.lost) <= set(tested.notes)


def test_one_rule_is_found_by_its_id(tmp_path: Path) -> None:
    assert ops.one("acme", rules(tmp_path, RULE)).pattern == "acme_([0-9]{8})"
    assert ops.one("jwt", None) in load.builtin().rules
    with pytest.raises(NotFoundError, match="no rule of that id"):
        ops.one("gone", None)


def test_a_document_is_whole_or_without_patterns() -> None:
    rule = ops.one("github-personal-token", None)

    assert ops.document(rule, whole=True)["pattern"]
    assert "pattern" not in ops.document(rule, whole=False)
    assert len(ops.listed(None).rules) > 300
