"""Fingerprints of the secret fields of a value: for strong ones only (docs/spec/fingerprints.md)."""

from collections.abc import Callable, Iterator
from typing import Final

from strongroom.crypto import fingerprint
from strongroom.crypto.keyring import RoomKeys
from strongroom.gate.changes.secret import Fingerprint, Origin
from strongroom.generate.strength import Strength, measure, measure_bytes, url_password
from strongroom.secret.value import Field, Value

INNER: Final = "#password"  # no field's name has a #


def fingerprints(
    keys: RoomKeys,
    value: Value,
    origin: Origin,
    measured: Callable[[bytes], Strength] = measure_bytes,
) -> tuple[Fingerprint, ...]:
    """One for each secret field, and one for the password in a URL; hashes of strong ones.

    Strong are at least 80 bits, as estimated. White space around a value is no other value:
    files end in a line's end and prompts do not.
    """
    return tuple(_each(keys, value, origin, measured))


def exported(key: bytes, value: Value, origin: Origin) -> Iterator[Fingerprint]:
    """Of each secret field that may be in an exported set: generated, of 128 bits or more.

    `match` is then the fingerprint under `key`, which comes with the set.
    """
    if origin is not Origin.GENERATED:
        return
    for name, field in _secret(value):
        text, measured = _measured(field, measure_bytes)
        strength = fingerprint.Strength(int(measured.bits), fingerprint.Origin.GENERATED)
        if strength.bits >= fingerprint.EXPORT_BITS_MIN and not measured.sentinel:
            mark = fingerprint.export(key, field.bytes.strip(), strength)
            yield Fingerprint(name, mark, None, len(text), " ".join(measured.classes))


def _secret(value: Value) -> Iterator[tuple[str, Field]]:
    """A composite is no value of its own: its parts are."""
    return (
        (name, field)
        for name, field in value.fields.items()
        if field.secret and field.template is None
    )


def _measured(field: Field, measured: Callable[[bytes], Strength]) -> tuple[str, Strength]:
    if isinstance(field.data, str):
        return field.data, measured(field.bytes)
    text = field.data.decode("latin-1")
    return text, measure(text)


def _each(
    keys: RoomKeys, value: Value, origin: Origin, measured_bytes: Callable[[bytes], Strength]
) -> Iterator[Fingerprint]:
    source = fingerprint.Origin.GIVEN
    if origin is Origin.GENERATED:
        source = fingerprint.Origin.GENERATED
    for name, field in _secret(value):
        text, measured = _measured(field, measured_bytes)
        strength = fingerprint.Strength(int(measured.bits), source)
        strong = strength.bits >= fingerprint.MATCH_BITS_MIN and not measured.sentinel
        data = field.bytes.strip()
        yield Fingerprint(
            field=name,
            match=fingerprint.match(keys, data, strength) if strong else None,
            display=fingerprint.display(keys, data, strength) if strong else None,
            chars=len(text),
            classes=" ".join(measured.classes),
        )
        inner = url_password(text) if strong else None
        if inner is not None:
            # Two URLs differ by their hosts; it is the password that must not be the same.
            match = fingerprint.match(keys, inner.encode("utf-8", "replace").strip(), strength)
            yield Fingerprint(
                name + INNER, match, None, measured.length, " ".join(measured.classes)
            )
