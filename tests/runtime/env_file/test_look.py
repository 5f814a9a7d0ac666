"""A `.env` where it stands: what is wrong with it, and put right."""

from pathlib import Path

from tests.runtime.env_file.test_guard import git

from strongroom.runtime.env_file.look import fixed, look


def test_all_is_put_right_that_can_be(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    path = tmp_path / ".env"
    path.write_bytes(b"A = b c\r\na=1")
    path.chmod(0o644)
    found = {one.code for one in look(path, {})}
    left = fixed(path, {})

    assert {"env-not-ignored", "env-shared", "env-spaces", "env-quotes", "env-crlf",
            "env-last-line", "env-lower-case"} == found  # fmt: skip
    assert ["env-lower-case"] == [one.code for one in left]
    assert b"A='b c'\na=1\n" == path.read_bytes()


def test_only_its_rights(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    path.chmod(0o640)

    assert () == fixed(path, {})
    assert 0o600 == path.stat().st_mode & 0o777


def test_one_that_is_not_there_may_be_in_the_history(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    git(tmp_path, "add", ".env")
    git(tmp_path, "commit", "-qm", "a")
    git(tmp_path, "rm", "-q", ".env")

    codes = [one.code for one in fixed(path, {})]
    assert ["env-in-history", "env-missing"] == codes
    assert not path.exists()


def test_a_link_is_a_remark(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.symlink_to("other")

    assert ["secret-file-is-a-link"] == [one.code for one in fixed(path, {})]
