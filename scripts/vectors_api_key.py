"""Vectors of the API key format: docs/spec/api-key.md.

A failing vector is a good key with a single thing changed, and the comment says which.
The bodies are digests of a label, so that nobody takes one for a key in use.
"""

import hashlib
from typing import Any, Final

from strongroom.generate import api_key

OWN: Final = "scripts/vectors_api_key.py"
BODY: Final = hashlib.shake_128(b"strongroom vector api key").digest(32)

Json = dict[str, Any]


def build() -> dict[str, list[Json]]:
    """The one file that this module writes."""
    return {"api-key": [*_made(), *_refused()]}


def _made() -> list[Json]:
    cases = {
        "32 bytes": ("api", "live", BODY),
        "the least body": ("api", "test", bytes(32)),
        "the greatest body": ("api", "dev", b"\xff" * 32),
        "a number that begins with zeros keeps its width": ("api", "live", bytes(30) + b"\x01\x02"),
        "a brand of two words, an environment of two": ("acme_billing", "pre-prod", BODY),
        "33 bytes": ("a1", "qa2", BODY + b"\x03"),
        "64 bytes, the most": ("api", "live", BODY + BODY[::-1]),
    }
    return [
        {
            "source": OWN,
            "comment": comment,
            "input": {"op": "build", "brand": brand, "marker": marker, "body": body.hex()},
            "expect": {"key": api_key.build(brand, marker, body)},
        }
        for comment, (brand, marker, body) in cases.items()
    ]


def _refused() -> list[Json]:
    good = api_key.build("api", "live", BODY)
    head, checksum = good.rsplit("_", 1)
    body = head.rsplit("_", 1)[1]
    over = "api_live_" + "z" * 43
    cases = {
        "live became test": (good.replace("_live_", "_test_"), "checksum"),
        "another brand": (good.replace("api_", "apu_"), "checksum"),
        "two letters of the body swapped": (good.replace(body, _swapped(body)), "checksum"),
        "one letter of the checksum changed": (f"{head}_{_changed(checksum)}", "checksum"),
        "the checksum is cut by one letter": (good[:-1], "checksum"),
        "a letter of the body is missing": (_signed(head[:-1]), "body"),
        "a letter that is no digit of base 62": (_signed(f"{head[:-1]}-"), "body"),
        "a number of 256 bits and more": (_signed(over), "body"),
        "a body of 31 bytes": (_signed("api_live_" + "0" * 42), "body"),
        "a brand in capitals": (_signed(f"API_live_{body}"), "brand"),
        "no brand": (_signed(f"_live_{body}"), "brand"),
        "an environment with a point": (_signed(f"api_li.ve_{body}"), "marker"),
        "no environment": (_signed(f"api_{body}"), "shape"),
        "nothing": ("", "shape"),
        "a line's end behind the key": (f"{good}\n", "checksum"),
    }
    return [
        {
            "source": OWN,
            "comment": comment,
            "input": {"op": "check", "key": key},
            "expect": {"flaw": flaw},
        }
        for comment, (key, flaw) in cases.items()
    ]


def _signed(head: str) -> str:
    """`head` with a checksum that fits, so that the flaw before it is the only one."""
    return f"{head}_{api_key.checksum(head)}"


def _changed(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def _swapped(text: str) -> str:
    at = next(at for at in range(len(text) - 1) if text[at] != text[at + 1])
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
