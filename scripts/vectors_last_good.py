"""Vectors of docs/spec/last-good.md."""

import json
from typing import Any

from strongroom.runtime import sealed
from strongroom.runtime.sealed import Kept


def build() -> dict[str, list[dict[str, Any]]]:
    """Fixed keys and nonces; the values are plainly none."""
    cases: list[tuple[str, str, list[Any]]] = [
        ("nothing kept", "", []),
        (
            "a value, its versions, and a name that was refused",
            "0123456789abcdef0123456789abcdef",
            [
                ["API_KEY", False, 1_790_000_000_000_000, [[2, "example-two"]]],
                ["API_KEY", True, 1_790_000_000_000_001, [[2, "example-two"], [1, "example-öne"]]],
                ["GONE", False, 1_790_000_000_000_002, []],
            ],
        ),
        (
            "a value that is no secret",
            "0123456789abcdef0123456789abcdef",
            [["DATABASE_HOST", False, 1_790_000_000_000_000, [[2, "db.example"]], False]],
        ),
    ]
    vectors = []
    for number, (comment, machine, rows) in enumerate(cases):
        secret, nonce = bytes([number + 1]) * 32, bytes([number + 17]) * sealed.NONCE_BYTES
        bound = ["customer-api", "customer-api", "production", "room", "1000"]
        key, aad = sealed.derived(secret, machine.encode()), sealed.bound_to(bound)
        kept = {
            (n, e): Kept(at, tuple(map(tuple, many)), *secret) for n, e, at, many, *secret in rows
        }
        vectors.append({
            "source": "docs/spec/last-good.md",
            "comment": comment,
            "input": {
                "key_file": secret.hex(),
                "machine_id": machine,
                "nonce": nonce.hex(),
                "bound_to": bound,
                "rows": json.dumps(rows),
            },
            "expect": {
                "key": key.hex(),
                "aad": aad.hex(),
                "file": sealed.seal(key, nonce, aad, kept).hex(),
            },
        })  # fmt: skip
    return {"last-good": vectors}
