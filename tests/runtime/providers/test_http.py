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


def test_a_scheme_and_a_user_are_words() -> None:
    for credentials, scheme in (
        (Credentials("a:b", "fake"), "Basic"),
        (Credentials(None, "fake"), "Bearer x\r\n"),
    ):
        with pytest.raises(InvalidError):
            authorization(credentials, scheme)
