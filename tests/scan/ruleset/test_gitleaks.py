import tomllib
from typing import Any

import pytest

from strongroom.scan.ruleset import gitleaks
from strongroom.scan.ruleset.read import Fault

CONFIG = r"""
title = "ours"
minVersion = "v8.25.0"

[[rules]]
id = "acme-key"
description = "Acme"
regex = '''(?i)acme[_-]?key\s*=\s*(['"]?)([0-9a-f]{32})'''
secretGroup = 2
entropy = 3.5
keywords = ["acme"]
tags = ["x"]
[[rules.allowlists]]
description = "fixtures"
condition = "AND"
paths = ['''^tests/''']
regexes = ['''^0''']
[[rules.allowlists]]
stopwords = ["Example"]
commits = ["abc123"]
[[rules.required]]
id = "acme-id"
withinLines = 5

[[rules]]
id = "acme-id"
regex = '''acmeid-\d{8}'''
skipReport = true

[[rules]]
id = "by-name"
path = '''\.p12$'''

[[allowlists]]
targetRules = ["acme-key"]
regexTarget = "match"
regexes = ['''sample''']

[allowlist]
paths = ['''(?i)\.png$''']
colour = "red"
"""


def read(text: str) -> Any:
    return gitleaks.read(tomllib.loads(text))


def test_rules_are_read_as_they_are() -> None:
    key, other = read(CONFIG).rules

    assert key.pattern == r"""(?i:acme[_-]?key\s*=\s*(['"]?)(?P<secret>[0-9a-f]{32}))"""
    assert (key.entropy, key.anchors, key.title) == (3.5, ("acme",), "Acme")
    assert (key.pair, key.pair_required, key.within) == (("acme-id",), True, 5)
    assert (other.id, other.report) == ("acme-id", False)


def test_exceptions_are_read_as_they_are() -> None:
    both, commits, words, aimed, everywhere = read(CONFIG).allows

    assert (both.reason, both.rules) == ("fixtures", ("acme-key",))
    assert (both.path_patterns, both.values) == (("^tests/",), ("^0",))
    assert commits.commits == ("abc123",)
    assert words.words == ("example",)
    assert (aimed.rules, aimed.lines) == (("acme-key",), ("sample",))
    assert (everywhere.rules, everywhere.path_patterns) == ((), (r"(?i:\.png$)",))


def test_what_is_not_carried_over_is_named() -> None:
    found = read(CONFIG)
    notes = "\n".join(found.notes)

    assert found.lost[0].startswith("rule by-name: left out")
    assert "`regexTarget` match is asked of the whole line" in notes
    assert "`colour` is not known" in notes
    assert (len(found.lost), len(found.notes)) == (1, 2)


def test_several_required_rules_and_columns_are_named() -> None:
    found = read(
        "[[rules]]\nid = 'a'\nregex = 'aaa'\n"
        "required = [{id = 'b', withinColumns = 9}, {id = 'c', withinLines = 3}]\n"
    )

    assert len(found.notes) == 2
    assert found.rules[0].within == 3


@pytest.mark.parametrize(
    "text",
    [
        "rules = 3",
        "allowlist = 3",
        "[[rules]]\nregex = 'x'",
        "[[rules]]\nid = 'a'\nregex = 'x'\nentropy = 'high'",
        "[[rules]]\nid = 'a'\nregex = 'x'\nkeywords = 3",
        "[[allowlists]]\nregexTarget = 'file'\nregexes = ['x']",
        "[[allowlists]]\ncondition = 'xor'\npaths = ['x']",
    ],
)
def test_wrong_kinds_are_refused(text: str) -> None:
    with pytest.raises(Fault):
        read(text)
