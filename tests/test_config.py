"""Configuration: what wins, what is refused, and that the file is written whole."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom import config
from strongroom.config import Context
from strongroom.errors import ConfigError, NotFoundError


def _environ(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"STRONGROOM_CONFIG": str(tmp_path / "config.toml"), **more}


def test_without_a_file_there_are_no_contexts(tmp_path: Path) -> None:
    settings = config.load(_environ(tmp_path), tmp_path)

    assert ({}, None, None) == (dict(settings.contexts), settings.current, settings.context)


def test_the_file_stands_where_xdg_says(tmp_path: Path) -> None:
    assert (
        tmp_path / "strongroom" / "config.toml"
        == config.load({"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path).file
    )
    assert (
        Path("/home/ada/.config/strongroom/config.toml")
        == config.load({"HOME": "/home/ada"}, tmp_path).file
    )


def test_the_command_line_beats_the_environment_beats_the_context_beats_the_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "SECRETS_POLICY.md").write_text("nearby")
    file = tmp_path / "config.toml"
    plain = config.load(_environ(tmp_path), tmp_path)
    assert tmp_path / "SECRETS_POLICY.md" == plain.find_policy()

    config.save(file, {"work": Context("work", policy=tmp_path / "of-context.md")}, "work")
    in_context = config.load(_environ(tmp_path), tmp_path)
    assert tmp_path / "of-context.md" == in_context.find_policy()

    by_environ = config.load(_environ(tmp_path, STRONGROOM_POLICY="of-environ.md"), tmp_path)
    assert tmp_path / "of-environ.md" == by_environ.find_policy()
    assert tmp_path / "given.md" == by_environ.find_policy(Path("given.md"))


def test_a_document_in_a_folder_above_is_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "SECRETS_POLICY.md").write_text("above")
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)

    assert (
        tmp_path / "docs" / "SECRETS_POLICY.md"
        == config.load(_environ(tmp_path), below).find_policy()
    )


def test_no_document_is_an_error_that_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as error:
        config.load(_environ(tmp_path), tmp_path).find_policy()

    assert "policy-not-found" == error.value.code
    assert "docs/SECRETS_POLICY.md" in error.value.message


names = st.text(st.sampled_from("abzAZ09._-"), min_size=1, max_size=64)
paths = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=40
)


@given(st.dictionaries(names, st.tuples(paths, st.none() | paths), max_size=3))
def test_what_is_saved_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, given_: dict[str, tuple[str, str | None]]
) -> None:
    """Any path survives, with quotes, backslashes, newlines and other scripts."""
    file = tmp_path_factory.mktemp("config") / "config.toml"
    contexts = {
        n: Context(n, policy=Path("/") / p, room=Path("/") / r if r else None)
        for n, (p, r) in given_.items()
    }
    config.save(file, contexts, None)

    assert contexts == dict(config.load({"STRONGROOM_CONFIG": str(file)}, file.parent).contexts)


def test_the_file_is_private_and_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    config.save(file, {"a": Context("a")}, "a")
    config.save(file, {"b": Context("b")}, "b")

    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert [file] == list(file.parent.iterdir())
    assert "b" == config.load({"STRONGROOM_CONFIG": str(file)}, tmp_path).current


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("current = 3", "config-invalid"),
        ("surprise = 1", "config-invalid"),
        ("contexts = 1", "config-invalid"),
        ("[contexts.a]\nsurprise = 'x'", "config-invalid"),
        ("[contexts.a]\npolicy = 3", "config-invalid"),
        ("[contexts.'a b']\npolicy = 'x'", "context-name-invalid"),
        ("current = 'a'", "context-unknown"),
        ("not toml at all", "config-invalid"),
        ("\udcff", "config-invalid"),
        ("#" * (config.CONFIG_BYTES_MAX + 1), "config-invalid"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_guessed(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "config.toml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError) as error:
        config.load(_environ(tmp_path), tmp_path)

    assert code == error.value.code


def test_a_folder_in_the_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigError) as error:
        config.load(_environ(tmp_path), tmp_path)

    assert "config-unreadable" == error.value.code
