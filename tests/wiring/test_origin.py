"""Tests for strongroom.wiring.origin: over a real room, beside another process's hand on it."""

import logging
from dataclasses import replace

import pytest
from tests.conftest import Place
from tests.runtime.origin.contract import Keeper, OriginContract

from strongroom import Secrets
from strongroom.errors import ConfigError, ConflictError, DeniedError, NotFoundError
from strongroom.model.address import Address
from strongroom.model.floor import Floor, Unit
from strongroom.ops import access, audit, lifecycle, secret, use
from strongroom.ops.local import Local
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin import choose
from strongroom.secret.value import Field, Value
from strongroom.wiring.origin import RoomOrigin, connect

APPLICATION = Application("customer-api", "customer-api", "room")


FOLDER = "customer-api"


class RoomKeeper(Keeper):
    def __init__(self, room: Local, environment: str = "development") -> None:
        self.room = room
        self.environment = environment

    def put(self, name: str, text: str | bytes, **fields: str) -> int:
        value = Value({key: Field(data) for key, data in fields.items()})
        return self.write(name, value if fields else Value.single(text))

    def used(self) -> dict[str, dict[str, int]]:
        """What the command line would show."""
        found: dict[str, dict[str, int]] = {}
        for name in secret.list_folder(self.room, self.environment, FOLDER):
            address = Address.parse(f"{self.environment}/{FOLDER}/{name}")
            for consumer in use.consumers(self.room, address):
                for one in consumer.live:
                    found.setdefault(one.instance, {})[name] = one.version
        return found

    def write(self, path: str, value: Value, type_: str = "jwt-secret-key") -> int:
        address = Address.parse(f"{self.environment}/customer-api/{path}")
        known = path in secret.list_folder(self.room, self.environment, "customer-api")
        first = {} if known else {"type": type_, "owner": "DevOps"}
        request = secret.WriteRequest(address, value, **first)  # type: ignore[arg-type]
        return secret.write(self.room, request).version


@pytest.fixture(autouse=True)
def _settings(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, text in place.environ.items():
        monkeypatch.setenv(key, text)


@pytest.fixture
def keeper(room: Local) -> RoomKeeper:
    return RoomKeeper(room)


def made(
    place: Place, environment: str = "dev", application: Application = APPLICATION
) -> RoomOrigin:
    return connect(str(place.folder), application, Environment(environment))


@pytest.fixture
def origin(place: Place) -> RoomOrigin:
    return made(place)


class TestRoom(OriginContract):
    """The contract, held by a room."""


def test_the_runtime_chooses_it_by_its_name(
    place: Place, keeper: RoomKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    given = Application("customer-api", "customer-api", f"room:{place.folder}")
    origin = choose.origin_of(given, Environment("dev"))
    assert origin is not None
    assert origin.fetch(["SECRET_KEY"])["SECRET_KEY"].text == "fake-text"
    assert str(place.folder) in origin.label

    monkeypatch.setenv("STRONGROOM_ROOM", str(place.folder))
    found = choose.origin_of(
        Application("customer-api", "customer-api", "room"), Environment("dev")
    )
    assert found is not None
    assert found.fetch(["SECRET_KEY"])["SECRET_KEY"].text == "fake-text"


def test_an_environment_goes_by_each_of_its_names(place: Place, keeper: RoomKeeper) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    for name in ("development", "Development", "dev"):
        assert (
            made(place, name).fetch(["SECRET_KEY"])["SECRET_KEY"].place.startswith("development/")
        )
    with pytest.raises(ConfigError) as caught:
        made(place, "mars").fetch()
    assert caught.value.code == "environment-unknown"


def test_an_environment_that_the_policy_lacks_does_not_fall_back(
    place: Place, keeper: RoomKeeper
) -> None:
    """Nothing of one environment is served as another's."""
    keeper.put("SECRET_KEY", "fake-text")
    assert made(place, "production").fetch(["SECRET_KEY"]) == {}


def test_fields_and_folders_are_parts_of_a_name(origin: RoomOrigin, keeper: RoomKeeper) -> None:
    fields = {"username": Field("app", secret=False), "password": Field("fake-password")}
    keeper.write("database", Value(fields))
    keeper.write("mail/smtp-key", Value.single("fake-mail"))

    assert {name: one.text for name, one in origin.fetch().items()} == {
        "DATABASE_USERNAME": "app",
        "DATABASE_PASSWORD": "fake-password",
        "MAIL_SMTP_KEY": "fake-mail",
    }
    one = origin.fetch(["DATABASE_PASSWORD"])["DATABASE_PASSWORD"]
    assert (one.place, one.secret) == ("development/customer-api/database#password", True)
    assert not origin.fetch(["DATABASE_USERNAME"])["DATABASE_USERNAME"].secret
    assert origin.fetch(["DATABASE", "DATABASE_HOST"]) == {}


def test_composites_come_put_together(origin: RoomOrigin, keeper: RoomKeeper) -> None:
    keeper.put("DATABASE_PASSWORD", "fake-p/ss")
    template = Value({"user": Field("app", secret=False)}).composed(
        {"value": "postgresql://{user}:{@customer-api/DATABASE_PASSWORD}@db/app"}
    )
    keeper.write("DATABASE_URL", template)

    url = "postgresql://app:fake-p%2Fss@db/app"
    assert origin.fetch(["DATABASE_URL"])["DATABASE_URL"].text == url
    assert origin.fetch()["DATABASE_URL"].text == url


def test_a_path_counts_before_a_field_and_two_places_of_one_name_are_refused(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    keeper.put("api", "", value="fake-api", key="fake-field")
    keeper.put("api-key", "fake-path")
    assert origin.fetch(["API_KEY"])["API_KEY"].text == "fake-path"
    with pytest.raises(ConflictError) as all_:
        origin.fetch()
    keeper.put("API_KEY", "fake-again")
    with pytest.raises(ConflictError) as one:
        origin.fetch(["API_KEY"])
    assert all_.value.code == one.value.code == "name-collision"


def test_what_is_no_text_is_named_and_not_shown(
    origin: RoomOrigin, keeper: RoomKeeper, caplog: pytest.LogCaptureFixture
) -> None:
    keeper.put("KEYSTORE", b"\xff\xfe\x00hunter2hunter2")
    keeper.put("SECRET_KEY", "fake-text")
    with pytest.raises(ConfigError) as caught:
        origin.fetch(["KEYSTORE"])
    assert caught.value.code == "secret-undecodable"
    chain = repr([caught.value, caught.value.__context__, caught.value.__cause__])
    assert "hunter2" not in chain

    with caplog.at_level(logging.WARNING):
        assert set(origin.fetch()) == {"SECRET_KEY"}
        origin.fetch()
    (record,) = caplog.records
    assert "KEYSTORE (secret-undecodable)" in record.getMessage()
    assert "hunter2" not in record.getMessage()


def deny(room: Local, pattern: str, *verbs: str) -> None:
    asked = access.GrantRequest(
        verbs or ("read",), "development", pattern, principal=room.user, deny=True
    )
    access.grant(room, asked)


def test_a_denial_is_an_error_for_a_name_and_leaves_the_rest_of_a_folder(
    origin: RoomOrigin, keeper: RoomKeeper, caplog: pytest.LogCaptureFixture
) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    keeper.put("API_KEY", "fake-other")
    keeper.put("HIDDEN", "fake-hidden")
    deny(keeper.room, "customer-api/API_KEY")
    deny(keeper.room, "customer-api/HIDDEN", "read", "metadata")
    with pytest.raises(DeniedError) as caught:
        origin.fetch(["SECRET_KEY", "API_KEY"])
    assert "development/customer-api/API_KEY" in caught.value.message

    with caplog.at_level(logging.WARNING):
        assert set(origin.fetch()) == {"SECRET_KEY"}
    assert "API_KEY (denied-by-grant)" in caplog.text
    assert "HIDDEN" not in caplog.text


def test_where_nothing_may_be_read_the_folder_is_refused(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    lifecycle.freeze(keeper.room, lifecycle.place(keeper.room, "development"), "a leak")
    with pytest.raises(DeniedError) as all_:
        origin.fetch()
    with pytest.raises(DeniedError) as one:
        origin.fetch(["SECRET_KEY"])
    with pytest.raises(DeniedError):
        origin.versions("SECRET_KEY")
    assert one.value.code == "environment-frozen"
    assert all_.value.code == "folder-denied"
    assert "environment-frozen" in all_.value.message


def test_a_denied_path_is_never_served_from_another_place(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    """A freeze of one secret must not switch an application to another value."""
    keeper.put("api", "", value="fake-api", key="fake-field")
    keeper.put("api-key", "fake-path")
    lifecycle.freeze(
        keeper.room, lifecycle.place(keeper.room, "development/customer-api/api-key"), "a leak"
    )
    with pytest.raises(DeniedError):
        origin.fetch(["API_KEY"])


def reads(room: Local) -> list[tuple[str, str]]:
    """What was read by the runtime of the application, and what came of it."""
    return [
        (line.address, line.outcome)
        for line in audit.list_entries(room, audit.Filter(verb="read"))
        if line.detail.get("agent") == "strongroom/runtime customer-api"
    ]


def test_each_delivery_is_recorded_and_no_look_for_what_is_absent(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    keeper.put("API_KEY", "fake-other")
    deny(keeper.room, "customer-api/API_KEY")
    origin.fetch(["SECRET_KEY", "ABSENT"])
    origin.versions("ABSENT")
    origin.fetch()
    origin.mark()

    read = "development/customer-api/SECRET_KEY", "granted"
    assert reads(keeper.room) == [read, read]


def test_whether_a_name_is_a_field_is_found_out_once(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    """A look for what is not there must not make a secret seem used for ever."""
    keeper.put("database", "", password="fake-password")
    assert origin.fetch(["DATABASE_REPLICA"]) == {}
    first = reads(keeper.room)  # more than one where a busy machine was late
    for _ in range(2):
        assert origin.fetch(["DATABASE_REPLICA"]) == {}
    assert reads(keeper.room) == first != []

    keeper.put("database", "", password="fake-password", replica="fake-host")
    assert origin.fetch(["DATABASE_REPLICA"])["DATABASE_REPLICA"].text == "fake-host"


def test_a_delivery_carries_what_the_policy_asks(place: Place, room: Local) -> None:
    address = Address.parse("production/customer-api/SECRET_KEY")
    request = secret.WriteRequest(address, Value.single(""), "jwt-secret-key", "DevOps", days=30)
    written = secret.generate_into(room, request)
    one = made(place, "prod").fetch(["SECRET_KEY"])["SECRET_KEY"]

    assert (one.version, one.type) == (1, "jwt-secret-key")
    assert one.expires_us == one.due_us == written.expires_us
    assert one.floors == (Floor(Unit.BITS, 256, "P-4.1"),)


def test_without_a_folder_it_is_the_whole_environment(place: Place, keeper: RoomKeeper) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    origin = made(place, application=Application("tool", "", "room"))
    assert set(origin.fetch()) == {"CUSTOMER_API_SECRET_KEY"}


def test_a_secret_that_was_deleted_or_has_no_sound_version_is_not_there(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    keeper.put("API_KEY", "fake-other")
    lifecycle.delete(keeper.room, Address.parse("development/customer-api/SECRET_KEY"))
    assert origin.fetch(["SECRET_KEY"]) == {}
    assert set(origin.fetch()) == {"API_KEY"}


def test_a_composite_speaks_for_its_parts(origin: RoomOrigin, keeper: RoomKeeper) -> None:
    """P-5.8: a password that is only used in a URL is rotated too."""
    keeper.put("DATABASE_PASSWORD", "fake-pass-1")
    url = Value({}).composed({"value": "postgresql://app:{@customer-api/DATABASE_PASSWORD}@db/app"})
    keeper.write("DATABASE_URL", url)
    origin.fetch(["DATABASE_URL"])
    origin.acknowledge("node-1", {"DATABASE_URL": 1})
    assert keeper.used() == {"node-1": {"DATABASE_URL": 1, "DATABASE_PASSWORD": 1}}

    keeper.put("DATABASE_PASSWORD", "fake-pass-2")
    origin.acknowledge("node-1", {"DATABASE_URL": 1})
    assert keeper.used()["node-1"]["DATABASE_PASSWORD"] == 1
    origin.fetch(["DATABASE_URL"])
    origin.acknowledge("node-1", {"DATABASE_URL": 1})
    assert keeper.used()["node-1"]["DATABASE_PASSWORD"] == 2


def test_fields_of_one_secret_hold_the_older_of_their_versions(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    keeper.put("database", "", username="app-1", password="fake-1")
    keeper.put("database", "", username="app-2", password="fake-2")
    origin.acknowledge("node-1", {"DATABASE_USERNAME": 1, "DATABASE_PASSWORD": 2})
    assert keeper.used() == {"node-1": {"database": 1}}


def test_a_name_that_is_not_there_is_said_after_the_others(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    with pytest.raises(NotFoundError):
        origin.acknowledge("node-1", {"ABSENT": 1, "SECRET_KEY": 1})
    assert keeper.used() == {"node-1": {"SECRET_KEY": 1}}


def test_what_processes_say_is_no_news_for_the_others(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    keeper.put("SECRET_KEY", "fake-text")
    before = origin.mark()
    origin.acknowledge("node-1", {"SECRET_KEY": 1})
    assert origin.mark() == before
    deny(keeper.room, "customer-api/SECRET_KEY")
    assert origin.mark() != before


def test_the_mark_follows_parts_outside_of_the_folder_and_nothing_else_there(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    shared = secret.WriteRequest(
        Address.parse("development/shared/PASSWORD"), Value.single("fake-1"), "api-key", "DevOps"
    )
    other = replace(shared, address=Address.parse("development/other/KEY"))
    secret.write(keeper.room, shared)
    keeper.write("URL", Value({}).composed({"value": "https://{@shared/PASSWORD}@host"}))
    origin.fetch()
    before = origin.mark()
    secret.write(keeper.room, replace(other, value=Value.single("fake-other")))
    assert origin.mark() == before
    secret.write(keeper.room, replace(shared, value=Value.single("fake-2"), type=None, owner=None))
    assert origin.mark() != before
    origin.close()
    again = origin.mark()
    assert again == origin.mark()


def test_a_program_takes_a_new_version_while_it_runs_and_says_so(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    """The client over a room, step by step as its watcher does it."""
    keeper.put("SECRET_KEY", "fake-1")
    client = Secrets(origin, application=APPLICATION, environment="dev")
    assert client.get("SECRET_KEY").reveal() == "fake-1"
    client.tick()
    keeper.put("SECRET_KEY", "fake-2")
    client.tick()
    assert client.get("SECRET_KEY").version == 2
    assert [one.version for one in client.versions("SECRET_KEY")] == [2, 1]
    client.close()


def test_a_right_that_was_taken_away_ends_what_a_program_is_served(
    origin: RoomOrigin, keeper: RoomKeeper
) -> None:
    """Although it remembers the value, and although it could serve it while the room is away."""
    keeper.put("SECRET_KEY", "fake-1")
    client = Secrets(origin, application=APPLICATION, environment="dev")
    assert client.get("SECRET_KEY").reveal() == "fake-1"
    client.tick()
    deny(keeper.room, "customer-api/SECRET_KEY")
    client.tick()
    with pytest.raises(DeniedError):
        client.get("SECRET_KEY")
    client.close()
