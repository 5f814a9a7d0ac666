"""The header of a request that says who asks."""

import base64
import re
from contextlib import suppress
from typing import Final

from strongroom.errors import InvalidError
from strongroom.runtime.providers.login import Credentials

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,31}")
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


def authorization(credentials: Credentials, scheme: str) -> str:
    """The value of `Authorization`: `Basic` has user and password, every other the password alone.

    Raises:
        InvalidError: `http-credential-invalid`; nothing of it is repeated.
    """
    if _SCHEME.fullmatch(scheme) is None:
        raise InvalidError("http-credential-invalid", "a scheme is a word such as Bearer or Basic")
    if scheme.lower() == "basic":
        text = f"{credentials.username or ''}:{credentials.password}"
        if ":" in (credentials.username or ""):
            raise InvalidError("http-credential-invalid", "a user of Basic has no `:` in his name")
        with suppress(UnicodeEncodeError):  # it holds the text
            return f"{scheme} {base64.b64encode(text.encode('utf-8')).decode('ascii')}"
        raise InvalidError("http-credential-invalid", "user or password cannot be written as UTF-8")
    # A library's own error would show the header, as would a second header after a line break.
    if _TOKEN.fullmatch(credentials.password) is None:
        raise InvalidError(
            "http-credential-invalid", "a key with blanks or others than ASCII fits into no header"
        )
    return f"{scheme} {credentials.password}"
