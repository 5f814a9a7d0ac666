"""Tests for strongroom.gate.rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.db.tables.house import META, MetaRow
from strongroom.db.tables.secrets import VERSION, VersionRow
from strongroom.errors import InvalidError, TamperedError
from strongroom.gate import rows
from strongroom.gate.rows import Seal
from strongroom.model.principal import Conditions, Effect, Grant, Kind, Principal, Verb

SEAL = Seal(b"k" * 32)
ROW = VersionRow(
    b"s" * 16, 3, "current", 0, None, "api-key", "given", b"k" * 16, b"w", b"v", 1, b"p" * 16, 9, 2
)


def test_a_stamped_row_is_accepted_and_only_as_it_is() -> None:
    stamped = SEAL.stamp(VERSION, ROW, 7)
    assert SEAL.check(VERSION, stamped) is stamped
    for column, value in (
        ("n", 4), ("state", "previous"), ("compromised", 1), ("deleted_us", 0), ("type", "x"),
        ("kek_id", b"K" * 16), ("wrapped", b"W"), ("sealed", b""), ("expires_us", 10),
        ("change_seq", 8), ("mac", bytes(32)), ("secret_id", b"S" * 16),
    ):  # fmt: skip
        with pytest.raises(TamperedError):
            SEAL.check(VERSION, VersionRow(**{**stamped._asdict(), column: value}))


def test_another_rooms_rows_are_not_ours() -> None:
    row = Seal(b"o" * 32).stamp(META, MetaRow("state", b"open"), 1)
    with pytest.raises(TamperedError):
        SEAL.check(META, row)


PRINCIPALS = st.builds(
    Principal,
    st.binary(min_size=16, max_size=16).filter(any),
    st.just(Kind.WORKLOAD),
    st.from_regex(r"[a-z0-9][a-z0-9._@+-]{0,20}", fullmatch=True),
    st.frozensets(st.sampled_from(["Dev Ops", "Sicherheit", "Owner"])),
    st.sampled_from(["production", "dev"]),
    st.lists(st.sampled_from(["a/*", "b", "*"]), min_size=1).map(tuple),
    st.booleans(),
)
GRANTS = st.builds(
    Grant,
    st.binary(min_size=16, max_size=16),
    st.just(Effect.ALLOW),
    st.frozensets(st.sampled_from(list(Verb)), min_size=1),
    st.sampled_from(["*", "production"]),
    st.sampled_from(["*", "a/*", "a"]),
    st.none(),
    st.just("Owner"),
    st.none() | st.integers(0, 9),
    st.none() | st.integers(10, 99),
    st.builds(
        Conditions, st.booleans(), st.integers(0, 3), st.none() | st.integers(0, 5),
        st.sampled_from([(), ("10.0.0.0/8", "::1/128")]),
    ),
)  # fmt: skip


@given(PRINCIPALS)
def test_a_principal_comes_back_as_it_was(principal: Principal) -> None:
    row = rows.principal_row(principal, denials=0, created_us=1, created_by=b"p" * 16)

    assert rows.principal_of(row) == principal


@given(GRANTS)
def test_a_grant_comes_back_as_it_was(grant: Grant) -> None:
    row = rows.grant_row(grant, why="", created_us=1, created_by=b"p" * 16)

    assert rows.grant_of(row) == grant


def test_text_in_rows_is_printable_and_bounded() -> None:
    assert rows.bounded("a reason", "a reason") == "a reason"
    for text in ("two\nlines", "x" * 513, "\x1b[2J"):
        with pytest.raises(InvalidError) as bad:
            rows.bounded(text, "a reason")
        assert text not in bad.value.message


def test_a_missing_row_is_tampering() -> None:
    assert rows.missing("it").code == "row-missing"
