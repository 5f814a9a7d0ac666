"""What can be asked. Each function runs in a thread of its own, so it may wait."""

import uuid
from collections import Counter
from time import time_ns
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException

from customer_intelligence import accounts, customers, reports, scoring
from customer_intelligence.auth import READ, WRITE, allowed, parts
from customer_intelligence.bodies import (
    Customer,
    Login,
    NewCustomer,
    NewMessage,
    NewPurchase,
    Score,
    Segments,
    Token,
)
from customer_intelligence.customers import Person
from customer_intelligence.parts import Parts
from customer_intelligence.scoring import Purchase

router: Final = APIRouter()
All = Annotated[Parts, Depends(parts)]
READER: Final = Depends(allowed(READ))
WRITER: Final = Depends(allowed(WRITE))


@router.get("/health")
def health(all_: All) -> dict[str, str]:
    """Whether the database and the cache let us in."""
    with all_.database.connection() as connection:
        connection.execute("SELECT 1")
    all_.cache.ping()
    return {"status": "ok"}


@router.post("/login")
def login(body: Login, all_: All) -> Token:
    """A token for a person."""
    if not all_.cache.may_try(body.name):
        raise HTTPException(429, "too many tries: wait a minute")
    with all_.database.connection() as connection:
        known = accounts.logs_in(connection, body.name, body.password)
    if not known:
        all_.cache.failed(body.name)
        raise HTTPException(401, "nobody has this name and password")
    return Token(token=all_.tokens.sign({"sub": body.name}), life_s=all_.settings.token_life_s)


@router.post("/customers", status_code=201, dependencies=[WRITER])
def add(body: NewCustomer, all_: All) -> Customer:
    """A customer, encrypted before he reaches the database."""
    person = Person(body.name, body.email, body.phone)
    with all_.database.connection() as connection:
        number = customers.add(connection, all_.personal, person)
    return Customer(id=number, **body.model_dump())


@router.get("/customers/{number}", dependencies=[READER])
def show(number: uuid.UUID, all_: All) -> Customer:
    """Who that is."""
    found = _person(all_, number)
    return Customer(id=number, name=found.name, email=found.email, phone=found.phone)


@router.delete("/customers/{number}", status_code=204, dependencies=[WRITER])
def remove(number: uuid.UUID, all_: All) -> None:
    """Forget him, with what he bought."""
    with all_.database.connection() as connection:
        if not customers.remove(connection, number):
            raise _unknown()
    all_.cache.forget_score(str(number))


@router.post("/customers/{number}/purchases", status_code=204, dependencies=[WRITER])
def buy(number: uuid.UUID, body: NewPurchase, all_: All) -> None:
    """He bought something just now."""
    with all_.database.connection() as connection:
        if not customers.buy(connection, number, Purchase(_now_us(), body.cents)):
            raise _unknown()
    all_.cache.forget_score(str(number))


@router.get("/customers/{number}/score", dependencies=[READER])
def score(number: uuid.UUID, all_: All) -> Score:
    """How much he is worth to us, as of the last minute."""
    kept = all_.cache.score(str(number))
    if kept is not None:
        return Score(score=kept)
    with all_.database.connection() as connection:
        bought = customers.purchases(connection, number)
    if bought is None:
        raise _unknown()
    found = scoring.score(bought, _now_us())
    all_.cache.keep_score(str(number), found)
    return Score(score=found)


@router.get("/segments", dependencies=[READER])
def segments(all_: All) -> Segments:
    """How many customers are in each segment."""
    now = _now_us()
    with all_.database.connection() as connection:
        everybody = customers.all_purchases(connection).values()
    return Segments(counts=Counter(scoring.segment(bought, now) for bought in everybody))


@router.post("/customers/{number}/messages", status_code=202, dependencies=[WRITER])
def tell(number: uuid.UUID, body: NewMessage, all_: All) -> None:
    """Send him a line by e-mail or as a short message."""
    person = _person(all_, number)
    try:
        if body.channel == "email":
            all_.mail.send(person.email, body.text)
        else:
            all_.sms.send(person.phone, body.text)
    except OSError as error:
        reports.report(error)
        raise HTTPException(502, "the message was not taken: try again later") from None


def _person(all_: Parts, number: uuid.UUID) -> Person:
    with all_.database.connection() as connection:
        found = customers.find(connection, all_.personal, number)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> HTTPException:
    return HTTPException(404, "there is no such customer")


def _now_us() -> int:
    return time_ns() // 1_000
