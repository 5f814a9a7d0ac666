"""The room's own values in a scan: by the room, by an exported set, by one in the environment."""

import base64
import json
from typing import Any

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal


@pytest.fixture
def leaked(kept: Terminal) -> str:
    """A value of the room stands in a file, under no name, and in a header, encoded."""
    assert 0 == kept.run("secret", "get", KEY)
    value = kept.out.decode().strip()
    (kept.folder / "leaked").mkdir()
    (kept.folder / "leaked" / "notes.txt").write_text(f"see {value} there\n")
    coded = base64.b64encode(f"user:{value}".encode()).decode()
    (kept.folder / "leaked" / "coded.txt").write_text(f"Authorization: Basic {coded}\n")
    return value


def own(kept: Terminal, value: str, *options: str) -> dict[str, Any]:
    assert 1 == kept.run("scan", "leaked", "--json", *options), kept.err
    assert value.encode() not in kept.out + kept.err
    (found,) = (f for f in json.loads(kept.out)["findings"] if f["rule"] == "own-value")
    assert isinstance(found, dict)
    return found


def test_with_the_room_a_value_is_found_with_certainty(kept: Terminal, leaked: str) -> None:
    found = own(kept, leaked, "--own", "--jobs", "2")
    assert (found["own"], found["validity"], found["confidence"]) == (
        f"{KEY}@v1", "own-current", "certain",
    )  # fmt: skip
    assert {place["path"] for place in found["places"]} == {"leaked/notes.txt", "leaked/coded.txt"}


def test_with_an_exported_set_it_is_found_where_there_is_no_room(
    kept: Terminal, leaked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = kept.json("scan", "fingerprints", "export", "production", "--to", "set.json")
    assert (made["fingerprints"], made["versions"], made["left_out"]) == (1, 1, [])
    assert (kept.folder / "set.json").stat().st_mode & 0o777 == 0o600
    assert leaked not in (kept.folder / "set.json").read_text()
    monkeypatch.setenv("STRONGROOM_ROOM", str(kept.folder / "none"))
    assert own(kept, leaked, "--fingerprints", "set.json")["own"] == f"{KEY}@v1"
    monkeypatch.setenv("STRONGROOM_SCAN_FINGERPRINTS", str(kept.folder / "set.json"))
    assert own(kept, leaked)["validity"] == "own-current"


def test_a_value_that_the_room_replaced_is_said_to_be_retired_only_when_it_is(
    kept: Terminal, leaked: str
) -> None:
    assert 0 == kept.run("secret", "generate", KEY)
    assert own(kept, leaked, "--own")["validity"] == "own-current"  # in grace it is still accepted


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (("--fingerprints", "none.json"), 78, b"fingerprints-unreadable"),
        (("--fingerprints", "leaked"), 78, b"fingerprints-unreadable"),
        (("--fingerprints", "leaked/notes.txt"), 3, b"fingerprints-invalid"),
        (("--own", "--fingerprints", "x"), 2, b"scan-own-twice"),
        (("--room", "x"), 2, b"scan-own-twice"),
    ],
    ids=["not there", "a folder", "no set", "twice", "a room for nothing"],
)
def test_what_cannot_be_used_is_said(
    kept: Terminal, leaked: str, options: tuple[str, ...], status: int, code: bytes
) -> None:
    assert status == kept.run("scan", "leaked", *options)
    assert code in kept.err
    assert leaked.encode() not in kept.out + kept.err


def test_an_export_of_weak_values_says_that_there_is_none(kept: Terminal) -> None:
    assert 3 == kept.run("scan", "fingerprints", "export", WEAK, "--to", "set.json")
    assert b"fingerprints-empty" in kept.err
    assert not (kept.folder / "set.json").exists()
