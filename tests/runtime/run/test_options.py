"""What is well formed is understood at once; everything else is left to the full command line."""

import pytest

from strongroom.errors import UsageError
from strongroom.runtime.run.options import Inject, Options, made, parse


def test_the_command_begins_behind_the_dashes_or_with_the_first_word() -> None:
    assert parse(["--env", "dev", "--", "ls", "--only", "x"]) == Options(
        ("ls", "--only", "x"), env="dev"
    )
    assert parse(["--env=dev", "ls", "-l"]) == Options(("ls", "-l"), env="dev")
    assert parse(["--", "--upper"]) == Options(("--upper",))


EVERY = (
    "--origin room --folder api --inject files --only A,B --only C* --except D --prefix P_"
    " --upper --rename X=Y,Z=W --override --pristine --strict --no-mask --watch SIGHUP"
    " --interval 2 --grace 0.5 -- x"
)


def test_every_option_is_understood() -> None:
    found = parse(EVERY.split())

    assert found == Options(
        ("x",),
        origin="room",
        folder="api",
        inject=Inject.FILES,
        only=("A", "B", "C*"),
        leave_out=("D",),
        prefix="P_",
        upper=True,
        rename=(("X", "Y"), ("Z", "W")),
        override=True,
        pristine=True,
        strict=True,
        mask=False,
        watch="HUP",
        interval=2.0,
        grace=0.5,
    )


@pytest.mark.parametrize(
    "line",
    ["", "--", "--env", "--env dev", "--help", "--upper=yes x", "--bogus x", "--env a --env b x",
     "--env --only x"],
)  # fmt: skip
def test_what_is_not_well_formed_is_left_to_the_full_command_line(line: str) -> None:
    assert parse(line.split()) is None


@pytest.mark.parametrize(
    "line",
    ["--inject memory x", "--rename A x", "--rename 1=B x", "--prefix 1 x", "--only A=B x",
     "--watch KILL x", "--watch 9 x", "--interval 0 x", "--grace 1e9 x",
     "--interval nan x", "--interval 99999 x"],
)  # fmt: skip
def test_a_wrong_value_is_refused_and_not_repeated(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(line.split())

    assert caught.value.code == "run-option"
    assert line.split()[1] not in caught.value.message.split()


def test_a_command_is_needed() -> None:
    for words in ([], [""]):
        with pytest.raises(UsageError, match="no command"):
            made(words)


@pytest.mark.parametrize("line", ["--offline --watch HUP x", "--watch restart --offline x"])
def test_who_asks_nobody_watches_nothing(line: str) -> None:
    with pytest.raises(UsageError, match="--offline asks nobody, so --watch cannot"):
        parse(line.split())

    assert made(["x"], offline=True, watch=None).offline


def test_swap_is_for_files() -> None:
    assert made(["x"], inject="file-vars", watch="swap").watch == "swap"


def test_there_is_nothing_to_swap_in_an_environment() -> None:
    with pytest.raises(UsageError, match="swap for files"):
        made(["x"], watch="swap")
