"""The tree of errors: stable codes, an exit status by fault, no value inside."""

import pytest

from strongroom import errors
from strongroom.errors import StrongroomError, UpstreamError


def _tree(root: type[StrongroomError]) -> list[type[StrongroomError]]:
    # Other modules add errors of their own to the tree; this is about the page.
    page = [c for c in root.__subclasses__() if c.__module__ == errors.__name__]
    return [root, *(leaf for child in page for leaf in _tree(child))]


def test_every_error_has_a_code_a_message_and_perhaps_a_fix() -> None:
    for kind in _tree(StrongroomError):
        error = kind("some-code", "what happened", fix="what to do")

        assert ("some-code", "what happened", "what to do") == (
            error.code,
            error.message,
            error.fix,
        )
        assert "what happened" == str(error)
        assert kind("some-code", "what happened").fix is None


def test_every_error_is_public_by_name_and_ends_in_error() -> None:
    for kind in _tree(StrongroomError):
        assert kind is getattr(errors, kind.__name__)
        assert kind.__name__.endswith("Error")


def test_an_upstream_failure_says_whether_to_try_again() -> None:
    assert not UpstreamError("target-down", "no answer").retryable
    assert UpstreamError("target-down", "no answer", retryable=True).retryable


@pytest.mark.parametrize("kind", _tree(StrongroomError))
def test_no_status_collides_with_success_findings_or_signals(kind: type[StrongroomError]) -> None:
    assert kind.exit not in {0, 1}
    shells = {errors.CommandUnusableError, errors.CommandMissingError}
    assert kind.exit < 126 or kind in shells
