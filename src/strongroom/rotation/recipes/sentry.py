"""Error reports: client keys (DSNs) of a Sentry project. Several work side by side."""

from typing import Final

from strongroom.rotation.recipes.recipe import (
    Api,
    FailedError,
    Fields,
    Question,
    Recipe,
    bearer,
    part,
    text_of,
)
from strongroom.rotation.rotators.protocol import Word

URL: Final = "https://sentry.io"


class Sentry(Recipe):
    """Fields `dsn`, `key_id`; admin `token` with the scope `project:write`; options `org`, `project`.

    Applications that were shipped have their DSN in them: end those by a rate limit, not by this.
    """

    def __init__(self, asked: Question) -> None:
        super().__init__(asked)
        url = asked.options.get("url", URL)
        self._api = Api(asked, url, bearer(asked.secret_of_admin("token")))
        org, project = part(asked.option("org")), part(asked.option("project"))
        self._path = f"/api/0/projects/{org}/{project}/keys/"

    def doctor(self) -> None:
        """Keys may be listed."""
        self._api.call("GET", self._path)

    def mint(self) -> Fields:
        """Remove what nobody holds, make a key."""
        known = self.asked.known("key_id")
        _, found = self._api.call("GET", self._path)
        for key in found if isinstance(found, list) else []:
            if key.get("name") == self.asked.label and key.get("id") not in known:
                self._delete(text_of(key, "id"))
        _, made = self._api.call("POST", self._path, json={"name": self.asked.label})
        return {"dsn": text_of(made, "dsn", "public"), "key_id": text_of(made, "id")}

    def probe(self, fields: Fields) -> bool:
        """Look whether the key is active, then send an envelope with nothing in it, as a client."""
        status, found = self._api.call("GET", self._key(fields), may=(404,))
        if status == 404 or not found.get("isActive"):
            return False
        url, public, project = _dsn(fields.get("dsn", ""))
        sign = f"Sentry sentry_version=7, sentry_client=strongroom/1, sentry_key={public}"
        api = Api(self.asked, url, {"x-sentry-auth": sign})
        status, _ = api.call("POST", f"/api/{project}/envelope/", json={}, may=(401, 403))
        return status == 200

    def end(self, fields: Fields) -> None:
        """Deactivate the key, then delete it."""
        if not fields.get("key_id"):
            raise FailedError(Word.DENIED, "the value has no field key_id")
        status, _ = self._api.call("PUT", self._key(fields), json={"isActive": False}, may=(404,))
        if status != 404:
            self._delete(fields["key_id"])

    def _key(self, fields: Fields) -> str:
        return f"{self._path}{part(fields.get('key_id', ''))}/"

    def _delete(self, key_id: str) -> None:
        self._api.call("DELETE", f"{self._path}{part(key_id)}/", may=(404,))


def _dsn(text: str) -> tuple[str, str, str]:
    """Address, public key and project of a DSN."""
    scheme, _, rest = text.partition("://")
    user, _, place = rest.rpartition("@")
    base, _, project = place.rpartition("/")
    if not (scheme and user and base and project.isalnum()):
        raise FailedError(Word.DENIED, "the field dsn is none")
    return f"{scheme}://{base}", user.partition(":")[0], project
