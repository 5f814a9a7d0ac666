"""`strongroom run` by the full command line: the same options, and help."""

from tests.cli.rooms import Terminal, terminal

from strongroom.runtime.run import options

__all__ = ["terminal"]


def test_help_names_every_option(terminal: Terminal) -> None:
    assert terminal.run("run", "--help") == 0
    known = {*options._FLAGS, *options._LISTS, *options._TEXTS}

    assert {one for one in known if one.encode() not in terminal.out} == set()


def test_what_is_wrong_is_said_and_nothing_runs(terminal: Terminal) -> None:
    for words in (("--bogus", "--", "true"), ("--env",), (), ("--prefix", "9", "--", "true")):
        assert terminal.run("run", *words) == 2


def test_a_command_runs_with_the_secrets_of_a_room(terminal: Terminal) -> None:
    terminal.init()
    made = ("--type", "database-password", "--owner", "Ada")
    value = b"Wq7-a-long-enough-value-91x"
    assert terminal.run("secret", "set", "development/API_KEY", *made, stdin=value) == 0
    script = f'test "$API_KEY" = {value.decode()} && exit 42'

    assert terminal.run("run", "--env", "development", "--", "sh", "-c", script) == 42
