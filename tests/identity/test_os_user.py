"""The operating system's user as a principal's name."""

import pwd

import pytest

from strongroom.identity import os_user


def _named(monkeypatch: pytest.MonkeyPatch, name: str) -> str:
    monkeypatch.setattr(
        pwd, "getpwuid", lambda uid: pwd.struct_passwd((name, "x", uid, uid, "", "/", "/bin/sh"))
    )
    return os_user.user(1815).name


@pytest.mark.parametrize("name", ["ada", "ada.lovelace", "www-data", "a1", "svc_backup"])
def test_a_plain_name_is_kept(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert name == _named(monkeypatch, name)


@pytest.mark.parametrize(
    "name",
    ["Ada", "ADA", "DOMAIN\\ada", "_apt", "ada lovelace", "adа", "", "-x", "uid-0", "a" * 129],
)
def test_a_name_that_could_be_spelled_like_another_is_its_number(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has a Cyrillic а; one is what somebody else would be called."""
    assert "uid-1815" == _named(monkeypatch, name)


def test_a_user_without_a_name_is_its_number() -> None:
    assert "uid-3999999999" == os_user.user(3_999_999_999).name
