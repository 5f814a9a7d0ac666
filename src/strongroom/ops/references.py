"""What still refers to versions of a key: reported by who keeps it (docs/adr/0322)."""

from collections.abc import Mapping

from strongroom.errors import InvalidError
from strongroom.gate.changes.reference import SetReferences
from strongroom.model.address import Address
from strongroom.ops.local import Local, done


def report(
    room: Local, address: Address, holder: str, items: Mapping[int, int], reason: str = ""
) -> None:
    """`holder` keeps so many items of each version, and none of any other.

    Raises:
        DeniedError: the reason's code. NotFoundError: `secret-unknown`, `version-unknown`.
        ConflictError: `version-state`. InvalidError: `holder-invalid`, `references-invalid`.
        LimitError: `references-full`.
    """
    done(room.gate.change(room.caller, SetReferences(address, holder, items), reason))


def parsed(given: list[str]) -> dict[int, int]:
    """Numbers from a command line, VERSION=ITEMS each.

    Raises:
        InvalidError: `references-invalid`.
    """
    found: dict[int, int] = {}
    for text in given:
        version, equals, items = text.partition("=")
        if not (equals and _number(version) and _number(items)) or int(version) in found:
            raise InvalidError(
                "references-invalid",
                "a number of references is VERSION=ITEMS, each version once",
                fix="e.g. --items 2=1500",
            )
        found[int(version)] = int(items)
    return found


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
