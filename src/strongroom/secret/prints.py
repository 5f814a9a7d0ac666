"""Fingerprints of the secret fields of a value: for strong ones only (docs/spec/fingerprints.md)."""

from collections.abc import Iterator

from strongroom.crypto import fingerprint
from strongroom.crypto.keyring import RoomKeys
from strongroom.gate.changes.secret import Fingerprint, Origin
from strongroom.generate.strength import measure
from strongroom.secret.value import Value


def fingerprints(keys: RoomKeys, value: Value, origin: Origin) -> tuple[Fingerprint, ...]:
    """One for each secret field; hashes where at least 80 bits are estimated."""
    return tuple(_each(keys, value, origin))


def _each(keys: RoomKeys, value: Value, origin: Origin) -> Iterator[Fingerprint]:
    source = fingerprint.Origin.GIVEN
    if origin is Origin.GENERATED:
        source = fingerprint.Origin.GENERATED
    for name, field in value.fields.items():
        if not field.secret:
            continue
        text = field.data if isinstance(field.data, str) else field.data.decode("latin-1")
        measured = measure(text)
        strength = fingerprint.Strength(int(measured.bits), source)
        strong = strength.bits >= fingerprint.MATCH_BITS_MIN and not measured.sentinel
        yield Fingerprint(
            field=name,
            match=fingerprint.match(keys, field.bytes, strength) if strong else None,
            display=fingerprint.display(keys, field.bytes, strength) if strong else None,
            chars=len(text),
            classes=" ".join(measured.classes),
        )
