"""`strongroom generate`: a fresh value of a type, as strong as the policy demands."""

import math
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import clipboard_option as boards
from strongroom.cli import render
from strongroom.cli.clipboard_option import ClearAfter, Clipboard
from strongroom.cli.context import current
from strongroom.errors import UsageError
from strongroom.generate.password import Target
from strongroom.ops import generate as ops
from strongroom.ops import standards

app = App(name="generate", help="Make a fresh secret of a type, as strong as the policy demands.")


@app.default
def generate(
    type_: Annotated[str, Parameter(name="type")],
    /,
    *,
    policy: Path | None = None,
    env: str | None = None,
    brand: str | None = None,
    for_: Annotated[Target | None, Parameter(name="--for")] = None,
    length: int | None = None,
    bits: int | None = None,
    count: int = 1,
    out: Path | None = None,
    clipboard: Clipboard = False,
    clear_after: ClearAfter = None,
    json: bool = False,
) -> int:
    """Make a fresh secret; it alone goes to standard output, what is said of it to the other.

    Parameters
    ----------
    type_
        A type of the policy, or jwt, api-key, password, redis-password, data-key, ed25519,
        rsa, passphrase.
    policy
        The policy document; without it the one in force, then built-in defaults.
    env
        The environment that an API key is for; without it the strictest.
    brand
        What an API key starts with; without it what the policy's prefix says.
    for_
        Where a password has to stand unquoted; `any` is safe in all of them.
    length
        Characters of a password.
    bits
        Least strength in bits; the modulus of an RSA pair.
    count
        How many to make.
    out
        A new file for the secret, readable by its owner alone; public keys go to FILE.pub.
    json
        Print JSON for machines.
    """
    if clipboard and (out is not None or count != 1):
        raise UsageError("clipboard-one", "one value goes to the clipboard, and to no file besides")
    board = boards.wanted(clipboard=clipboard, clear_after=clear_after, json=json)
    found = standards.find(current(), policy)
    request = ops.GenerateRequest(type_, env, brand, for_, length, bits, count)
    result = ops.generate(request, found)
    files = ops.write(result, out) if out else ()
    if json:
        render.json(_document(result, files))
        return 0
    if board is not None:
        boards.give(board, result.values[0].value.encode())
    elif not files:
        for made in result.values:
            sys.stdout.write("\n".join(filter(None, (made.value, made.public))) + "\n")
        sys.stdout.flush()
    _say(result, files)
    return 0


def _document(result: ops.GenerateResult, files: tuple[Path, ...]) -> dict[str, object]:
    document: dict[str, object] = {
        "type": result.type,
        "kind": result.kind,
        "bits": result.bits,
        "format": result.format,
        "clause": result.clause,
        "environment": result.environment,
        "notes": result.notes,
    }
    if files:
        return {**document, "files": [str(file) for file in files]}
    values = [{"value": made.value, "public": made.public} for made in result.values]
    shown = [{k: v for k, v in value.items() if v is not None} for value in values]
    return {**shown[0], **document} if len(shown) == 1 else {**document, "values": shown}


def _say(result: ops.GenerateResult, files: tuple[Path, ...]) -> None:
    console = render.err()
    line = f"{result.type}: {math.floor(result.bits * 10) / 10:g} bits ({result.clause}), {result.format}"
    console.print(render.cell(line), soft_wrap=True)
    for file in files:
        console.print(render.cell(f"written to {file}"), soft_wrap=True)
    for note in result.notes:
        console.print(render.cell(f"note: {note}", style="yellow"), soft_wrap=True)
