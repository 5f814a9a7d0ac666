"""E-mail: API keys of SendGrid. Two keys work side by side; a key's value is shown once."""

from typing import Final

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

URL: Final = "https://api.sendgrid.com"
KEYS_MAX: Final = 100


class SendGrid(Recipe):
    """Fields `api_key`, `api_key_id`; admin `api_key` with the scopes `api_keys.*` and the copied ones.

    Option `scopes`, with commas: what the new key may do; without it what the current one may.
    """

    def __init__(self, asked: Question) -> None:
        super().__init__(asked)
        self._url = asked.options.get("url", URL)
        self._api = Api(asked, self._url, bearer(asked.secret_of_admin("api_key")))

    def doctor(self) -> None:
        """Keys may be listed, there is a place, and the current one's scopes are known."""
        if len(self._keys()) >= KEYS_MAX:
            raise FailedError(Word.FULL, f"the account has {KEYS_MAX} keys")
        self._scopes()

    def mint(self) -> Fields:
        """Remove what nobody holds, make a key."""
        known = self.asked.known("api_key_id")
        keys = self._keys()
        for key in keys:
            if key.get("name") == self.asked.label and key.get("api_key_id") not in known:
                self._delete(text_of(key, "api_key_id"))
        if len(keys) >= KEYS_MAX and len(self._keys()) >= KEYS_MAX:
            raise FailedError(Word.FULL, f"the account has {KEYS_MAX} keys")
        _, made = self._api.call(
            "POST", "/v3/api_keys", json={"name": self.asked.label, "scopes": self._scopes()}
        )
        return {"api_key": text_of(made, "api_key"), "api_key_id": text_of(made, "api_key_id")}

    def probe(self, fields: Fields) -> bool:
        """Ask what the key may do."""
        return self._granted(fields) is not None

    def test(self, fields: Fields) -> None:
        """It may do what is wanted of it."""
        missing = set(self._scopes()) - set(self._granted(fields) or ())
        if missing:
            raise FailedError(Word.DENIED, f"the new key lacks {len(missing)} scopes")

    def end(self, fields: Fields) -> None:
        """Delete the key."""
        self._delete(fields.get("api_key_id", ""))

    def _keys(self) -> list[dict[str, str]]:
        return rows_of(self._api.call("GET", "/v3/api_keys")[1], "result")

    def _delete(self, key_id: str) -> None:
        self._api.call("DELETE", f"/v3/api_keys/{part(key_id)}", may=(404,))

    def _granted(self, fields: Fields) -> list[str] | None:
        api = Api(self.asked, self._url, bearer(fields.get("api_key", "")))
        status, found = api.call("GET", "/v3/scopes", may=(401, 403))
        return [str(one) for one in found.get("scopes", [])] if status == 200 else None

    def _scopes(self) -> list[str]:
        named = [one for one in self.asked.options.get("scopes", "").split(",") if one]
        if named or self.asked.current is None:
            return named or ["mail.send"]
        key_id = part(self.asked.current.fields.get("api_key_id", ""))
        _, found = self._api.call("GET", f"/v3/api_keys/{key_id}")
        return [str(one) for one in found.get("scopes", [])]
