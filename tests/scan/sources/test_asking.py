"""Tests for strongroom.scan.sources.asking."""

from strongroom.scan.sources.asking import HOOK_VARIABLES, QUIET, environment


def test_variables_of_git_stay_out_but_those_that_a_hook_needs() -> None:
    given = {"PATH": "/bin", "GIT_DIR": "/x", "GIT_SSH_COMMAND": "evil", "GIT_CONFIG_COUNT": "1"}
    without, within = environment(given), environment(given, HOOK_VARIABLES)

    assert "GIT_DIR" not in without
    assert "/x" == within["GIT_DIR"]
    assert not {"GIT_SSH_COMMAND", "GIT_CONFIG_COUNT"} & {*without, *within}
    assert "/bin" == without["PATH"]


def test_nothing_of_the_repository_is_run() -> None:
    assert {"core.fsmonitor=false", "core.hooksPath=/dev/null"} <= set(QUIET)
