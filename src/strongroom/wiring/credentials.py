"""What opens a room: a key file unless STRONGROOM_SEAL says another kind.

What a person types is asked for by a door, or stands in the file that STRONGROOM_SEAL_FILE
names: a passphrase, a code, or shares one a line. It is never an argument or in a variable.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.config import Config
from strongroom.crypto.seal import Credential
from strongroom.crypto.slot import Kind, Slot
from strongroom.errors import ConfigError, InvalidError, SealedError, TamperedError
from strongroom.wiring import keyfiles

# Each kind is imported where it is used: most rooms open with a key file.
if TYPE_CHECKING:
    from strongroom.crypto.shamir import Share, ShareSet

KINDS: Final = {
    kind.name.lower(): kind for kind in (Kind.KEYFILE, Kind.PASSPHRASE, Kind.SHAMIR, Kind.RECOVERY)
}
TEXT_BYTES_MAX: Final = 8 * 1024


class Asking(NamedTuple):
    """What a door is asked for: a credential of a kind, for a room with these slots in force."""

    kind: Kind
    room_id: bytes
    slots: tuple[Slot, ...]

    @property
    def sets(self) -> "list[ShareSet]":
        """The sets of shares that open the room."""
        from strongroom.crypto.shamir import ShareSet  # noqa: PLC0415

        found: dict[bytes, ShareSet] = {}
        for slot in self.slots:
            if slot.kind == Kind.SHAMIR:
                with suppress(TamperedError):
                    found[slot.params] = ShareSet.read(slot.params)
        return list(found.values())


AskPerson = Callable[[Asking], Credential]


def once(ask: AskPerson) -> AskPerson:
    """Ask a person the first time only, for work that opens one room more than once."""
    given: list[Credential] = []

    def asked(asking: Asking) -> Credential:
        if not given:
            given.append(ask(asking))
        return given[0]

    return asked


def kind_named(text: str) -> Kind:
    """The kind of seal of that name.

    Raises:
        ConfigError: `seal-kind-unknown`.
    """
    kind = KINDS.get(text)
    if kind is None:
        raise ConfigError(
            "seal-kind-unknown",
            "a room is opened by one of these kinds of seal: " + ", ".join(KINDS),
            fix="set STRONGROOM_SEAL to one of them, or leave it unset for the key file",
        )
    return kind


def nobody(asking: Asking) -> Credential:
    """Where there is nobody to ask."""
    raise SealedError(
        "seal-not-given",
        f"this process has no {asking.kind.name.lower()} to open the room with",
        fix="put it into a file of mode 0600 and name that in STRONGROOM_SEAL_FILE",
    )


def obtain(
    config: Config,
    environ: Mapping[str, str],
    room_id: bytes,
    slots: tuple[Slot, ...],
    ask: AskPerson = nobody,
) -> Credential:
    """The credential that this process opens the room with.

    Raises:
        ConfigError: `seal-kind-unknown`.
        SealedError: those of `keyfiles.read`, and of its permissions for STRONGROOM_SEAL_FILE.
        InvalidError: those of `of_text`, and what `ask` raises.
    """
    kind = kind_named(environ.get("STRONGROOM_SEAL") or "keyfile")
    if kind is Kind.KEYFILE:
        return keyfiles.read(keyfiles.path_of(config, environ, room_id), room_id)
    file = environ.get("STRONGROOM_SEAL_FILE")
    if file:
        data = keyfiles.read_private(config.cwd / file, TEXT_BYTES_MAX, "file")
        return of_text(kind, data.decode("utf-8", "replace"))
    return ask(Asking(kind, room_id, slots))


def of_text(kind: Kind, text: str) -> Credential:
    """A credential of what was typed: shares one a line, the others as one text.

    Raises:
        InvalidError: it is none of that kind; nothing of it is repeated.
    """
    if kind is Kind.PASSPHRASE:
        from strongroom.crypto.passphrase import Passphrase  # noqa: PLC0415

        return Passphrase(text.removesuffix("\n").removesuffix("\r"))
    if kind is Kind.RECOVERY:
        from strongroom.crypto.recovery import RecoveryCode  # noqa: PLC0415

        return RecoveryCode.parse(text)
    if kind is Kind.SHAMIR:
        from strongroom.crypto.shamir import Shares  # noqa: PLC0415

        return Shares(
            [_share(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        )
    raise ValueError("a key file is a file")


def _share(line: int, text: str) -> "Share":
    from strongroom.crypto.shamir import Share  # noqa: PLC0415

    try:
        return Share.parse(text)
    except InvalidError as error:
        error.message = f"line {line}: {error.message}"
        raise
