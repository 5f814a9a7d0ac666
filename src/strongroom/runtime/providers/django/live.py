"""What the engines have in common: connections that log in with what is valid when they are made.

Connections belong to threads, so `connections.close_all()` in the thread that learns of a rotation would
close none of the others'. Each looks for itself at the beginning and the end of a request, where Django
closes what is too old.
"""

from typing import TYPE_CHECKING, Any

from strongroom.runtime.providers.login import Credentials, Login

if TYPE_CHECKING:
    Base = Any
else:
    Base = object


class Live(Base):  # type: ignore[misc]
    """Before one of Django's `DatabaseWrapper`s: `PASSWORD` may be a `Login`.

    It wins over `USER` where it knows a user name.
    """

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._given: Credentials | None = None

    @property
    def _login(self) -> Login | None:
        found = self.settings_dict["PASSWORD"]
        return found if isinstance(found, Login) else None

    def options(self, credentials: Credentials) -> dict[str, Any]:
        """As the driver's `connect` takes them."""
        return {**credentials.options()}

    def get_connection_params(self) -> Any:
        """As Django's, with what is valid now."""
        params, login = super().get_connection_params(), self._login
        return params if login is None else {**params, **self.options(login.read())}

    def get_new_connection(self, conn_params: Any) -> Any:
        """As Django's; after a refusal once more if there is another password."""
        login, connect = self._login, super().get_new_connection
        if login is None:
            return connect(conn_params)

        def made(credentials: Credentials) -> Any:
            self._given = credentials
            return connect({**conn_params, **self.options(credentials)})

        return login.attempt(made)

    def close_if_unusable_or_obsolete(self) -> None:
        """As Django's; a connection of another password than the current one is too old."""
        login = self._login
        held = self.connection is not None and not self.in_atomic_block
        if held and login is not None and login.read() != self._given:
            self.close()
        super().close_if_unusable_or_obsolete()
