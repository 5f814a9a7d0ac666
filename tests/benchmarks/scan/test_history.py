"""The history that is built: as large as asked, and the same for the same sources."""

from pathlib import Path

import pytest

from benchmarks.scan import history

LIMIT = 400_000


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("sources")
    for number in range(12):
        text = "".join(f"line {number} of {row} words here\n" for row in range(60))
        (folder / f"file{number}.py").write_text(text)
    (folder / "image.png").write_bytes(b"\x89PNG")
    return [folder]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, folders: list[Path]) -> Path:
    folder = tmp_path_factory.mktemp("history") / "repository.git"
    history.build(folder, folders, LIMIT)
    return folder


def test_git_counts_as_many_bytes_of_blobs_as_asked_for(built: Path) -> None:
    measured = history.measured(built)

    assert int(measured["blob_bytes"]) >= LIMIT
    assert int(measured["pack_bytes"]) < LIMIT / 2
    assert int(measured["merges"]) > 0
    assert int(measured["tags"]) > 0


def test_the_same_sources_give_the_same_commits(
    built: Path, folders: list[Path], tmp_path: Path
) -> None:
    history.build(tmp_path / "again.git", folders, LIMIT)

    assert history.measured(tmp_path / "again.git")["head"] == history.measured(built)["head"]


def test_only_text_is_taken(folders: list[Path]) -> None:
    names = [name for name, _ in history.sources(folders)]

    assert len(names) == 12
    assert all(name.endswith(".py") for name in names)


def test_folders_without_text_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "stream").open("wb") as stream, pytest.raises(ValueError, match="no text"):
        history.write(stream, [tmp_path / "nothing"], LIMIT)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, folders: list[Path]) -> None:
    with pytest.raises(FileExistsError):
        history.build(tmp_path, folders, LIMIT)
