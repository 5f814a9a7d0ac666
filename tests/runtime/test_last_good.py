"""The file of the last known values: whose it is, how old, and everything that may be wrong with it."""

import fcntl
import logging
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.runtime import last_good, sealed
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.last_good import LastGood, of_process
from strongroom.runtime.sealed import Kept, Key

TEXT = secrets.token_urlsafe(32)
KEY: Key = ("API_KEY", False)
HOUR_US = 3_600_000_000
PROD = Environment("production")


class Time:
    now = 1_000 * HOUR_US

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "last-good"


def made(folder: Path, *bound: str, clock: Time | None = None, **options: Path) -> LastGood:
    clock = clock or Time()
    return LastGood(folder, bound or ("app",), max_us=24 * HOUR_US, clock_us=clock, **options)


def kept(at_us: int = Time.now, text: str = TEXT) -> dict[Key, Kept]:
    return {KEY: Kept(at_us, ((1, text),))}


def test_what_is_kept_is_found_by_the_same_application_only(folder: Path, tmp_path: Path) -> None:
    one = made(folder)
    assert one.load() == {}
    assert one.store(kept())
    assert made(folder).load() == kept()
    assert made(folder, "other").load() == {}
    (tmp_path / "id").write_text("another machine\n", "ascii")
    assert made(folder, machine_id=tmp_path / "id").load() == {}


def test_it_is_the_owners_alone_and_shows_nothing(folder: Path) -> None:
    """P-3.8, P-8.9: also under a careless umask."""
    before = os.umask(0)
    try:
        made(folder).store(kept())
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("key", made(folder).path.name):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert not any(TEXT.encode() in path.read_bytes() for path in folder.iterdir())
    assert not list(folder.glob(".new-*"))
    assert (
        (folder / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
    assert TEXT not in repr(made(folder))


def test_what_is_too_old_or_from_the_future_does_not_serve(folder: Path) -> None:
    """An older file that was put back ends with its own times."""
    clock = Time()
    made(folder, clock=clock).store(kept())
    clock.now += 24 * HOUR_US - 1
    assert made(folder, clock=clock).load()
    clock.now += 1
    assert made(folder, clock=clock).load() == {}
    clock.now -= 25 * HOUR_US
    assert made(folder, clock=clock).load() == {}


def test_processes_keep_each_others_names_and_refusals(folder: Path) -> None:
    clock = Time()
    made(folder, clock=clock).store(kept())
    made(folder, clock=clock).store({("B", False): Kept(clock.now, ((7, TEXT),))})
    assert set(made(folder, clock=clock).load()) == {KEY, ("B", False)}
    made(folder, clock=clock).store({KEY: Kept(clock.now + 1)})
    made(folder, clock=clock).store(kept())
    assert made(folder, clock=clock).load()[KEY].versions == ()


@pytest.mark.parametrize(
    "data", [b"", b"garbage", b"SRLG\x01", b"SRLG\x01" + bytes(64), b"SRLG\x02"]
)
def test_garbage_is_as_none_and_said_once(
    folder: Path, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    one = made(folder)
    one.store(kept())
    one.path.write_bytes(data)
    assert [one.load(), one.load()] == [{}, {}]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert one.store(kept())
    assert one.load() == kept()


def test_what_others_can_write_or_read_is_not_used(folder: Path, tmp_path: Path) -> None:
    one = made(folder)
    one.store(kept())
    folder.chmod(0o777)
    assert made(folder).load() == {}
    assert made(folder).store(kept())
    folder.chmod(0o700)
    for path in (one.path, folder / "key"):
        path.chmod(0o640)
        assert made(folder).load() == {}
        path.chmod(0o600)
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
        assert made(folder).load() == {}
        path.unlink()
        (tmp_path / "elsewhere").rename(path)
    assert made(folder).load() == kept()
    (tmp_path / "link").symlink_to(folder)
    assert made(tmp_path / "link").load() == {}


def test_where_a_refusal_cannot_be_written_nothing_serves(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made(folder)
    one.store(kept())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(last_good, "_replace", full)
        assert one.store({("B", False): Kept(Time.now, ((1, TEXT),))})
        assert one.load() == kept()
        assert one.store({KEY: Kept(Time.now)})
    assert made(folder).load() == {}


def test_a_refusal_is_kept_though_the_file_is_full(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one = made(folder)
    one.store(kept())
    many: dict[Key, Kept] = {
        (f"B{n}", False): Kept(Time.now + n, ((1, TEXT * 10),)) for n in range(9)
    }
    monkeypatch.setattr(sealed, "OCTETS_MAX", 2_000)
    assert one.store({KEY: Kept(Time.now + 1), **many})
    found = one.load()
    assert found[KEY].versions == ()
    assert 0 < len(found) < 10
    assert "cache-full" in caplog.text
    monkeypatch.setattr(sealed, "OCTETS_MAX", 40)
    assert one.store({KEY: Kept(Time.now + 2)})
    assert not one.path.exists(), "where refusals find no room nothing serves"


def test_a_clock_that_went_back_brings_no_refused_value_back(folder: Path) -> None:
    clock = Time()
    made(folder, clock=clock).store(kept(clock.now))
    clock.now -= 60_000_000
    made(folder, clock=clock).store({KEY: Kept(clock.now)})
    assert made(folder, clock=clock).load()[KEY].versions == ()
    clock.now -= HOUR_US
    made(folder, clock=clock).store({("B", False): Kept(clock.now, ((1, TEXT),))})
    clock.now += 2 * HOUR_US
    assert made(folder, clock=clock).load()[KEY].versions == ()


def test_another_process_that_writes_is_not_waited_for(folder: Path) -> None:
    one = made(folder)
    one.store(kept())
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not one.store({KEY: Kept(Time.now + 1)})
        assert one.load() == kept()
    assert one.store({KEY: Kept(Time.now + 1)})


def test_what_a_killed_process_left_is_removed_and_the_old_file_stands(folder: Path) -> None:
    one = made(folder)
    one.store(kept())
    code = (
        "import os, sys; from pathlib import Path; from strongroom.runtime import last_good\n"
        "Path.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        f"one = last_good.LastGood(Path({str(folder)!r}), ('app',), max_us=10**18)\n"
        "one.store({('API_KEY', False): last_good.Kept(1, ((9, 'newer-text'),))})"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -9
    assert len(list(folder.glob(".new-*"))) == 1
    assert made(folder).load() == kept()
    made(folder).store(kept())
    assert not list(folder.glob(".new-*"))


def test_a_key_may_come_from_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "credential").write_bytes(secrets.token_bytes(32))
    one = made(folder, key_file=tmp_path / "credential")
    one.store(kept())
    assert one.load() == kept()
    assert not (folder / "key").exists()
    assert made(folder).load() == {}
    (tmp_path / "credential").write_bytes(b"short")
    assert made(folder, key_file=tmp_path / "credential").load() == {}


def test_it_is_never_inside_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-3.2."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    made(tmp_path / "cache").store(kept())
    assert not made(tmp_path / "cache").path.exists()


def test_where_it_is_kept_and_where_it_is_not() -> None:
    app = Application("app", "app", "room")

    def where(**environ: str) -> str | None:
        found = of_process(environ, app, PROD, 60.0)
        return None if found is None else str(found.path.parent)

    assert where(HOME="/h") == "/h/.cache/strongroom/last-good"
    assert where(HOME="/h", XDG_CACHE_HOME="/x") == "/x/strongroom/last-good"
    assert where(HOME="/h", XDG_CACHE_HOME="/x", CACHE_DIRECTORY="/var/c:/d") == (
        "/var/c/strongroom/last-good"
    )
    assert where(STRONGROOM_CACHE="/own") == "/own"
    assert where(HOME="/h", CI="false") is not None
    for off in ({"CI": "true"}, {"STRONGROOM_CACHE": "off"}, {"STRONGROOM_CACHE": "here"}):
        assert where(HOME="/h", **off) is None
    assert where() is None
    assert of_process({"HOME": "/h"}, app, PROD, 0.0) is None
    assert of_process({"HOME": "/h"}, Application("app", "app"), PROD, 60.0) is None
    one, other = (of_process({"HOME": "/h"}, app, Environment(n), 60.0) for n in ("a", "b"))
    assert one is not None
    assert other is not None
    assert one.path != other.path


def test_two_rooms_share_nothing_of_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by the same words in two working directories, nor by two ways to name a room."""

    def where(folder: str, origin: str = "room", **environ: str) -> Path:
        (tmp_path / folder).mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / folder)
        found = of_process({"HOME": "/h", **environ}, Application("a", "a", origin), PROD, 60.0)
        assert found is not None
        return found.path

    assert where("one") == where("one") != where("two")
    assert where("one", "room:../near") == where("two", "room:../near")
    assert where("one", "room:near") != where("two", "room:near")
    assert where("one", STRONGROOM_ROOM="near") != where("two", STRONGROOM_ROOM="near")
    assert where("one", STRONGROOM_CONTEXT="c") != where("one", STRONGROOM_CONTEXT="d")
    assert where("one", "https://host/") == where("two", "https://host/")
