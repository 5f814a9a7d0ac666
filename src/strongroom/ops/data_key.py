"""Operations with keys of applications: make, rotate, encrypt, decrypt, sign, verify, publish.

A key is a secret whose value is one text (docs/spec/data-ciphertext.md); it is read through the gate
like any value, is used here, and is shown to nobody.
"""

import base64
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple

from strongroom.errors import ConfigError, DeniedError, InvalidError, NotFoundError, RequestError
from strongroom.gate.changes.secret import Origin
from strongroom.generate import draw, keys
from strongroom.generate.kinds import Kind as TypeKind
from strongroom.generate.value import Generated
from strongroom.keysets import ciphertext, data_keys, token_keys
from strongroom.keysets.ciphertext import Parsed, Purpose
from strongroom.keysets.data_keys import KEY_OCTETS, Algorithm, DataKey
from strongroom.model.address import Address
from strongroom.model.label import NO_LABEL, Label
from strongroom.model.principal import Verb
from strongroom.ops import secret
from strongroom.ops.local import Local
from strongroom.ops.standards import standards, subject
from strongroom.secret.value import Value

Kind = Literal["aes", "ed25519", "rsa"]
AES_BITS: Final = 256
RSA_BITS: Final = 3072
# A key whose version does not fit its ciphertext is looked for in so many others.
SEARCH_MAX: Final = 32
_GONE: Final = frozenset({"pending", "destroyed"})


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """A key to make. Without a `type`, the policy's only type for keys that encrypt data."""

    address: Address
    owner: str | None
    kind: Kind = "aes"
    bits: int | None = None
    type: str | None = None
    days: int | None = None
    description: str = ""
    reason: str = ""
    label: Label = NO_LABEL


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A version of a key. `public` is its public half in PEM form, None for AES."""

    address: str
    version: int
    algorithm: str
    key_id: str
    type: str
    expires_us: int
    public: str | None


class DataKeyMade(NamedTuple):
    """A fresh data key: base64url for use now, and the text to keep beside the data."""

    plain: str
    wrapped: str
    version: int


def create(room: Local, request: CreateRequest) -> KeyMade:
    """Make a key as a new secret.

    Raises:
        InvalidError: `key-bits`, `type-missing`, and those of `secret.write`.
        ConflictError: `secret-exists`.
    """
    type_ = request.type or _only_type(room)
    made = _generate(request.kind, request.bits)
    return _write(
        room,
        secret.WriteRequest(
            request.address, Value.single(made.value), type_, request.owner, request.days, None,
            request.description, request.reason, request.label,
        ),
    )  # fmt: skip


def rotate(room: Local, address: Address, reason: str = "") -> KeyMade:
    """Another key of the same kind becomes current; the one before it only decrypts from then on.

    Raises:
        As `KeySet.current`, and ConflictError: `version-not-current`.
    """
    old = KeySet(room, address, Verb.ROTATE, reason).current()
    if old.algorithm is Algorithm.AES:
        made = keys.data_key()
    elif old.algorithm is Algorithm.ED25519:
        made = keys.ed25519()
    else:
        assert not isinstance(old.secret, bytes)
        made = keys.rsa(keys.rsa_bits(getattr(old.secret, "key_size", RSA_BITS)))
    value = Value.single(made.value)
    return _write(room, secret.WriteRequest(address, value, after=old.version, reason=reason))


def encrypt(room: Local, address: Address, data: bytes, context: str = "", reason: str = "") -> str:
    """A ciphertext under the current version; raises as `ciphertext.encrypt` and `KeySet`."""
    return ciphertext.encrypt(KeySet(room, address, reason=reason).current(), data, context)


def decrypt(room: Local, address: Address, text: str, context: str = "", reason: str = "") -> bytes:
    """What was encrypted, by whichever version; raises as `ciphertext.decrypt` and `KeySet`."""
    parsed = ciphertext.parse(text)
    if parsed.purpose is Purpose.SIGNATURE:
        raise InvalidError("ciphertext-malformed", "that is a signature and holds no data")
    key = KeySet(room, address, reason=reason).of(parsed)
    return ciphertext.opened(key, parsed, context)


def data_key(room: Local, address: Address, context: str = "", reason: str = "") -> DataKeyMade:
    """A fresh key of 32 bytes for data that is larger or more than one key should encrypt."""
    key = KeySet(room, address, reason=reason).current()
    fresh = draw.octets(KEY_OCTETS)
    plain = base64.urlsafe_b64encode(fresh).decode("ascii")
    return DataKeyMade(plain, ciphertext.wrap(key, fresh, context), key.version)


def sign(room: Local, address: Address, data: bytes, context: str = "", reason: str = "") -> str:
    """A signature by the current version, an Ed25519 key."""
    return ciphertext.sign(KeySet(room, address, reason=reason).current(), data, context)


def verify(
    room: Local, address: Address, signature: str, data: bytes, context: str = "", reason: str = ""
) -> int:
    """The version that signed; raises as `ciphertext.verify` and `KeySet`."""
    parsed = ciphertext.parse(signature)
    if parsed.purpose is not Purpose.SIGNATURE:
        raise InvalidError("ciphertext-malformed", "that is no signature")
    key = KeySet(room, address, reason=reason).of(parsed)
    ciphertext.verify([key], signature, data, context)
    return key.version


def jwks(room: Local, address: Address, reason: str = "") -> dict[str, list[dict[str, str]]]:
    """The public halves of a signing key's versions that count, the current one first (RFC 7517).

    A pending one is among them, so that it is known before it signs. No private part is in it.

    Raises:
        InvalidError: `jwks-empty`; text has no public half. As `KeySet` otherwise.
    """
    shown = secret.show(room, address)
    counts = [
        v.n for v in shown.versions if v.state in {"pending", "previous"} and not v.compromised
    ]
    order = [n for n in (shown.current, *counts) if n is not None]
    found: dict[str, dict[str, str]] = {}
    for n in order:
        _, text = _read(room, address, n, Verb.ROTATE, reason)
        try:
            key = token_keys.read(text, f"{address} version {n}")
        except ConfigError as error:
            raise InvalidError(error.code, error.message, fix=error.fix) from None
        if key.public is not None:
            found[key.id] = key.public
    if not found:
        raise InvalidError(
            "jwks-empty",
            "no version of that secret has a public half: whoever checks its tokens needs the key itself",
            fix="for tokens that others check, rotate to an Ed25519 key",
        )
    return {"keys": list(found.values())}


@dataclass
class KeySet:
    """The versions of a key, each read when it is needed and once."""

    room: Local
    address: Address
    verb: Verb = Verb.READ
    reason: str = ""
    _known: dict[int, DataKey] = field(default_factory=dict, repr=False)
    _numbers: list[int] | None = None
    _current: DataKey | None = field(default=None, repr=False)

    def current(self) -> DataKey:
        """The version that encrypts.

        Raises:
            DeniedError: the reason's code. NotFoundError: `secret-unknown`, `version-none`.
            InvalidError: `data-key-unusable`, `data-key-weak`.
        """
        if self._current is None:
            self._current = self._read(None)
        return self._current

    def of(self, parsed: Parsed) -> DataKey:
        """The version that made a text: first the one that it names, then the others, newest first.

        Raises:
            NotFoundError: `ciphertext-key-unknown`. As `current`.
        """
        for key in self._known.values():
            if key.id == parsed.key_id:
                return key
        for n in self._order(parsed.version):
            if n in self._known:
                continue
            try:
                key = self._read(n)
            except (NotFoundError, InvalidError):
                continue  # deleted since, or from before it was a key
            except DeniedError as error:
                if error.code != "version-retired" or n == parsed.version:
                    raise
                continue  # out of use: what it made is refused only where that is known
            if key.id == parsed.key_id:
                return key
        return ciphertext.key_of([], parsed)

    def _order(self, named: int) -> list[int]:
        if self._numbers is None:
            versions = secret.show(self.room, self.address).versions
            self._numbers = [
                v.n for v in versions if v.state not in _GONE and v.deleted_us is None
            ][:SEARCH_MAX]  # fmt: skip
        return sorted(self._numbers, key=lambda n: (n != named, -n))

    def _read(self, n: int | None) -> DataKey:
        key = _parsed(*_read(self.room, self.address, n, self.verb, self.reason))
        self._known[key.version] = key
        return key


def _write(room: Local, request: secret.WriteRequest) -> KeyMade:
    key = _parsed(0, _text(request.value))
    try:
        written = secret.write(room, request, Origin.GENERATED)
    except RequestError as error:
        if error.code == "type-missing":
            error.fix = "make it first: strongroom key create ADDRESS --owner OWNER"
        raise
    made = replace(key, version=written.version)
    return KeyMade(
        written.address, written.version, made.algorithm.value, made.id.hex(), written.type,
        written.expires_us, made.public,
    )  # fmt: skip


def _generate(kind: Kind, bits: int | None) -> Generated:
    match kind:
        case "aes":
            if bits not in {None, AES_BITS}:
                raise InvalidError("key-bits", f"a key for AES-256-GCM has {AES_BITS} bits")
            return keys.data_key()
        case "ed25519":
            if bits is not None:
                raise InvalidError("key-bits", "all Ed25519 keys are of one size")
            return keys.ed25519()
    return keys.rsa(bits or RSA_BITS)


def _only_type(room: Local) -> str:
    """The policy's type for keys that encrypt data.

    Raises:
        InvalidError: `type-missing`; there are several, or none.
    """
    rules = standards(room.policy)
    ids = [one.id for one in room.policy.types]
    fit = [one for one in ids if subject(one, rules).kind is TypeKind.DATA_KEY]
    if len(fit) == 1:
        return fit[0]
    raise InvalidError(
        "type-missing",
        "the policy does not say which type a data key has",
        fix=f"name it with --type: {', '.join(fit or ids)}",
    )


def _text(value: Value) -> str:
    only = value.only
    if only is None or not isinstance(only.data, str):
        raise InvalidError(
            "data-key-unusable",
            "that secret has several fields, or bytes: a key is one text",
            fix="make one with: strongroom key create ADDRESS --owner OWNER",
        )
    return only.data


def _read(room: Local, address: Address, n: int | None, verb: Verb, reason: str) -> tuple[int, str]:
    """Version and text."""
    found = secret.read(room, address, version=n, verb=verb, reason=reason)
    return found.version, _text(found.value)


def _parsed(version: int, text: str) -> DataKey:
    try:
        return data_keys.read(text, version)
    except ConfigError as error:
        raise InvalidError(error.code, error.message, fix=error.fix) from None
