"""SMS: API keys of Twilio, and its auth token, of which there can be a secondary one."""

from typing import Any, Final

from strongroom.rotation.recipes.recipe import (
    Api,
    FailedError,
    Fields,
    Question,
    Recipe,
    basic,
    part,
    rows_of,
    text_of,
)
from strongroom.rotation.rotators.protocol import Word

URL: Final = "https://api.twilio.com"
ACCOUNTS_URL: Final = "https://accounts.twilio.com"
_LOGIN: Final = "/2010-04-01/Accounts"


class TwilioKey(Recipe):
    """Fields `sid`, `secret`; admin `account_sid` with `auth_token`, or with `sid`, `secret` of a main key.

    Twilio checks webhooks by the auth token, never by a key: that one has a recipe of its own.
    """

    def __init__(self, asked: Question) -> None:
        super().__init__(asked)
        self._url = asked.options.get("url", URL)
        self._account = part(asked.secret_of_admin("account_sid"))
        user = asked.admin.get("sid") or asked.secret_of_admin("account_sid")
        password = asked.admin.get("secret") or asked.secret_of_admin("auth_token")
        self._api = Api(asked, self._url, basic(user, password))

    def doctor(self) -> None:
        """Keys may be listed."""
        self._keys()

    def mint(self) -> Fields:
        """Remove what nobody holds, make a key."""
        known = self.asked.known("sid")
        for key in self._keys():
            if key.get("friendly_name") == self.asked.label and key.get("sid") not in known:
                self._delete(text_of(key, "sid"))
        form = {"FriendlyName": self.asked.label}
        _, made = self._api.call("POST", f"{_LOGIN}/{self._account}/Keys.json", form=form)
        return {"sid": text_of(made, "sid"), "secret": text_of(made, "secret")}

    def probe(self, fields: Fields) -> bool:
        """List one message: a standard key may not look at the account itself."""
        api = Api(self.asked, self._url, basic(fields.get("sid", ""), fields.get("secret", "")))
        path = f"{_LOGIN}/{self._account}/Messages.json?PageSize=1"
        return api.call("GET", path, may=(401, 403))[0] == 200

    def end(self, fields: Fields) -> None:
        """Delete the key."""
        self._delete(fields.get("sid", ""))

    def _keys(self) -> list[dict[str, Any]]:
        path = f"{_LOGIN}/{self._account}/Keys.json?PageSize=1000"
        return rows_of(self._api.call("GET", path)[1], "keys")

    def _delete(self, sid: str) -> None:
        path = f"{_LOGIN}/{self._account}/Keys/{part(sid)}.json"
        self._api.call("DELETE", path, may=(404,))


class TwilioAuthToken(Recipe):
    """Fields `account_sid`, `auth_token`. No admin secret: a token makes and ends its own successor.

    The secondary token works beside the primary one; making it primary ends the old one.
    """

    def doctor(self) -> None:
        """The current token works."""
        self._login()

    def mint(self) -> Fields:
        """Make a secondary token; one that nobody holds goes first."""
        previous = self.asked.previous
        if previous is not None and self.probe(previous.fields):
            raise FailedError(Word.FULL, "the token before this one still works")
        api = self._tokens(self._login())
        api.call("DELETE", "/v1/AuthTokens/Secondary", may=(404,))
        _, made = api.call("POST", "/v1/AuthTokens/Secondary")
        return {"auth_token": text_of(made, "secondary_auth_token")}

    def probe(self, fields: Fields) -> bool:
        """Look at the account."""
        return self._account(fields) is not None

    def end(self, fields: Fields) -> None:
        """Make the other token primary, by itself: the old one ends with that."""
        if not self.probe(fields):
            return
        for one in (self.asked.pending, self.asked.current):
            if one is not None and one.fields != fields and self.probe(one.fields):
                self._tokens(one.fields).call("POST", "/v1/AuthTokens/Promote")
                return
        raise FailedError(Word.DENIED, "there is no other token that works")

    def undo(self, fields: Fields) -> None:
        """Delete the secondary token, by the current one."""
        if self.probe(fields):
            api = self._tokens(self._login())
            api.call("DELETE", "/v1/AuthTokens/Secondary", may=(404,))

    def _login(self) -> Fields:
        """The current token, which must be the primary one: the secondary one is deleted here."""
        current = self.asked.current
        found = None if current is None else self._account(current.fields)
        if current is None or found is None:
            raise FailedError(Word.ADMIN_REFUSED, "the current token is refused")
        if found.get("auth_token", current.fields["auth_token"]) != current.fields["auth_token"]:
            raise FailedError(Word.CHANGED, "the current token is the secondary one: promote it")
        return current.fields

    def _account(self, fields: Fields) -> dict[str, Any] | None:
        """The account as a token shows it; None where the token is refused."""
        account, token = fields.get("account_sid", ""), fields.get("auth_token", "")
        api = Api(self.asked, self.asked.options.get("url", URL), basic(account, token))
        status, found = api.call("GET", f"{_LOGIN}/{part(account)}.json", may=(401, 403))
        return found if status == 200 and isinstance(found, dict) else None

    def _tokens(self, fields: Fields) -> Api:
        url = self.asked.options.get("accounts_url", ACCOUNTS_URL)
        return Api(self.asked, url, basic(fields["account_sid"], fields["auth_token"]))
