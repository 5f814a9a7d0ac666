"""`strongroom key create|encrypt|decrypt|sign|verify|datakey|jwks`: keys of applications, by address."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from strongroom.cli import describe, render, value_input
from strongroom.cli.describe import NO_LABEL, NewLabel
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import InvalidError
from strongroom.model.address import Address
from strongroom.ops import data_key as ops

Context = Annotated[
    str,
    Parameter(help="What it belongs to, such as customers.email:42; needed again to open it."),
]
File = Annotated[
    Path | None, Parameter(help="Read from this file, byte by byte; by default standard input.")
]
Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]
TEXT_CHARS_MAX: Final = 2 * 1024 * 1024


def register(app: App) -> None:
    """Put the commands into the group `key`."""
    app.command(create)
    app.command(encrypt)
    app.command(decrypt)
    app.command(sign)
    app.command(verify)
    app.command(data_key, name="datakey")
    app.command(jwks)


def create(
    address: str,
    *,
    kind: ops.Kind = "aes",
    bits: int | None = None,
    type_: Annotated[str | None, Parameter(name="--type")] = None,
    owner: str | None = None,
    expires_days: int | None = None,
    description: str = "",
    label: NewLabel = NO_LABEL,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Make a key for an application's data and keep it as a secret; it is shown to nobody.

    Parameters
    ----------
    address
        environment/path, e.g. production/customer-api/FIELD_KEY
    kind
        aes encrypts data, rsa wraps data keys only, ed25519 only signs.
    bits
        Of an RSA key: 3072 or 4096.
    type_
        Its type; by default the policy's only type for keys that encrypt data.
    owner
        Who answers for it.
    expires_days
        Days until it expires; by default its type's period.
    description
        What it is for.
    """
    request = ops.CreateRequest(
        Address.parse(address), owner, kind, bits, type_, expires_days, description, reason,
        describe.given(label),
    )  # fmt: skip
    with opened(room) as local:
        made = ops.create(local, request)
    return made_as(made, json=json)


def encrypt(
    address: str,
    *,
    file: File = None,
    context: Context = "",
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Encrypt standard input under the current version of a key; prints the ciphertext.

    Parameters
    ----------
    address
        environment/path of an AES key
    """
    where, data = Address.parse(address), _data(file)
    with opened(room) as local:
        text = ops.encrypt(local, where, data, context, reason)
    return _text({"ciphertext": text}, json=json)


def decrypt(
    address: str,
    *,
    context: Context = "",
    reason: Reason = "",
    room: RoomFolder = None,
) -> int:
    """Decrypt the ciphertext on standard input, by whichever version of a key made it.

    The data is printed as it is, and nothing else.

    Parameters
    ----------
    address
        environment/path of the key
    """
    where, text = Address.parse(address), _ciphertext()
    with opened(room) as local:
        data = ops.decrypt(local, where, text, context, reason)
    render.raw(data)
    return 0


def sign(
    address: str,
    *,
    file: File = None,
    context: Context = "",
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Sign standard input by the current version of an Ed25519 key; prints the signature.

    Parameters
    ----------
    address
        environment/path of an Ed25519 key
    """
    where, data = Address.parse(address), _data(file)
    with opened(room) as local:
        text = ops.sign(local, where, data, context, reason)
    return _text({"signature": text}, json=json)


def verify(
    address: str,
    signature: str,
    *,
    file: File = None,
    context: Context = "",
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Say whether a signature over standard input is by a version of a key.

    Parameters
    ----------
    address
        environment/path of the key
    signature
        What `key sign` printed.
    """
    where, data = Address.parse(address), _data(file)
    with opened(room) as local:
        version = ops.verify(local, where, signature, data, context, reason)
    if json:
        render.json({"valid": True, "version": version})
        return 0
    render.out().print(f"signed by version {version}")
    return 0


def data_key(
    address: str,
    *,
    context: Context = "",
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Make a fresh key of 32 bytes for large data: base64url to use now, and wrapped to keep.

    The first line is the key itself and is kept nowhere. `key decrypt` opens the second again.

    Parameters
    ----------
    address
        environment/path of an AES or RSA key
    """
    where = Address.parse(address)
    with opened(room) as local:
        made = ops.data_key(local, where, context, reason)
    if json:
        render.json({"plain": made.plain, "wrapped": made.wrapped, "version": made.version})
        return 0
    render.raw(f"{made.plain}\n{made.wrapped}\n".encode())
    return 0


def jwks(address: str, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """Print the public halves of a key that signs tokens, as a JWK set to be published.

    The pending, the current and the previous versions are in it, and no private part.

    Parameters
    ----------
    address
        environment/path of an Ed25519 or RSA key
    """
    where = Address.parse(address)
    with opened(room) as local:
        render.json(ops.jwks(local, where, reason))
    return 0


def made_as(made: ops.KeyMade, *, json: bool) -> int:
    """Print what is known of a version that was made; never the key."""
    if json:
        render.json(made)
        return 0
    line = f"{made.address} version {made.version} ({made.algorithm}, key id {made.key_id})"
    render.out().print(
        render.safe(f"{line}, expires {render.day(made.expires_us)}"), soft_wrap=True
    )
    if made.public:
        render.out().print(made.public)
    return 0


def _data(file: Path | None) -> bytes:
    """What is to be encrypted or signed; standard input loses one line's end, a file nothing."""
    return value_input.from_file(file) if file is not None else value_input.read("data")


def _text(document: dict[str, str], *, json: bool) -> int:
    if json:
        render.json(document)
    else:
        render.raw("".join(f"{text}\n" for text in document.values()).encode())
    return 0


def _ciphertext() -> str:
    data = value_input.read("ciphertext", TEXT_CHARS_MAX)
    if not data.isascii():
        raise InvalidError("ciphertext-malformed", "that is no ciphertext of application data")
    return data.decode("ascii").strip()
