"""What comes in and goes out as JSON."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from customer_intelligence.scoring import Segment

Name = Annotated[str, Field(min_length=1, max_length=200)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Phone = Annotated[str, Field(pattern=r"^\+[0-9]{6,15}$")]


class Login(BaseModel):
    """A person's name and password."""

    name: Name
    password: Annotated[str, Field(max_length=1024)]


class Token(BaseModel):
    """For the header `Authorization: Bearer …`."""

    token: str
    life_s: float


class NewCustomer(BaseModel):
    """What is personal."""

    name: Name
    email: Email
    phone: Phone


class Customer(NewCustomer):
    """With the number."""

    id: uuid.UUID


class NewPurchase(BaseModel):
    """In hundredths of the currency."""

    cents: Annotated[int, Field(gt=0, le=10**12)]


class Score(BaseModel):
    """0 to 100."""

    score: int


class Segments(BaseModel):
    """How many customers are in each."""

    counts: dict[Segment, int]


class NewMessage(BaseModel):
    """A line of text to a customer."""

    channel: Literal["email", "sms"]
    text: Annotated[str, Field(min_length=1, max_length=1000)]
