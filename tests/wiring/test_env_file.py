"""What of a room can stand in a `.env`, and how the two are compared."""

from strongroom import dotenv
from strongroom.runtime.origin.interface import Delivery
from strongroom.wiring.env_file import How, differences, writable


def there(**texts: str) -> dict[str, Delivery]:
    return {name: Delivery(name, text, 1, f"development/{name}") for name, text in texts.items()}


def test_what_a_file_cannot_hold_is_named() -> None:
    good, left = writable(there(B="b", A="a\nb", C="c\0") | there(**{"1X": "d"}))

    assert {"A": "a\nb", "B": "b"} == good
    assert ("1X", "C") == left


def test_empty_is_missing_and_only_secrets_are_new() -> None:
    entries = dotenv.parse("A=a\nB=\nC=c\nPORT=1\nNEW_KEY=n\n").entries
    found = differences(entries, there(A="a", B="b", C="d", D="e"), {"NEW_KEY", "GONE"})

    assert [
        ("A", How.SAME), ("B", How.REMOVED), ("C", How.CHANGED), ("D", How.REMOVED),
        ("NEW_KEY", How.ADDED),
    ] == [(one.name, one.how) for one in found]  # fmt: skip
