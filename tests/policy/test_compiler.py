"""The compiler as a whole: real documents, bad ones, and nothing in between (P-0.1, P-14.1, P-15.1)."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.errors import StrongroomError
from strongroom.model.policy import Policy, Status
from strongroom.policy.compiler import LOOKED_FOR
from strongroom.policy.compiler import compile as compile_
from strongroom.policy.document import DOCUMENT_BYTES_MAX
from strongroom.policy.meaning import flatten
from tests.policy.samples import EXAMPLE, SMALL, example, small

SCHEMA = Path(__file__).parents[2] / "docs/spec/policy.schema.json"
PLANTED = [
    *(b"|", b"<table><td rowspan=3>", b"</table>", b"<!--", b"-->", b"<![CDATA[", b"```\n"),
    *(b"strongroom:", b"99999999999999 years", b"&#x110000;", b"\n---\n", b"\xe2\x9c\x85", b"\r"),
]
DATA = sorted((Path(__file__).parent / "data").glob("*.md"))


def test_the_example_is_read_whole() -> None:
    policy = example()

    assert ("1.0", "Security Team", "2026-02-12") == (policy.version, policy.owner, policy.updated)
    assert {
        "jwt-secret-key": 90,
        "api-key": 90,
        "database-password": 90,
        "redis-password": 90,
        "encryption-key": 180,
        "sentry-dsn": None,
        "email-api-key": 90,
        "sms-api-key": 90,
        "service-account-key": 90,
    } == {t.id: t.rotation_days for t in policy.types}
    assert ["development", "staging", "production"] == [e.id for e in policy.environments]
    assert not policy.access.matrix["Developer"]["Production"]
    assert ["Security Team", "DevOps Team", "Emergency"] == [c.name for c in policy.contacts]
    assert 90 == policy.review.every_days
    assert (24, 48) == (policy.rotation.grace_hours_min, policy.rotation.grace_hours_max)


def test_every_clause_stands_on_its_lines() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for clause in example().clauses:
        for line in clause.lines:
            assert lines[line - 1].strip(), f"{clause.id} at line {line}"


def test_one_changed_byte_is_another_policy() -> None:
    data = EXAMPLE.read_bytes()

    assert hashlib.sha256(data).hexdigest() == compile_(data).sha256
    assert compile_(data).sha256 != compile_(data + b"\n").sha256


@pytest.mark.parametrize(
    "form",
    [
        lambda t: t.replace("\n", "\r\n").encode(),
        lambda t: t.replace("\n", "\r").encode(),
        lambda t: b"\xef\xbb\xbf" + t.encode(),
        lambda t: t.encode("utf-16"),
    ],
    ids=["windows", "old mac", "byte-order mark", "utf-16"],
)
def test_line_ends_and_encodings_do_not_count(form: Callable[[str], bytes]) -> None:
    text = EXAMPLE.read_text("utf-8")

    assert flatten(example()) == flatten(compile_(form(text)))


def test_the_json_form_fits_its_schema() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    for policy in (example(), small(), *(compile_(path.read_bytes()) for path in DATA)):
        jsonschema.validate(json.loads(msgspec.json.encode(policy)), schema)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "policy-empty"),
        (b" \n\t\n", "policy-empty"),
        (b"\xef\xbb\xbf", "policy-empty"),
        (b"# Policy\x00", "policy-not-text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "policy-not-text"),
        (b"# Policy \xff", "policy-not-text"),
        (b"x" * (DOCUMENT_BYTES_MAX + 1), "policy-too-large"),
        (b"> " * 200 + b"deep", "policy-too-deep"),
        (b"- " * 100 + b"deep", "policy-too-deep"),
        (b"[" * 17_000, "policy-block-too-long"),
        (
            b"# A library\n\nInstall it with pip.\n\n| Option | Default |\n|---|---|\n| a | 1 |\n",
            "policy-not-recognised",
        ),
        (
            b"# Holidays\n\n- Employees must ask for leave 14 days before.\n- Teams review the plan every quarter.\n",
            "policy-not-recognised",
        ),
        (b"Lorem ipsum dolor sit amet.", "policy-not-recognised"),
    ],
)
def test_what_is_no_policy_is_refused_by_a_code(data: bytes, code: str) -> None:
    with pytest.raises(StrongroomError) as error:
        compile_(data)

    assert code == error.value.code
    if code == "policy-not-recognised":
        assert all(topic in error.value.message for topic in LOOKED_FOR)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_it(data: bytes) -> None:
    _policy_or_error(data)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([EXAMPLE, *DATA]), st.data())
def test_no_damage_to_a_document_breaks_it(path: Path, data: st.DataObject) -> None:
    lines = path.read_bytes().split(b"\n")
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start, len(lines)))
    kept = lines[start:end] if data.draw(st.booleans()) else lines[:start] + lines[end:]
    if data.draw(st.booleans()):
        kept = list(data.draw(st.permutations(kept[:40]))) + kept[40:]

    _policy_or_error(b"\n".join(kept))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([EXAMPLE, *DATA]), st.data())
def test_no_flipped_or_planted_bytes_break_it(path: Path, data: st.DataObject) -> None:
    changed = bytearray(path.read_bytes())
    planted = st.one_of(st.binary(max_size=3), st.sampled_from(PLANTED))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 40))] = data.draw(planted)

    _policy_or_error(bytes(changed))


@pytest.mark.parametrize("number", ["9" * 15_000, "9" * 4_301, "1,000,000,000,000", "٣", "²", "0"])
def test_no_number_breaks_it(number: str) -> None:
    for unit in ("days", "bits", "characters", "hours of grace"):
        _policy_or_error(f"{SMALL}\nAPI keys and passwords: {number} {unit}, rotated.\n".encode())


def _policy_or_error(data: bytes) -> None:
    try:
        policy = compile_(data)
    except StrongroomError:
        return
    assert policy.clauses


def test_a_missing_section_is_a_default_that_is_reported() -> None:
    policy = small()
    fields = {d.field for d in policy.defaults}

    assert {
        "rotation.grace_hours_min",
        "emergency.contain_minutes",
        "audit.retention_days",
        "review.every_days",
        "generation.jwt_bits_min",
    } <= fields
    assert (256, 16, 366) == (
        policy.generation.jwt_bits_min,
        policy.generation.password_length_min,
        policy.audit.retention_days,
    )


@pytest.mark.parametrize(
    ("more", "id_"),
    [
        ("\n## Types\n\n| Type | Rotation |\n|---|---|\n| JWT keys | 30 days |\n", "D-2"),
        ("\nThe grace period is 48 hours.\n\nThe grace period is 24 hours.\n", "D-2"),
        ("\nThe grace period is at least 72 hours and at most 24 hours.\n", "D-3"),
        (
            "\n| Secret Type | Rotation Period |\n|---|---|\n| SSH keys | soon |\n| TLS keys | 90 days |\n",
            "D-4",
        ),
        (
            "\n## Access\n\n| Role | Production |\n|---|---|\n| Intern | yes (with approval) |\n",
            "D-5",
        ),
        ("\n| Type | Rotation |\n|---|---|\n| SSH keys | 90 days | left over |\n", "D-1"),
    ],
)
def test_a_defect_is_noted_and_read_on_the_strict_side(more: str, id_: str) -> None:
    policy = small(more)

    assert id_ in {c.id for c in policy.contradictions}
    assert not policy.access.matrix.get("Intern", {}).get("Production")
    assert policy.rotation.grace_hours_min <= policy.rotation.grace_hours_max


def test_what_the_taxonomy_does_not_know_stays_in_view() -> None:
    policy = small("\n## Oddities\n\n- Secrets must be whispered at full moon.\n")
    own = [c for c in policy.clauses if c.id.startswith("L-")]

    assert ["Secrets must be whispered at full moon."] == [c.text for c in own]
    assert [Status.NOT_UNDERSTOOD] == [c.status for c in own]


def test_html_is_read_as_text_and_obeyed_as_nothing() -> None:
    policy = small(
        "\n<div onclick='x()'>Never commit secrets to git.</div>\n<script>alert(1)</script>\n"
    )

    assert policy.clause("P-8.8") is not None
    assert not any("alert" in c.text for c in policy.clauses)


def test_compiling_twice_gives_the_same_policy() -> None:
    first, second = example(), example()

    assert isinstance(first, Policy)
    assert first == second
