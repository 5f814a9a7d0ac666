"""requests: each request carries the key that is valid when it is made.

session.auth = auth(login)                    # Authorization: Bearer …
session.auth = auth(login, scheme="Basic")    # user and password
"""

from typing import Any

from strongroom.runtime.providers.http import authorization
from strongroom.runtime.providers.login import Login


def auth(login: Login, *, scheme: str = "Bearer") -> Any:
    """An `AuthBase`; after a 401 the request is sent once more if there is another key.

    It fills `Authorization`, which requests drops when another host redirects.
    """
    import requests  # noqa: PLC0415 - the application has it

    class LiveAuth(requests.auth.AuthBase):  # type: ignore[misc]
        def __call__(self, request: Any) -> Any:
            credentials = login.read()
            request.headers["Authorization"] = authorization(credentials, scheme)
            body = request.body
            again = body is None or isinstance(body, str | bytes)  # a stream was read

            def answered(response: Any, **options: Any) -> Any:
                sent = response.request
                # Not after a redirect: the header may have been dropped on purpose.
                if response.status_code != requests.codes.unauthorized or sent is not request:
                    return response
                other = login.again(credentials) if again else None
                if other is None:
                    return response
                _ = response.content  # so that the connection can be used again
                response.close()
                copy = sent.copy()
                copy.deregister_hook("response", answered)
                copy.headers["Authorization"] = authorization(other, scheme)
                second = response.connection.send(copy, **options)
                second.history.append(response)
                second.request = copy
                return second

            request.register_hook("response", answered)
            return request

    return LiveAuth()
