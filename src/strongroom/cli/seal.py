"""`strongroom seal list|add|remove|rotate`: who can open the room."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from strongroom.cli import credentials, render
from strongroom.cli.context import current
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strongroom.crypto.seal import Credential
    from strongroom.ops.local import Local
    from strongroom.ops.seal import Changed, Seal

KindName = Literal["keyfile", "passphrase", "shamir", "recovery"]
Environments = Annotated[
    list[str] | None,
    Parameter(
        name="--environment",
        negative="",
        help="Open only this environment; may be given several times. Without it, all of them.",
    ),
]
Log = Annotated[
    bool | None,
    Parameter(help="Also the key that signs the log; by default where no environment is named."),
]
Out = Annotated[
    Path | None, Parameter(name="--out", help="Where to write the new key file, mode 0600.")
]
Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]
Shares = Annotated[int | None, Parameter(help="How many shares there are; at most 31.")]
Threshold = Annotated[int | None, Parameter(help="How many of the shares open the room.")]

app = App(name="seal", help="Who can open the room: key files, passphrases, shares, codes.")


@app.command(name="list")
def list_(*, room: RoomFolder = None, json: Json = False) -> int:
    """List the seals: what each opens, and whether it was made by somebody entitled to."""
    from strongroom.ops import seal as ops

    with opened(room) as local:
        found = ops.list_seals(local)
    if json:
        render.json([_document(seal) for seal in found])
        return 0
    table = render.table("", "seal", "kind", "opens", "made", "by", "")
    for seal in found:
        table.add_row(
            render.cell("*" if seal.in_use else ""),
            render.cell(seal.id[:8]),
            render.cell(_kind(seal)),
            render.cell(", ".join(seal.opens)),
            render.cell(render.day(seal.created_us)),
            render.cell(seal.created_by),
            render.cell(_note(seal), "bold red" if seal.forged else "yellow"),
        )
    render.out().print(table)
    return 0


@app.command
def add(
    kind: KindName,
    *,
    environment: Environments = None,
    log: Log = None,
    out: Out = None,
    shares: Shares = None,
    threshold: Threshold = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Add a way to open the room: a key file for somebody else, a passphrase, shares, a code.

    A passphrase is asked for, or read from standard input. A code and shares are shown once.

    Parameters
    ----------
    kind
        keyfile, passphrase, shamir or recovery
    """
    from strongroom.ops import seal as ops

    scope = ops.Scope(tuple(environment) if environment is not None else None, log)
    with opened(room) as local:
        if kind == "keyfile":
            path = _out(out)
            made = _with_file(local, path, lambda c: ops.add(local, c, scope, reason))
            return _say_file(made, path, json=json)
        credential = _new(local, kind, shares, threshold)
        made = ops.add(local, credential, scope, reason)
        with _shown_or_gone(local, made):
            return _show(made, credential, json=json)


@app.command
def remove(
    seal: str,
    *,
    force: str | None = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Take a seal away; the last one that opens a key stays.

    Parameters
    ----------
    seal
        The beginning of its id, as `seal list` shows it, or its kind.
    force
        The whole id again, to take away the seal that opened the room just now.
    """
    from strongroom.ops import seal as ops

    with opened(room) as local:
        gone = ops.remove(local, ops.find(local, seal), force, reason)
    if json:
        render.json(gone)
        return 0
    console = render.out()
    console.print(f"{gone.kind} {gone.id[:8]} opens the room no more")
    console.print(_afterwards(gone), style="yellow")
    return 0


@app.command
def rotate(
    seal: str,
    *,
    out: Out = None,
    shares: Shares = None,
    threshold: Threshold = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Replace a seal by a fresh one of its kind that opens the same; the old one ends.

    The key file in use is replaced where it stands. Shares are as many as before.

    Parameters
    ----------
    seal
        The beginning of its id, as `seal list` shows it, or its kind.
    """
    from strongroom.ops import seal as ops

    with opened(room) as local:
        old = ops.find(local, seal)
        if old.kind == "keyfile":
            return _rotate_file(local, old, out, reason, json=json)
        if old.kind == "shamir" and shares is None and threshold is None:
            shares, threshold = ops.sharing_of(old)
        credential = _new(local, old.kind, shares, threshold)
        if old.kind == "passphrase":
            return _show(ops.replace(local, old, credential, reason), credential, json=json)
        # Shown before the old one ends: what could not be printed must not be the only way in.
        made = ops.add_like(local, old, credential, reason)
        with _shown_or_gone(local, made):
            _show(made, credential, json=json)
        ops.remove(local, old, old.id, reason)
    if not json:
        render.out().print(f"\n{old.kind} {old.id[:8]} opens the room no more")
    return 0


def _rotate_file(local: "Local", old: "Seal", out: Path | None, reason: str, *, json: bool) -> int:
    from strongroom.ops import seal as ops
    from strongroom.wiring import keyfiles

    if not old.in_use:
        path = _out(out)
        made = _with_file(local, path, lambda c: ops.replace(local, old, c, reason))
        return _say_file(made, path, json=json)
    in_use = keyfiles.path_of(current(), os.environ, local.keys.room_id)
    with keyfiles.replacing(in_use) as (path, beside):
        old = ops.find(local, old.id)  # somebody may have replaced it while this one waited
        # Both open until the new one stands where the old one stood: a crash locks nobody out.
        made = _with_file(local, beside, lambda c: ops.add_like(local, old, c, reason))
        keyfiles.move(beside, path)
        ops.remove(local, old, old.id, reason)
    return _say_file(made, path, json=json)


def _with_file(local: "Local", path: Path, work: "Callable[[Credential], Changed]") -> "Changed":
    from strongroom import wiring
    from strongroom.crypto.keyfile import KeyFile

    keyfile = KeyFile.new(local.keys.room_id)
    with wiring.made(path, local.folder, keyfile):
        return work(keyfile)


def _new(local: "Local", kind: str, shares: int | None, threshold: int | None) -> "Credential":
    from strongroom.crypto.recovery import RecoveryCode
    from strongroom.crypto.shamir import Sharing

    if kind == "shamir":
        if shares is None or threshold is None:
            raise UsageError(
                "shares-missing",
                "say how many shares there are and how many open the room",
                fix="for example --shares 5 --threshold 3",
            )
        return Sharing(local.keys.room_id, shares, threshold)
    return credentials.new_passphrase() if kind == "passphrase" else RecoveryCode.new()


@contextmanager
def _shown_or_gone(local: "Local", made: "Changed") -> "Iterator[None]":
    """A seal whose code nobody saw would count as a way in, and be none."""
    from strongroom.ops import seal as ops

    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BaseException:
        ops.remove(local, ops.find(local, made.id), None, "it could not be shown")
        raise


def _show(made: "Changed", credential: "Credential", *, json: bool) -> int:
    """Say what was made; the one place that shows a code or shares, and only this once."""
    from strongroom.crypto.recovery import RecoveryCode
    from strongroom.crypto.shamir import Sharing

    secrets: list[str] = []
    if isinstance(credential, RecoveryCode):
        secrets = [credential.reveal()]
    elif isinstance(credential, Sharing):
        secrets = [share.reveal() for share in credential.shares]
    if json:
        shown = {"recovery": secrets[0]} if made.kind == "recovery" else {"shares": secrets}
        render.json(_changed(made) | (shown if secrets else {}))
        return 0
    console = render.out()
    console.print(f"{made.kind} {made.id[:8]} opens {', '.join(made.opens)}", soft_wrap=True)
    if isinstance(credential, Sharing):
        _, threshold = credential.numbers
        console.print(
            f"\nShares, shown this once; any {threshold} of them open the room. Give each to"
            " somebody else:\n"
        )
    elif secrets:
        console.print("\nRecovery code, shown this once. Write it down and keep it elsewhere:\n")
    render.raw("".join(f"    {text}\n" for text in secrets).encode())
    return 0


def _say_file(made: "Changed", path: Path, *, json: bool) -> int:
    if json:
        render.json(_changed(made) | {"keyfile": path})
        return 0
    console = render.out()
    console.print(f"keyfile {made.id[:8]} opens {', '.join(made.opens)}", soft_wrap=True)
    console.print(f"key file  {render.safe(str(path))}", soft_wrap=True)
    return 0


def _out(out: Path | None) -> Path:
    if out is None:
        raise UsageError(
            "keyfile-place-missing",
            "say where the new key file is written",
            fix="name a new file outside of the room's folder with --out",
        )
    return current().cwd / out


def _changed(made: "Changed") -> dict[str, object]:
    return {"id": made.id, "kind": made.kind, "opens": made.opens}


def _document(seal: "Seal") -> dict[str, object]:
    return {
        "id": seal.id,
        "kind": seal.kind,
        "opens": seal.opens,
        "created_us": seal.created_us,
        "created_by": seal.created_by,
        "in_use": seal.in_use,
        "forged": seal.forged,
        "checked": seal.checked,
        "before_holders": seal.before,
    }


def _kind(seal: "Seal") -> str:
    from strongroom.ops import seal as ops

    if seal.kind != "shamir":
        return seal.kind
    try:
        count, threshold = ops.sharing_of(seal)
    except TamperedError:
        return seal.kind
    return f"shamir, {threshold} of {count}"


def _note(seal: "Seal") -> str:
    if seal.forged:
        return "forged: somebody wrote it who had not the key"
    if seal.before:
        return "made before: rotate it"
    return "" if seal.checked else "not all of its keys are open here"


def _afterwards(gone: "Changed") -> str:
    places = [name for name in gone.opens if name not in {"room", "log"}]
    keys = "".join(f"\n  strongroom key rotate --environment {place}" for place in places)
    return (
        "Whoever kept a copy of it and of the room opens that copy still. New values are safe"
        f" from him after{keys or ' the keys that it opened were rotated'}"
    )
