"""Vectors of fingerprint sets: what a set finds in data, and files that are none."""

import hashlib
import json
from base64 import b64encode
from typing import Any

from strongroom.crypto.fingerprint import lookup
from strongroom.scan.own.find import Finder
from strongroom.scan.own.interface import OwnValue
from strongroom.scan.own.prints import Print, PrintSet, read, write

Json = dict[str, Any]
_SPEC = "docs/spec/fingerprint-sets.md"
_KEY = bytes(range(32))


def build() -> dict[str, list[Json]]:
    """The vectors by file."""
    word = hashlib.sha256(b"word").hexdigest()[:40]
    token = "a-" + hashlib.sha256(b"token").hexdigest() + "_b"
    text = write(_set({"production/shop/KEY@v3": word, "staging/db@v1#password": token})).decode()
    cases = {
        "a value between quotes": f'key = "{word}"',
        "a value in a URL": f"https://ada:{token}@db.example/shop",
        "both, and one of them twice": f"{word} {token} {word}",
        "a longer run is another value": f"x{word}",
        "nothing": "key = your-key-here",
    }
    found = [_vector("section 3", name, text, data) for name, data in cases.items()]
    return {"fingerprint-sets": found + [_refused(name, bad) for name, bad in _bad(text).items()]}


def _set(values: dict[str, str]) -> PrintSet:
    prints = (
        Print(
            OwnValue(name, retired=name.endswith("@v3")), len(value), _classes(value), _mark(value)
        )
        for name, value in values.items()
    )
    return PrintSet("2026-11-a", _KEY, tuple(prints))


def _classes(value: str) -> frozenset[str]:
    return frozenset({"lower", "digits"} | (set() if value.isalnum() else {"symbols"}))


def _mark(value: str) -> bytes:
    return lookup(_KEY, value.encode())


def _vector(section: str, comment: str, text: str, data: str) -> Json:
    octets = data.encode()
    seen = sorted(set(Finder(read(text.encode()), vectorscan=False).find(octets)))
    return {
        "source": f"{_SPEC}, {section}",
        "comment": comment,
        "input": {"set": text, "data": data},
        "expect": {
            "found": [
                {"start": s.start, "end": s.end, "name": s.value.name, "retired": s.value.retired}
                for s in seen
            ]
        },
    }


def _bad(text: str) -> dict[str, str]:
    document = json.loads(text)
    short = document | {"key": b64encode(b"short").decode()}
    return {
        "no JSON": "fingerprints",
        "another format": json.dumps(document | {"format": "strongroom fingerprints v2"}),
        "a key that is too short": json.dumps(short),
        "a print without its mark": json.dumps(document | {"prints": [{"name": "a/b@v1"}]}),
    }


def _refused(comment: str, text: str) -> Json:
    return {
        "source": f"{_SPEC}, section 4",
        "comment": comment,
        "input": {"set": text, "data": ""},
        "expect": {"error": "fingerprints-invalid"},
    }
