"""Writing, reading, listing, showing: each through the gate, none with a value too much."""

import pytest
from tests.conftest import Place

from strongroom.errors import ConflictError, InvalidError, NotFoundError, StrongroomError
from strongroom.model.address import Address
from strongroom.ops import secret as ops
from strongroom.ops.local import Local
from strongroom.secret.value import Value

KEY = Address.parse("production/api/SECRET_KEY")
PASSWORD = Address.parse("development/api/DATABASE_PASSWORD")


def _write(room: Local, address: Address, text: str, **more: object) -> ops.Written:
    return ops.write(room, ops.WriteRequest(address, Value.single(text), **more))  # type: ignore[arg-type]


def _first(room: Local, text: str = "weak-1") -> ops.Written:
    return _write(room, PASSWORD, text, type="database-password", owner="Ada")


def _text(room: Local, address: Address, version: int | None = None) -> str | bytes:
    only = ops.read(room, address, version=version).value.only
    assert only is not None
    return only.data


def test_what_is_written_is_read_also_by_the_next_process(room: Local, place: Place) -> None:
    _first(room)
    with place.opened() as again:
        assert "weak-1" == _text(again, PASSWORD)


def test_a_next_version_needs_neither_type_nor_owner(room: Local) -> None:
    _first(room)
    written = _write(room, PASSWORD, "weak-2")

    assert (2, "database-password") == (written.version, written.type)
    assert ("weak-2", "weak-1") == (_text(room, PASSWORD), _text(room, PASSWORD, 1))


def test_a_version_in_between_stops_the_write_of_who_read_before(room: Local) -> None:
    _first(room)
    _write(room, PASSWORD, "weak-2", after=1)
    with pytest.raises(ConflictError) as error:
        _write(room, PASSWORD, "weak-3", after=1)
    assert "version-not-current" == error.value.code
    assert "weak-2" == _text(room, PASSWORD)


@pytest.mark.parametrize(
    ("address", "more", "code"),
    [
        ("production/api/X", {}, "type-missing"),
        ("production/api/X", {"type": "nonsense", "owner": "Ada"}, "type-unknown"),
        ("production/api/X", {"type": "api-key"}, "owner-missing"),
        ("prod/api/X", {"type": "api-key", "owner": "Ada"}, "environment-unknown"),
        ("mars/api/X", {"type": "api-key", "owner": "Ada"}, "environment-unknown"),
        (
            "development/api/DATABASE_PASSWORD",
            {"type": "database-password", "owner": "Ada"},
            "secret-exists",
        ),
        ("development/api/DATABASE_PASSWORD", {"owner": "Ada"}, "secret-exists"),
        ("development/api/X", {"type": "api-key", "owner": "Ada", "days": 400}, "expiry-too-far"),
    ],
)
def test_a_write_that_lacks_something_is_refused(
    room: Local, address: str, more: dict[str, object], code: str
) -> None:
    _first(room)
    with pytest.raises(StrongroomError) as error:
        _write(room, Address.parse(address), "weak-9", **more)
    assert code == error.value.code
    assert "weak-9" not in f"{error.value.message} {error.value.fix}"


def test_an_alias_is_answered_with_the_id(room: Local) -> None:
    with pytest.raises(InvalidError) as error:
        ops.environment(room, "prod")
    assert "write production/…" == error.value.fix


@pytest.mark.parametrize(
    ("address", "version", "code"),
    [
        ("production/none", None, "secret-unknown"),
        ("development/api/DATABASE_PASSWORD", 9, "version-unknown"),
    ],
)
def test_what_is_not_there_is_said(
    room: Local, address: str, version: int | None, code: str
) -> None:
    _first(room)
    with pytest.raises(StrongroomError) as error:
        ops.read(room, Address.parse(address), version=version)
    assert code == error.value.code


def test_a_generated_value_is_as_strong_as_its_type_asks(room: Local) -> None:
    written = ops.generate_into(
        room, ops.WriteRequest(KEY, Value.single(""), "jwt-secret-key", "Ada")
    )

    assert 64 == len(_text(room, KEY))
    assert written.bits is not None
    assert written.bits >= 256


def test_a_credential_that_others_issue_is_not_generated(room: Local) -> None:
    request = ops.WriteRequest(KEY, Value.single(""), "sentry-dsn", "Ada")
    with pytest.raises(InvalidError) as error:
        ops.generate_into(room, request)
    assert "provider-issues" == error.value.code


def test_a_folder_lists_names_and_folders(room: Local) -> None:
    _first(room)
    _write(room, Address.parse("development/TOP"), "weak", type="api-key", owner="Ada")

    assert ["TOP", "api/"] == ops.list_folder(room, "development")
    assert ["DATABASE_PASSWORD"] == ops.list_folder(room, "development", "api")
    assert [] == ops.list_folder(room, "production")


def test_a_secret_is_described_without_its_value(room: Local) -> None:
    _first(room)
    shown = ops.describe(room, PASSWORD)

    assert ("Ada", "database-password", 1, "active") == (
        shown.owner,
        shown.type,
        shown.current,
        shown.state,
    )
    assert "weak-1" not in repr(shown)
    with pytest.raises(NotFoundError):
        ops.describe(room, KEY)


def test_results_hide_their_values(room: Local) -> None:
    request = ops.WriteRequest(PASSWORD, Value.single("weak-1"), "database-password", "Ada")
    ops.write(room, request)

    assert "weak-1" not in repr(request) + repr(ops.read(room, PASSWORD))
