"""What lies beside a process: remembered, and seen when it changes."""

import secrets
from pathlib import Path

import pytest

from strongroom.errors import ConfigError, InvalidError
from strongroom.runtime import nearby
from strongroom.runtime.environment import Environment
from strongroom.runtime.nearby import Nearby
from strongroom.runtime.secret import Secret

VALUE = secrets.token_urlsafe(32)


def text(found: Secret | None) -> str | None:
    return None if found is None else found.reveal()


def test_a_change_of_the_environment_is_seen_at_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = Nearby(Environment("production"), place)
    assert near.find("API_KEY") is None
    for value in (VALUE, VALUE + "2"):
        monkeypatch.setenv("API_KEY", value)
        found = near.find("API_KEY")
        assert text(found) == value
        assert near.find("API_KEY") is found is near.peek("API_KEY")
    monkeypatch.delenv("API_KEY")
    assert near.find("API_KEY") is None
    (place / "key").write_text(VALUE, "utf-8")
    monkeypatch.setenv("API_KEY_FILE", str(place / "key"))
    assert text(near.find("API_KEY")) == VALUE


def test_a_file_is_looked_at_after_some_seconds_or_when_somebody_asks_what_changed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(nearby, "monotonic", lambda: now)
    monkeypatch.setenv("API_KEY_FILE", str(place / "key"))
    (place / "key").write_text("first-text", "utf-8")
    near = Nearby(Environment("production"), place)
    first = near.find("API_KEY")
    (place / "key").write_text("second-text", "utf-8")
    assert near.find("API_KEY") is first
    assert near.changed() == ("API_KEY",)
    assert text(near.find("API_KEY")) == "second-text"
    assert near.changed() == ()
    (place / "key").write_text("third-text!", "utf-8")
    now += nearby.FILE_SECONDS
    assert text(near.find("API_KEY")) == "third-text!"


def test_a_folder_that_is_swapped_as_kubernetes_does_it_is_noticed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file's own name stays a link; what it goes through is replaced."""
    mount = place / "mount"
    for number in (1, 2):
        (mount / f"..{number}").mkdir(parents=True)
        (mount / f"..{number}" / "API_KEY").write_text(f"text-number-{number}", "utf-8")
    (mount / "..data").symlink_to("..1")
    (mount / "API_KEY").symlink_to("..data/API_KEY")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(mount))
    near = Nearby(Environment("production"), place)
    assert text(near.find("API_KEY")) == "text-number-1"
    (mount / "..new").symlink_to("..2")
    (mount / "..new").rename(mount / "..data")
    assert near.changed() == ("API_KEY",)
    assert text(near.find("API_KEY")) == "text-number-2"


def test_a_file_that_comes_or_goes_is_a_change(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(place))
    near = Nearby(Environment("production"), place)
    assert near.find("API_KEY") is None
    (place / "API_KEY").write_text(VALUE, "utf-8")
    assert near.changed() == ("API_KEY",)
    assert text(near.find("API_KEY")) == VALUE
    (place / "API_KEY").unlink()
    assert near.changed() == ("API_KEY",)
    assert near.find("API_KEY") is None


def test_a_dotenv_counts_in_development_only(place: Path) -> None:
    """P-3.1."""
    (place / ".env").write_text(f"API_KEY={VALUE}\n", "utf-8")
    assert Nearby(Environment("production"), place).dotenv("API_KEY") is None
    near = Nearby(Environment("development"), place)
    assert text(near.dotenv("API_KEY")) == VALUE
    (place / ".env").write_text("API_KEY=a\nAPI_KEY=b\n", "utf-8")
    near.forget()
    with pytest.raises(ConfigError, match="API_KEY stands on line 1"):
        near.dotenv("API_KEY")


@pytest.mark.parametrize("name", ["../API_KEY", "A/B", "", "A\0", "A=B"])
def test_no_name_leads_to_another_folder(
    place: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (place / "API_KEY").write_text(VALUE, "utf-8")
    (place / "inner").mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(place / "inner"))
    with pytest.raises(InvalidError):
        Nearby(Environment("production"), place).find(name)


def test_everything_works_where_nothing_can_be_remembered(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearby, "RAW", None)
    monkeypatch.setenv("API_KEY", VALUE)
    near = Nearby(Environment("production"), place)
    assert [text(near.find("API_KEY")) for _ in range(2)] == [VALUE, VALUE]
