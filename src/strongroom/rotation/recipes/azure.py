"""Cloud: client secrets of an app registration in Microsoft Entra. Several work side by side."""

from datetime import UTC, datetime, timedelta
from time import time_ns
from typing import Any, Final

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

LOGIN_URL: Final = "https://login.microsoftonline.com"
GRAPH_URL: Final = "https://graph.microsoft.com"
_REFUSED: Final = (400, 401)


class AzureApp(Recipe):
    """Fields `client_id`, `client_secret`, `key_id`; admin `client_id`, `client_secret` of an owner app.

    Options `tenant`, `object_id` (of the app registration, not of its service principal), and
    `days`: when Entra ends the new one by itself.
    """

    def __init__(self, asked: Question) -> None:
        super().__init__(asked)
        self._tenant = part(asked.option("tenant"))
        self._path = f"/v1.0/applications/{part(asked.option('object_id'))}"
        self._login_url = asked.options.get("login_url", LOGIN_URL)
        self._graph_url = asked.options.get("url", GRAPH_URL)

    def doctor(self) -> None:
        """The app registration may be read."""
        self._kept(self._graph())

    def mint(self) -> Fields:
        """Remove what nobody holds, add a secret."""
        graph, known = self._graph(), self.asked.known("key_id")
        for kept in self._kept(graph):
            if kept.get("displayName") == self.asked.label and kept.get("keyId") not in known:
                self._remove(graph, text_of(kept, "keyId"))
        wanted = {"displayName": self.asked.label}
        days = self.asked.options.get("days", "")
        if days.isdecimal() and len(days) < 5:
            end = datetime.fromtimestamp(time_ns() // 10**9, UTC) + timedelta(days=int(days))
            wanted["endDateTime"] = end.strftime("%Y-%m-%dT%H:%M:%SZ")
        _, made = graph.call(
            "POST", f"{self._path}/addPassword", json={"passwordCredential": wanted}
        )
        return {"client_secret": text_of(made, "secretText"), "key_id": text_of(made, "keyId")}

    def probe(self, fields: Fields) -> bool:
        """Ask for a token."""
        return self._token(fields.get("client_id", ""), fields.get("client_secret", "")) != ""

    def end(self, fields: Fields) -> None:
        """Remove the secret."""
        graph, key_id = self._graph(), fields.get("key_id", "")
        if any(kept.get("keyId") == key_id for kept in self._kept(graph)):
            self._remove(graph, key_id)

    def _kept(self, graph: Api) -> list[dict[str, Any]]:
        _, found = graph.call("GET", f"{self._path}?$select=passwordCredentials")
        return rows_of(found, "passwordCredentials")

    def _remove(self, graph: Api, key_id: str) -> None:
        graph.call("POST", f"{self._path}/removePassword", json={"keyId": key_id})

    def _graph(self) -> Api:
        asked = self.asked
        token = self._token(
            asked.secret_of_admin("client_id"), asked.secret_of_admin("client_secret")
        )
        if not token:
            raise FailedError(Word.ADMIN_REFUSED, "the admin app's secret is refused")
        return Api(asked, self._graph_url, bearer(token))

    def _token(self, client: str, secret: str) -> str:
        """A token, or nothing where the secret is refused."""
        form = {
            "grant_type": "client_credentials",
            "client_id": client,
            "client_secret": secret,
            "scope": f"{GRAPH_URL}/.default",
        }
        api = Api(self.asked, self._login_url, {})
        path = f"/{self._tenant}/oauth2/v2.0/token"
        status, found = api.call("POST", path, form=form, may=_REFUSED)
        if status == 200:
            return text_of(found, "access_token")
        if found.get("error") in {"invalid_client", "unauthorized_client"}:
            return ""
        raise FailedError(Word.DENIED, f"the token endpoint answers {status}")
