"""The order of the places, and that empty is missing in each."""

import secrets
from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime.sources import Found, Sources, of_process


def test_the_first_place_that_has_a_value_wins(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "KEY").write_text(folder.name, "utf-8")
    (tmp_path / "named").write_text("named", "utf-8")
    environ = {"KEY": "environment", "KEY_FILE": str(tmp_path / "named")}
    sources = Sources(environ, (one, two), {"KEY": "dotenv"})
    seen = []
    for _ in range(5):
        found = sources.find("KEY")
        assert found is not None
        seen.append(found.value)
        match found.value:
            case "environment":
                environ["KEY"] = ""
            case "named":
                del environ["KEY_FILE"]
            case "one" | "two":
                (tmp_path / found.value / "KEY").write_text("\n", "utf-8")

    assert seen == ["environment", "named", "one", "two", "dotenv"]


def test_what_is_empty_everywhere_is_missing(tmp_path: Path) -> None:
    """C-9: a variable that is set to nothing is no value."""
    (tmp_path / "KEY").write_bytes(b"")

    assert Sources({"KEY": "", "KEY_FILE": ""}, (tmp_path,), {"KEY": ""}).find("KEY") is None


def test_a_file_in_small_letters_is_found(tmp_path: Path) -> None:
    (tmp_path / "db_password").write_text("x\n", "utf-8")

    assert Sources({}, (tmp_path,)).find("DB_PASSWORD") == Found("x", str(tmp_path))


def test_a_file_that_is_named_must_be_there() -> None:
    with pytest.raises(ConfigError, match="/nowhere"):
        Sources({"KEY_FILE": "/nowhere"}).find("KEY")


def test_a_value_that_is_no_utf8_is_refused_unseen() -> None:
    value = "\udcff" + secrets.token_hex(16)
    with pytest.raises(ConfigError) as caught:
        Sources({"KEY": value}).find("KEY")

    assert caught.value.code == "secret-undecodable"
    assert value not in str(caught.value)


def test_the_folders_of_a_process_are_dockers_and_systemds(tmp_path: Path) -> None:
    assert of_process(
        {"CREDENTIALS_DIRECTORY": str(tmp_path)}, run_secrets=tmp_path / "x"
    ).folders == (
        tmp_path / "x",
        tmp_path,
    )
    assert len(of_process({"CREDENTIALS_DIRECTORY": "relative"}).folders) == 1
    assert len(of_process({}).folders) == 1


def test_files_are_those_of_folders_and_those_that_variables_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x", "utf-8")
    (tmp_path / "..data").mkdir()
    (tmp_path / ".hidden").write_text("x", "utf-8")
    environ = {"B_FILE": "/x", "_FILE": "/x", "C": "y", "D_FILE": ""}
    sources = Sources(environ, (tmp_path, tmp_path / "none"))

    assert list(sources.files()) == [tmp_path / "a"]
    assert list(sources.named_files()) == [("B", Path("/x"))]


def test_representations_hide_values() -> None:
    value = secrets.token_hex(16)

    assert value not in repr([Found(value, "x"), Sources({"A": value}, (), {"A": value})])
