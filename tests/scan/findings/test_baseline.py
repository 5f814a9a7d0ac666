"""Tests for strongroom.scan.findings.baseline."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scan.findings.build import RULES, hit, piece, token

from strongroom.errors import ConfigError
from strongroom.scan.findings import baseline, found
from strongroom.scan.findings.baseline import Entry
from strongroom.scan.findings.collect import Collector, Gathered

TODAY = date(2026, 11, 30)
PRINT = "0123456789abcdef" * 2


def gathered(*values: bytes, rule: str = "acme-token") -> tuple[Gathered, ...]:
    collector = Collector(RULES)
    for value in values:
        text = piece(value)
        collector.add(found.of(text, [hit(text, value, rule)]))
    return collector.gathered()


def entry(one: Gathered, expires: date | None = None) -> Entry:
    return Entry(one.leak.fingerprint, one.leak.rule, "a test", "ada", expires)


def test_a_line_is_read() -> None:
    text = f'# head\n\n{PRINT}  acme-token  reason="a \\"b\\"" owner=ada expires=2027-01-31\n'

    assert (Entry(PRINT, "acme-token", 'a "b"', "ada", date(2027, 1, 31), 3),) == baseline.parse(
        text
    )


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("nonsense", "fingerprint"),
        (f"{PRINT[:-1]} r reason=x", "fingerprint"),
        (f"{PRINT} r", "no reason"),
        (f'{PRINT} r reason="  "', "no reason"),
        (f'{PRINT} r reason="open', "after the rule"),
        (f"{PRINT} r reason=x reason=y", "after the rule"),
        (f"{PRINT} r reason=x colour=red", "after the rule"),
        (f"{PRINT} r reason=x expires=2026-13-01", "expires"),
        (f"{PRINT} r reason=x expires=tomorrow", "expires"),
        ("<<<<<<< HEAD", "merge"),
    ],
)
def test_a_wrong_line_is_named(line: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        baseline.parse(f"# head\n{line}\n", "here")

    assert "scan-baseline-invalid" == caught.value.code
    assert caught.value.message.startswith("here:2:")
    assert what in caught.value.message


@given(st.text(min_size=1).filter(lambda t: t.strip() and t.isprintable()), st.text())
def test_what_is_written_can_be_read(reason: str, owner: str) -> None:
    text = baseline.render([Entry(PRINT, "r", reason, owner, TODAY)])
    (read,) = baseline.parse(text)

    assert (PRINT, "r", TODAY) == (read.fingerprint, read.rule, read.expires)
    assert reason[: baseline.TEXT_CHARS_MAX] == read.reason


def test_lines_are_sorted_and_stand_once() -> None:
    entries = [Entry(f * 32, "r", "x") for f in "bab"]
    lines = baseline.render(entries).splitlines()[2:]

    assert ["a" * 32, "b" * 32] == [line.split()[0] for line in lines]


def test_what_it_names_does_not_count_and_the_rest_does() -> None:
    known, new = gathered(token(), token())
    judged = baseline.judge((known, new), [entry(known), Entry(PRINT, "r", "old")], TODAY)

    assert (new,) == judged.open
    assert [known] == [one for one, _ in judged.accepted]
    assert (PRINT,) == tuple(e.fingerprint for e in judged.unused)


@pytest.mark.parametrize(("day", "stands"), [(30, False), (29, True)])
def test_an_entry_counts_until_the_end_of_its_day(day: int, stands: bool) -> None:
    (one,) = gathered(token())
    judged = baseline.judge((one,), [entry(one, date(2026, 11, day))], TODAY)

    assert stands == bool(judged.open) == bool(judged.expired)


def test_of_two_entries_the_stricter_counts() -> None:
    (one,) = gathered(token())
    judged = baseline.judge((one,), [entry(one), entry(one, date(2026, 1, 1))], TODAY)

    assert (one,) == judged.open


def test_a_better_rule_does_not_bring_it_back() -> None:
    value = token()
    (before,) = gathered(value, rule="generic-secret")
    collector = Collector(RULES)
    text = piece(value)
    collector.add(found.of(text, [hit(text, value), hit(text, value, "generic-secret")]))

    assert not baseline.judge(collector.gathered(), [entry(before)], TODAY).open


def test_entries_are_added_beside_the_old_ones() -> None:
    old = Entry(PRINT, "r", "old", "bob", TODAY, 7)
    (one, two) = gathered(token(), token())
    terms = Entry("", "", "new")
    both = baseline.extended([old], (one, two), terms)
    single = baseline.extended([old], (one, two), {one.leak.fingerprint: terms})

    assert (old, 3, 2) == (both[0], len(both), len(single))
    assert {"new"} == {e.reason for e in both[1:]}


@given(st.text())
def test_a_reason_that_says_something_can_be_read_again(reason: str) -> None:
    text = baseline.render([Entry(PRINT, "acme-token", reason)])

    if baseline.says_why(reason):
        assert 1 == len(baseline.parse(text))
    else:
        with pytest.raises(ConfigError):
            baseline.parse(text)
