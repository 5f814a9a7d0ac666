"""A write that the policy refuses: decided and recorded like any other, and never done."""

from dataclasses import dataclass
from typing import NoReturn

from strongroom.errors import InvalidError
from strongroom.gate.changes.secret import OnSecret
from strongroom.gate.writer import Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb


@dataclass(frozen=True)
class RejectWrite(OnSecret):
    """Say at an address that a value for it was refused, and why.

    Through the gate, so that whoever may not write there learns only that, and so that
    attempts are in the log. `error` has clauses and numbers, never a part of the value.
    """

    address: Address
    error: InvalidError

    verb = Verb.WRITE

    def apply(self, to: Writer) -> NoReturn:
        """Refuse.

        Raises:
            InvalidError: the given one.
        """
        del to
        raise self.error
