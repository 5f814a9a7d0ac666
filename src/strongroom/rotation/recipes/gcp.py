"""Cloud: user-managed keys of a Google service account. Several work side by side."""

import base64
import binascii
from time import time_ns
from typing import Any, Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from strongroom.rotation.recipes.recipe import (
    Api,
    FailedError,
    Fields,
    Question,
    Recipe,
    bearer,
    part,
    rows_of,
    text_of,
)
from strongroom.rotation.rotators.protocol import Word

TOKEN_URL: Final = "https://oauth2.googleapis.com"  # noqa: S105 - an address
IAM_URL: Final = "https://iam.googleapis.com"
SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
KEYS_MAX: Final = 10
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFE_S: Final = 600


class GcpServiceAccount(Recipe):
    """The field `value`: the key's JSON. Admin `value`: that of a service account key admin.

    Keys have no names, so what an interrupted rotation left cannot be told from somebody's: with
    option `sole=yes` every key that no version holds is removed, without it none.
    """

    def __init__(self, asked: Question) -> None:
        super().__init__(asked)
        self._token_url = asked.options.get("token_url", TOKEN_URL)
        self._iam_url = asked.options.get("url", IAM_URL)

    def doctor(self) -> None:
        """Keys may be listed, and there is a place."""
        if len(self._keys(self._iam())) >= KEYS_MAX:
            raise FailedError(Word.FULL, f"the service account has {KEYS_MAX} keys")

    def mint(self) -> Fields:
        """Make a key."""
        iam = self._iam()
        keys = self._keys(iam)
        if self.asked.options.get("sole") == "yes":
            known = {_key_id(text) for text in self.asked.known("value") if text}
            for name in [key for key in keys if key.rpartition("/")[2] not in known]:
                self._drop(iam, name.rpartition("/")[2])
                keys.remove(name)
        if len(keys) >= KEYS_MAX:
            raise FailedError(Word.FULL, f"the service account has {KEYS_MAX} keys")
        _, made = iam.call("POST", f"{self._account()}/keys", json={})
        try:
            return {"value": base64.b64decode(text_of(made, "privateKeyData")).decode()}
        except (binascii.Error, UnicodeDecodeError):
            raise FailedError(Word.DENIED, "the answer holds no key") from None

    def probe(self, fields: Fields) -> bool:
        """Ask for a token by a signature of the key."""
        return self._token(fields.get("value", "")) != ""

    def end(self, fields: Fields) -> None:
        """Disable the key, then delete it."""
        self._drop(self._iam(), _key_id(fields.get("value", "")))

    def _account(self) -> str:
        current = self.asked.current or self.asked.about
        text = "" if current is None else current.fields.get("value", "")
        email = self.asked.options.get("account") or text_of(_json(text), "client_email")
        return f"/v1/projects/-/serviceAccounts/{part(email)}"

    def _keys(self, iam: Api) -> list[str]:
        _, found = iam.call("GET", f"{self._account()}/keys?keyTypes=USER_MANAGED")
        return [text_of(key, "name") for key in rows_of(found, "keys")]

    def _drop(self, iam: Api, key_id: str) -> None:
        path = f"{self._account()}/keys/{part(key_id)}"
        status, _ = iam.call("POST", f"{path}:disable", json={}, may=(404,))
        if status != 404:
            iam.call("DELETE", path, may=(404,))

    def _iam(self) -> Api:
        token = self._token(self.asked.secret_of_admin("value"))
        if not token:
            raise FailedError(Word.ADMIN_REFUSED, "the admin's key is refused")
        return Api(self.asked, self._iam_url, bearer(token))

    def _token(self, text: str) -> str:
        """A token, or nothing where the key is refused."""
        form = {"grant_type": _GRANT, "assertion": _assertion(text, time_ns() // 10**9)}
        api = Api(self.asked, self._token_url, {})
        status, found = api.call("POST", "/token", form=form, may=(400, 401))
        if status == 200:
            return text_of(found, "access_token")
        if found.get("error") == "invalid_grant":
            return ""
        raise FailedError(Word.DENIED, f"the token endpoint answers {status}")


def _assertion(text: str, now_s: int) -> str:
    """A signed statement of who asks, as RFC 7523 has it."""
    key = _json(text)
    head = {"alg": "RS256", "typ": "JWT", "kid": text_of(key, "private_key_id")}
    claims = {
        "iss": text_of(key, "client_email"),
        "aud": f"{TOKEN_URL}/token",
        "scope": SCOPE,
        "iat": now_s,
        "exp": now_s + _LIFE_S,
    }
    try:
        signer = serialization.load_pem_private_key(text_of(key, "private_key").encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise FailedError(Word.DENIED, "the value holds no private key") from None
    if not isinstance(signer, rsa.RSAPrivateKey):
        raise FailedError(Word.DENIED, "the value holds no RSA key")
    signed = f"{_url64(msgspec.json.encode(head))}.{_url64(msgspec.json.encode(claims))}"
    mark = signer.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_url64(mark)}"


def _url64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _key_id(text: str) -> str:
    return text_of(_json(text), "private_key_id")


def _json(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError):
        raise FailedError(Word.DENIED, "the value is no key of a service account") from None
