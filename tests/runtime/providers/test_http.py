"""What stands in a header is a header's, and no error shows it."""

import pytest

from strongroom.errors import InvalidError
from strongroom.runtime.providers.http import authorization
from strongroom.runtime.providers.login import Credentials


def test_a_scheme_says_what_stands_in_it() -> None:
    assert authorization(Credentials(None, "fake-key"), "Bearer") == "Bearer fake-key"
    assert authorization(Credentials("ada", "fake:word"), "Basic") == "Basic YWRhOmZha2U6d29yZA=="


@pytest.mark.parametrize("word", ["fake key", "fake\r\nX-Evil: 1", "fäke", ""])
def test_what_does_not_fit_is_refused_and_not_repeated(word: str) -> None:
    with pytest.raises(InvalidError) as caught:
        authorization(Credentials(None, word), "Bearer")
    assert not word or word not in str(caught.value)


@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
def test_what_cannot_be_encoded_is_one_error_without_a_part_of_it(scheme: str) -> None:
    """P-9.9."""
    with pytest.raises(InvalidError) as caught:
        authorization(Credentials("ada", "fake-word-\ud800"), scheme)
    error = caught.value
    assert error.code == "http-credential-invalid"
    assert (error.__context__, error.__cause__) == (None, None)
    assert "fake-word" not in f"{error} {error.args}"


def test_a_scheme_and_a_user_are_words() -> None:
    for credentials, scheme in (
        (Credentials("a:b", "fake"), "Basic"),
        (Credentials(None, "fake"), "Bearer x\r\n"),
    ):
        with pytest.raises(InvalidError):
            authorization(credentials, scheme)
