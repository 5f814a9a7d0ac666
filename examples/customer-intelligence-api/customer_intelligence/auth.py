"""Who is asking: a person with a token, or a client with an API key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header, HTTPException, Request

from customer_intelligence.parts import Parts
from strongroom.errors import UnauthenticatedError
from strongroom.runtime.api_keys import record

READ: Final = "read"
WRITE: Final = "write"
SCOPES: Final = (READ, WRITE)


@dataclass(frozen=True, slots=True)
class Caller:
    """`scopes` are what he may do."""

    name: str
    scopes: tuple[str, ...]


def parts(request: Request) -> Parts:
    """A dependency: what the service is made of."""
    found: Parts = request.app.state.parts
    return found


def caller(
    all_: Annotated[Parts, Depends(parts)],
    authorization: Annotated[str, Header()] = "",
    x_api_key: Annotated[str, Header()] = "",
) -> Caller:
    """A dependency: who is asking. Which check failed is nobody's business but the log's."""
    try:
        if x_api_key:
            return _client(all_, x_api_key)
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return Caller(str(all_.tokens.verify(token.strip())["sub"]), SCOPES)
    except UnauthenticatedError:
        pass
    raise HTTPException(401, "log in, or send an API key", {"WWW-Authenticate": "Bearer"})


def allowed(scope: str) -> Callable[[Caller], Caller]:
    """A dependency: who is asking, if he may do that."""

    def check(who: Annotated[Caller, Depends(caller)]) -> Caller:
        if scope not in who.scopes:
            raise HTTPException(403, f"that needs the scope {scope}")
        return who

    return check


def _client(all_: Parts, key: str) -> Caller:
    found = all_.api_keys.verify(key)
    # After a rotation of the pepper the record is made anew: the old one is found in grace only.
    pepper = all_.secrets.get("API_KEY_PEPPER")
    fresh = record(key, pepper, found.who, scopes=found.scopes, expires_s=found.expires_s)
    if fresh.id != found.id:
        all_.records.add(fresh)
    return Caller(found.who, found.scopes)
