import pytest

from strongroom.model.severity import Severity
from strongroom.scan.model import Confidence, Hit, Origin
from strongroom.scan.ruleset.allow import Allowing
from strongroom.scan.ruleset.model import Allow

HIT = Hit(
    rule="a-rule",
    secret=b"Canary-7f3",
    origin=Origin("src/app.py"),
    line=1,
    end_line=1,
    column=9,
    start=8,
    end=18,
    text=b"token = Canary-7f3",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
)


@pytest.mark.parametrize(
    "allow",
    [
        Allow("why", paths=("src/**",)),
        Allow("why", path_patterns=("app[.]py$",)),
        Allow("why", values=("^Canary",)),
        Allow("why", lines=("^token",)),
        Allow("why", words=("canary",)),
        Allow("why", commits=("abc1",)),
        Allow("why", rules=("a-rule",), words=("canary",)),
        Allow("why", paths=("*.py",), values=("7f3$",)),
    ],
)
def test_an_entry_that_holds_gives_its_reason(allow: Allow) -> None:
    assert Allowing([allow]).why(HIT, commit="abc123") == "why"


@pytest.mark.parametrize(
    "allow",
    [
        Allow("why", paths=("tests/**",)),
        Allow("why", path_patterns=("^app",)),
        Allow("why", values=("^canary",)),
        Allow("why", lines=("^secret",)),
        Allow("why", words=("other",)),
        Allow("why", commits=("ffff",)),
        Allow("why", rules=("other",), words=("canary",)),
        Allow("why", paths=("*.py",), values=("nothing",)),
    ],
)
def test_all_of_an_entry_must_hold(allow: Allow) -> None:
    assert Allowing([allow]).why(HIT, commit="abc123") is None


def test_the_path_that_it_was_attributed_to_counts() -> None:
    allowing = Allowing([Allow("why", paths=("old/**",))])
    blob = HIT._replace(origin=Origin(""))

    assert allowing.why(blob) is None
    assert allowing.why(blob, path="old/x") == "why"


def test_a_hit_without_a_commit_is_in_none() -> None:
    assert Allowing([Allow("why", commits=("a",))]).why(HIT) is None
