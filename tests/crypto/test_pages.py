"""The pages in docs/spec say what the code does: sizes, labels and refusals."""

import ast
import json
import re
from pathlib import Path

from strongroom import errors
from strongroom.crypto import envelope, fingerprint, passphrase, rowmac, seal, slot, token

ROOT = Path(__file__).parent.parent.parent
SOURCE = sorted((ROOT / "src" / "strongroom" / "crypto").glob("*.py"))
NAMES = ("envelope", "seal-slots", "row-mac", "tokens", "fingerprints", "share")
PAGES = {name: (ROOT / "docs" / "spec" / f"{name}.md").read_text("utf-8") for name in NAMES}
ALL = "\n".join(PAGES.values())


def calls() -> list[ast.Call]:
    trees = [ast.parse(path.read_text("utf-8")) for path in SOURCE]
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]


def codes() -> set[str]:
    """The code of every deliberate failure in the kernel."""
    return {
        str(call.args[0].value)
        for call in calls()
        if isinstance(call.func, ast.Name)
        and hasattr(errors, call.func.id)
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_refusal_stands_on_a_page_and_in_a_vector() -> None:
    vectors = [
        vector
        for name in NAMES
        for vector in json.loads((ROOT / "vectors" / f"{name}.json").read_text("utf-8"))
    ]
    shown = {vector["expect"].get("error") for vector in vectors} - {None}

    assert len(codes()) > 25
    assert codes() == shown
    assert [code for code in sorted(codes()) if f"`{code}`" not in ALL] == []


def test_no_page_names_a_refusal_that_nothing_makes() -> None:
    """Kebab-case words in the first column of the tables of refusals."""
    families = (
        "envelope|slot|holder|key|shares?|seal|keyfile|passphrase|recovery|row|token|fingerprint"
    )
    rows = [line.split("|")[1] for line in ALL.splitlines() if line.startswith("| `")]
    named = {word for row in rows for word in re.findall(rf"`((?:{families})-[a-z-]+)`", row)}
    purposes = {"row-mac"}

    assert named - purposes == codes()


def test_every_label_stands_on_a_page() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCE)
    labels = set(re.findall(r'b"(strongroom/[a-z-]+/v1)"', text))

    segments = (ROOT / "docs" / "spec" / "audit-segment.md").read_text("utf-8")

    assert 16 == len(labels)
    assert [label for label in sorted(labels) if f'"{label}"' not in ALL + segments] == []


def test_sizes_are_those_of_the_code() -> None:
    said = {
        "envelope": [
            f"{envelope.PLAINTEXT_BYTES_MAX:,} bytes",
            f"{envelope.WRAPPED_BYTES} bytes, always",
            f"37 to {envelope.PLAINTEXT_BYTES_MAX + envelope.BLOB_OVERHEAD_BYTES:,}",
            f"`{envelope.VALUE_FORMAT:#04x}`",
            f"`{envelope.WRAP_FORMAT:#04x}`",
        ],
        "seal-slots": [
            f"blob must be {seal.BLOB_BYTES} bytes",
            f"at most {slot.PARAMS_BYTES_MAX:,} bytes",
            f"at most {slot.BLOB_BYTES_MAX:,} bytes",
            f"`{seal.BLOB_FORMAT:#04x}`",
            f"`{slot.SLOT_FORMAT:#04x}`",
            f"| `passphrase` | 2 | {passphrase.PARAMS_BYTES} bytes",
            f"| {passphrase.DEFAULT.memory_kib // 1024} MiB | {passphrase.DEFAULT.iterations} |",
            f"| {passphrase.MINIMUM.memory_kib // 1024} MiB | {passphrase.MINIMUM.iterations} |",
            f"1 to {passphrase.ITERATIONS_MAX} | 1 to {passphrase.LANES_MAX} |",
        ],
        "row-mac": [f"1 to {rowmac.NAME_BYTES_MAX} bytes"],
        "tokens": [f"to {token.TOKEN_CHARS_MAX} characters", token.TOKEN_PATTERN],
        "fingerprints": [
            f"{fingerprint.MATCH_BITS_MIN} bits",
            f"{fingerprint.EXPORT_BITS_MIN} bits",
        ],
    }

    missing = {n: [text for text in texts if text not in PAGES[n]] for n, texts in said.items()}
    assert {name: [] for name in said} == missing


def test_kinds_are_numbered_on_the_page() -> None:
    for kind in slot.Kind:
        name = kind.name.lower().replace("_", "-")
        assert f"| `{name}` | {kind.value} |" in PAGES["seal-slots"]
