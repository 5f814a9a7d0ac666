import math
import tomllib
from typing import Any

import pytest

from strongroom.scan.model import Confidence
from strongroom.scan.ruleset import betterleaks
from strongroom.scan.ruleset.read import Fault

CONFIG = r"""
title = "ours"
prefilter = '''
matchesAny(attributes["path"], [
  `(?i)\.(?:png|jpe?g)$`,   // pictures
  `^vendor/`,
])
'''
filter = '''
(matchesAny(finding["secret"], [
  `^\$\{[A-Z_]+\}$`
]) || containsAny(finding["secret"], ["a.b", "https://example"]))
'''

[[rules]]
id = "acme-key"
description = "Acme"
confidence = "high"
regex = '''(?P<name>acme)_([0-9a-f]{32})'''
valueGroup = 2
keywords = ["acme_"]
filter = '''
entropy(finding["secret"]) <= 3.5 || tokenRatio(finding["secret"]) >= 2.5 ||
matchesAny(finding["secret"], [`^0+`]) || matchesAny(finding["line"], ["sample"]) ||
matchesAny(attributes["path"], [`^docs/`])
'''
components = [{ id = "acme-id", within = "5L" }]
validate = '''http.get("https://example.com")'''

[[rules]]
id = "acme-id"
regex = '''acmeid-\d{8}'''
skipReport = true
filter = '''let x = finding["secret"]; lower(x) contains "y"'''
components = [{ id = "acme-key", optional = true, within = "7L,200C" }]

[[rules]]
id = "other"
regex = '''other-\d{8}'''
filter = '''entropy(finding["secret"]) < 2 || !matchesAny(finding["secret"], [`x`])'''

[[rules]]
id = "by-name"
path = '''\.p12$'''
"""


def read(text: str) -> Any:
    return betterleaks.read(tomllib.loads(text))


def test_rules_are_read_as_they_are() -> None:
    key, other, third = read(CONFIG).rules

    assert key.pattern == "(?P<name>acme)_(?P<secret>[0-9a-f]{32})"
    assert key.confidence is Confidence.HIGH
    assert key.entropy == math.nextafter(3.5, math.inf)
    assert (key.reject, key.reject_line) == (("^0+",), ("sample",))
    assert (key.pair, key.pair_required, key.within) == (("acme-id",), True, 5)
    assert (other.report, other.pair_required, other.within) == (False, False, 7)
    assert third.entropy == 2.0


def test_exceptions_are_read_as_they_are() -> None:
    docs, pictures, values, words = read(CONFIG).allows

    assert (docs.rules, docs.path_patterns) == (("acme-key",), ("^docs/",))
    assert pictures.path_patterns == (r"(?i:\.(?:png|jpe?g)$)", "^vendor/")
    assert values.values == (r"^\$\{[A-Z_]+\}$",)
    assert words.values == (r"a\.b", r"https://example")


def test_what_is_not_carried_over_is_named() -> None:
    found = read(CONFIG)

    assert found.notes == [
        "rule acme-key: `validate` is not run: nothing is asked over a network",
        "rule acme-key: a part of its filter does nothing: tokenRatio(…)",
        "rule acme-id: a component's columns do nothing",
        "rule acme-id: a part of its filter does nothing: an expression",
        "rule other: a part of its filter does nothing: an expression",
    ]
    assert found.lost == [
        "rule by-name: left out: it has no `regex`, and files are not judged by their name",
    ]


def test_a_list_that_is_a_program_and_a_match_are_named() -> None:
    found = read(
        "[[rules]]\nid = 'a'\nregex = 'aaa'\n"
        "filter = '''matchesAny(finding[\"secret\"], [x]) || "
        "matchesAny(finding[\"match\"], [`m`])'''\n"
        "components = [{id = 'b'}, {id = 'c'}]\n"
    )

    assert found.rules[0].reject_line == ("m",)
    assert len(found.notes) == 3


@pytest.mark.parametrize(
    "text",
    [
        "rules = 3",
        "filter = 3",
        "[[rules]]\nid = 'a'\nregex = 'x'\nconfidence = 'sure'",
        "[[rules]]\nid = 'a'\nregex = 'x'\nfilter = 3",
        "[[rules]]\nid = 'a'\nregex = 'x'\ncomponents = 'b'",
    ],
)
def test_wrong_kinds_are_refused(text: str) -> None:
    with pytest.raises(Fault):
        read(text)
