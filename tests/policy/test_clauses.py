"""The taxonomy, and which sentence is which clause."""

import re
from pathlib import Path

import pytest

from strongroom.model.policy import Status
from strongroom.policy.clauses import sort_key
from strongroom.policy.compiler import compile as compile_
from strongroom.policy.taxonomy import BY_ID, ENTRIES
from strongroom.policy.taxonomy.entry import Entry
from tests.policy.samples import example, small

ROOT = Path(__file__).parents[2]


def test_ids_are_unique_and_sort_as_numbers() -> None:
    ids = [entry.id for entry in ENTRIES]

    assert len(ids) == len(set(ids)) == len(BY_ID)
    assert all(re.fullmatch(r"P-\d+\.\d+", id_) for id_ in ids)
    assert ["P-2.9", "P-2.10", "L-aaaaaa"] == sorted(["P-2.10", "L-aaaaaa", "P-2.9"], key=sort_key)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)
def test_no_clause_is_claimed_without_a_test_that_names_it(entry: Entry) -> None:
    assert entry.does.endswith(".")
    if entry.status is Status.MANUAL:
        return
    assert entry.proof
    for proof in entry.proof:
        path = ROOT / proof
        assert path.is_file(), proof
        assert entry.id in path.read_text("utf-8"), f"{proof} does not name {entry.id}"


@pytest.mark.parametrize(
    ("sentence", "id_"),
    [
        ("Never put passwords into source code.", "P-1.1"),
        ("Secrets must only be accessible to systems that need them.", "P-1.5"),
        ("All credentials are encrypted at rest.", "P-1.11"),
        ("Credentials are encrypted while in transit.", "P-1.12"),
        ("A separate secret is used in each environment.", "P-8.5"),
        ("Do not send passwords by e-mail.", "P-8.10"),
        ("Applications must validate their secrets on startup.", "P-8.6"),
        ("Never write the value of a secret to a log.", "P-8.9"),
        ("Every access to a secret is logged, never its value.", "P-12.4"),
        ("A penetration test takes place every year.", "P-12.7"),
        ("Enable the kill switch when in doubt.", "P-11.5"),
    ],
)
def test_a_sentence_in_other_words_is_recognised(sentence: str, id_: str) -> None:
    assert id_ in {c.id for c in small(f"\n## More\n\n- {sentence}\n").clauses}


@pytest.mark.parametrize(
    "sentence",
    [
        "The office has twelve windows that must be closed at night.",
        "Lunch must be eaten before noon.",
        "The information security office answers questions.",
        "Applications must validate user input.",
        "Encryption keys must be stored in an HSM.",
        "The prefix of the hostname names the region.",
        "Certificates must be monitored for expiry.",
        "Services stop when the licence is missing.",
        "Pricing is reviewed quarterly.",
        "Use multi-factor authentication for the vault.",
        "Backups are encrypted and stored off site.",
        "Notify users about planned downtime.",
        "Keep the inventory of laptops up to date.",
        "Each environment has its own network.",
        "Follow the change procedure.",
        "Exceptions must be approved by the CISO.",
        "Use a different browser profile per customer.",
        "Do not store card numbers in plain text.",
        "Review pull requests within one day.",
        "Keep old documents for 7 years.",
        "Employees must use the password manager.",
        "Do not share accounts.",
    ],
)
def test_a_sentence_about_something_else_is_claimed_for_nothing(sentence: str) -> None:
    before, after = small(), small(f"\n## More\n\n- {sentence}\n")

    assert {c.id for c in before.clauses} == {
        c.id for c in after.clauses if not c.id.startswith("L-")
    }


def test_a_tag_says_which_clause_a_sentence_is() -> None:
    policy = small("\n## More\n\n- Whisper all secrets. <!-- P-8.10 -->\n")

    assert "Whisper all secrets." == policy.clause("P-8.10").text  # type: ignore[union-attr]


def test_the_example_states_nearly_all_of_the_taxonomy() -> None:
    stated = {c.id for c in example().clauses}

    assert {"P-9.5"} >= set(BY_ID) - stated


def test_a_sentence_of_its_own_that_is_said_twice_is_one_clause() -> None:
    text = "\n## More\n\n- Secrets must be whispered.\n\n## Again\n\n- Secrets must be whispered.\n"
    own = [c for c in small(text).clauses if c.id.startswith("L-")]

    assert [("Secrets must be whispered.", 2)] == [(c.text, len(c.lines)) for c in own]


@pytest.mark.parametrize("name", ["bank", "hospital", "retailer", "saas"])
def test_ids_of_clauses_are_unique(name: str) -> None:
    path = ROOT / "tests/policy/data" / f"{name}.md"
    policy = compile_(path.read_bytes())

    assert len(policy.clauses) == len({c.id for c in policy.clauses})
