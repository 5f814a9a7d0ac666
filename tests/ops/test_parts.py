"""Composites over other secrets: whoever reads the whole reads each part, and nothing else (C-24)."""

import secrets
from dataclasses import replace

import pytest

from strongroom.errors import DeniedError, InvalidError, StrongroomError
from strongroom.model.address import Address
from strongroom.ops import access, audit, lifecycle, secret
from strongroom.ops import room as rooms
from strongroom.ops.local import Local
from strongroom.secret.value import Field, Value

PASSWORD = Address.parse("production/app/DATABASE_PASSWORD")
URL = Address.parse("production/app/DATABASE_URL")
TEMPLATE = "postgresql://app:{@app/DATABASE_PASSWORD}@db/app"


def put(room: Local, at: Address, value: Value, *, new: bool = True) -> None:
    more = ("database-password", "Ada") if new else (None, None)
    secret.write(room, secret.WriteRequest(at, value, *more))


def strong() -> str:
    return "aA1!" + secrets.token_urlsafe(24)


def composite(text: str = TEMPLATE) -> Value:
    return Value({}).composed({"value": text})


def whole(room: Local, at: Address = URL) -> str:
    only = secret.read(room, at).value.only
    assert only is not None
    return only.bytes.decode()


@pytest.fixture
def kept(room: Local) -> Local:
    put(room, PASSWORD, Value.single("aA1/" + secrets.token_urlsafe(24)))
    put(room, URL, composite())
    return room


def test_it_turns_with_its_part(kept: Local) -> None:
    before = whole(kept)
    put(kept, PASSWORD, Value.single("aA1:" + secrets.token_urlsafe(24)), new=False)

    assert before.startswith("postgresql://app:aA1%2F")
    assert whole(kept).startswith("postgresql://app:aA1%3A")
    assert 1 == secret.describe(kept, URL).current


def test_each_part_is_recorded_for_whoever_reads_the_whole(kept: Local) -> None:
    whole(kept)
    lines = audit.list_entries(kept, audit.Filter(verb="read"))

    assert {("granted", str(URL)), ("granted", str(PASSWORD))} == {
        (line.outcome, line.address) for line in lines
    }


def test_who_may_not_read_a_part_does_not_read_the_whole(kept: Local) -> None:
    """P-7.3: a composite opens nothing to anybody."""
    access.add(kept, access.PrincipalRequest("grace"))
    grant = access.GrantRequest(("read",), "production", "app/DATABASE_URL", principal="grace")
    access.grant(kept, grant)
    grace = next(p for p in rooms.principals(kept) if p.name == "grace")
    other = replace(kept, caller=kept.caller._replace(principal=grace.id))
    with pytest.raises(DeniedError) as error:
        whole(other)
    assert "no-rule" == error.value.code
    assert str(PASSWORD) in (error.value.fix or "")


def test_a_field_that_needs_no_part_is_read_without_it(room: Local) -> None:
    put(room, PASSWORD, Value.single(strong()))
    put(room, URL, Value({"host": Field("db", secret=False)}).composed({"value": TEMPLATE}))
    secret.read(room, URL, field="host")

    assert [str(URL)] == [
        line.address for line in audit.list_entries(room, audit.Filter(verb="read"))
    ]


def test_a_frozen_part_freezes_the_whole(kept: Local) -> None:
    lifecycle.freeze(kept, lifecycle.place(kept, str(PASSWORD)), "a leak")
    with pytest.raises(DeniedError) as error:
        whole(kept)
    assert "secret-frozen" == error.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{@app/NOTHING}", "secret-unknown"),
        ("{@app/DATABASE_URL}", "template-cycle"),
    ],
)
def test_parts_are_looked_for_when_it_is_written(room: Local, text: str, code: str) -> None:
    with pytest.raises(StrongroomError) as error:
        put(room, URL, composite(text))
    assert code == error.value.code
    assert [] == secret.list_folder(room, "production")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{@app/FIELDS}", "field-needed"),
        ("{@app/FIELDS#none}", "field-unknown"),
        ("{@app/DATABASE_PASSWORD#none}", "field-unknown"),
        ("{@app/DATABASE_URL}", "reference-nested"),
        ("{@app/FIELDS#far}", "reference-nested"),
    ],
)
def test_a_part_that_does_not_fit_is_said_when_it_is_read(
    kept: Local, text: str, code: str
) -> None:
    put(
        kept,
        Address.parse("production/app/FIELDS"),
        Value({"a": Field(strong()), "b": Field(strong())}).composed({"far": TEMPLATE}),
    )
    over = Address.parse("production/app/OVER")
    put(kept, over, composite(text))
    with pytest.raises(InvalidError) as error:
        whole(kept, over)
    assert code == error.value.code


def test_a_deleted_part_is_named(kept: Local) -> None:
    lifecycle.delete(kept, PASSWORD)
    with pytest.raises(StrongroomError) as error:
        whole(kept)
    assert "secret-unknown" == error.value.code
    assert str(PASSWORD) in (error.value.fix or "")


@pytest.mark.parametrize(
    ("environment", "template", "refused"),
    [
        ("production", "postgresql://app:hunter2@{host}/app", True),
        ("staging", "postgresql://app:hunter2@{host}/app", True),
        ("development", "postgresql://app:hunter2@{host}/app", False),
        ("development", f"postgresql://app:{secrets.token_urlsafe(24)}@{{host}}/app", True),
        ("development", f"https://{{host}}/{secrets.token_hex(24)}", True),
        ("production", "postgresql://app@{host}/app?sslmode=verify-full&connect_timeout=10", False),
        ("production", "postgresql://{host}:{host}@db.internal.example.com/app", False),
    ],
)  # fmt: skip
def test_a_template_holds_no_value(
    room: Local, environment: str, template: str, refused: bool
) -> None:
    """P-8.11, P-4.3: there it would be neither measured nor compared."""
    value = Value({"host": Field("db", secret=False)}).composed({"url": template})
    at = Address.parse(f"{environment}/app/URL")
    if not refused:
        put(room, at, value)
        return
    with pytest.raises(InvalidError) as error:
        put(room, at, value)
    assert ("value-refused", True) == (error.value.code, "P-8.11" in error.value.message)
    assert "hunter2" not in error.value.message


def test_a_composite_is_neither_measured_nor_compared(room: Local) -> None:
    """C-24: the same template in two environments is the same shape, and no value."""
    for environment in ("production", "staging"):
        part = Value.single(strong())
        put(room, Address.parse(f"{environment}/app/DATABASE_PASSWORD"), part)
        put(room, Address.parse(f"{environment}/app/DATABASE_URL"), composite())


def test_one_field_is_generated_and_the_others_stay(room: Local) -> None:
    """C-24: a credential is rotated by its password, and its URL with it."""
    at = Address.parse("production/app/db")
    request = secret.WriteRequest(
        at, Value({"username": Field("app", secret=False)}), "database-password", "Ada"
    )
    texts = {"url": "redis://{username}:{password}@db"}
    secret.generate_into(room, request, field="password", templates=texts)
    first = secret.read(room, at).value
    secret.generate_into(room, secret.WriteRequest(at, Value({})), field="password")
    second = secret.read(room, at).value
    versions = secret.describe(room, at).versions

    assert "app" == first.fields["username"].data == second.fields["username"].data
    assert first.fields["password"] != second.fields["password"]
    assert ["url"] == first.derived == second.derived
    assert first.fields["url"].data != second.fields["url"].data
    assert ["generated"] * 2 == [v.origin for v in versions]
    assert ["rotate"] == [
        line.verb for line in audit.list_entries(room, audit.Filter(verb="rotate"))
    ]


def test_beside_a_secret_that_somebody_gave_nobody_vouches_for_the_whole(room: Local) -> None:
    """P-4.9."""
    at = Address.parse("production/app/db")
    request = secret.WriteRequest(at, Value({"pin": Field(strong())}), "database-password", "Ada")
    secret.generate_into(room, request, field="password")
    (version,) = secret.describe(room, at).versions

    assert "human" == version.origin


def test_what_is_derived_is_not_generated(kept: Local) -> None:
    with pytest.raises(InvalidError) as error:
        secret.generate_into(kept, secret.WriteRequest(URL, Value({})), field="value")
    assert "field-derived" == error.value.code


def test_a_version_in_between_stops_the_generation_of_a_field(room: Local) -> None:
    at = Address.parse("production/app/db")
    put(room, at, Value.single(strong()))
    with pytest.raises(StrongroomError) as error:
        secret.generate_into(room, secret.WriteRequest(at, Value({}), after=7), field="password")
    assert "version-not-current" == error.value.code
