"""Each promise of the kernel is broken on purpose once, and a test notices.

A promise whose test passes with the fault in place is not tested. The faults are those that
a careless change would make: a part dropped from associated data, a check left out.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.crypto import promises

from strongroom.crypto import (
    envelope,
    fingerprint,
    groups,
    holder,
    keyfile,
    keyring,
    ring,
    rowmac,
    seal,
    shamir,
    token,
)
from strongroom.crypto.encoding import fields, frame
from strongroom.crypto.passphrase import Cost

Patch = pytest.MonkeyPatch


def value_forgets(*names: str) -> Callable[[Patch], None]:
    def plant(patch: Patch) -> None:
        def aad(header: bytes, place: envelope.Binding) -> bytes:
            parts = {
                "room": place.room_id,
                "secret": place.secret_id,
                "version": place.version.to_bytes(8, "big"),
            }
            return header + fields(*(part for name, part in parts.items() if name not in names))

        patch.setattr(envelope, "_value_aad", aad)

    return plant


def wrap_forgets(*names: str) -> Callable[[Patch], None]:
    def plant(patch: Patch) -> None:
        def aad(header: bytes, place: envelope.Binding) -> bytes:
            parts = {
                "room": place.room_id,
                "environment": place.environment.encode(),
                "path": place.path.encode(),
                "secret": place.secret_id,
                "version": place.version.to_bytes(8, "big"),
            }
            return header + fields(*(part for name, part in parts.items() if name not in names))

        patch.setattr(envelope, "_wrap_aad", aad)

    return plant


def keys_are_not_asked_for_their_environment(patch: Patch) -> None:
    class Anywhere(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return True

        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = str.__hash__

    dev = envelope.Kek(promises.DEV_KEK.id, promises.DEV_KEK.secret, Anywhere("development"))
    patch.setattr(promises, "DEV_KEK", dev)


def data_keys_have_no_id(patch: Patch) -> None:
    patch.setattr(secrets, "token_bytes", lambda size: b"\x07" * size)


def row_forgets(**kept: Any) -> Callable[[Patch], None]:
    def plant(patch: Patch) -> None:
        real = rowmac._encode

        def encode(
            table: str,
            key: tuple[rowmac.Value, ...],
            content: Mapping[str, rowmac.Value],
            change_seq: int,
        ) -> bytes:
            row: dict[str, Any] = {"table": table, "key": key, "content": content}
            row |= {"change_seq": change_seq} | kept
            return real(row["table"], row["key"], row["content"], row["change_seq"])

        patch.setattr(rowmac, "_encode", encode)

    return plant


def plainly(patch: Patch) -> None:
    """Each column by `_value`: the kernel spells the common ones out, and no fault would bite."""

    def pieces(
        table: str,
        key: tuple[rowmac.Value, ...],
        content: Mapping[str, rowmac.Value],
        change_seq: int,
    ) -> list[bytes]:
        found = [rowmac._HEAD, rowmac._name(table), change_seq.to_bytes(8, "big")]
        found += [bytes((len(key),)), *map(rowmac._value, key), bytes((len(content),))]
        for column in sorted(content):
            found += [rowmac._name(column), rowmac._value(content[column])]
        return found

    patch.setattr(rowmac, "_pieces", pieces)


def row_columns_have_no_types(patch: Patch) -> None:
    plainly(patch)
    patch.setattr(rowmac, "_value", lambda value: frame(b"", str(value).strip("b'").encode()))


def row_columns_have_no_names(patch: Patch) -> None:
    real = rowmac._name
    patch.setattr(rowmac, "_name", lambda text: b"" if len(text) == 1 else real(text))


def row_columns_have_no_lengths(patch: Patch) -> None:
    plainly(patch)
    patch.setattr(rowmac, "_name", lambda _: b"")
    patch.setattr(rowmac, "_value", lambda value: str(value).encode())


def an_absent_mac_passes(patch: Patch) -> None:
    real = rowmac.check_row
    patch.setattr(rowmac, "check_row", lambda *row: row[-1] and real(*row))


def any_tag_passes(patch: Patch) -> None:
    patch.setattr(hmac, "compare_digest", lambda _a, _b: True)


def lookups_are_bare_hashes(patch: Patch) -> None:
    patch.setattr(token, "_lookup", lambda _, text: hmac.digest(b"", text, "sha256"))


def purposes_are_ignored(patch: Patch) -> None:
    real = keyring.derive
    patch.setattr(keyring, "derive", lambda key, room_id, _: real(key, room_id, "one"))


def rooms_are_ignored(patch: Patch) -> None:
    real = keyring.derive
    patch.setattr(keyring, "derive", lambda key, _, purpose: real(key, b"", purpose))


def export_ids_are_ignored(patch: Patch) -> None:
    real = keyring.derive
    patch.setattr(keyring, "derive", lambda key, room_id, p: real(key, room_id, p.rstrip("ab")))


def slot_forgets_its_place(patch: Patch) -> None:
    real = seal._keys
    patch.setattr(
        seal,
        "_keys",
        lambda slot, _, root: real(seal.Slot(b"", slot.kind, "room", b"", b""), b"", root),
    )


def tags_forget(what: str) -> Callable[[Patch], None]:
    def plant(patch: Patch) -> None:
        real = holder.tag_of

        def tag(room: bytes, name: str, key: bytes, anchor: bytes, id_: bytes, pub: bytes) -> bytes:
            nothing = bytes(32)
            key, anchor = (nothing, anchor) if what == "key" else (key, nothing)
            return real(room, name, key, anchor, id_, pub)

        for module in (holder, ring, promises):
            patch.setattr(module, "tag_of", tag)

    return plant


def slot_aad_is_empty(patch: Patch) -> None:
    patch.setattr(seal, "_aad", lambda *_: b"")


def any_commitment_passes(patch: Patch) -> None:
    patch.setattr(hmac, "compare_digest", lambda _a, _b: True)


def any_checksum_passes(patch: Patch) -> None:
    class Same(bytes):
        __hash__ = bytes.__hash__

        def __eq__(self, other: object) -> bool:
            return True

        def __ne__(self, other: object) -> bool:
            return False

    real = keyfile._checksum
    patch.setattr(keyfile, "_checksum", lambda line: Same(real(line)))


FAULTS: list[tuple[str, Callable[[], None], Callable[[Patch], None]]] = [
    ("value without its room", promises.ALL[0], value_forgets("room")),
    ("value without its secret", promises.ALL[0], value_forgets("secret")),
    ("value without its version", promises.ALL[0], value_forgets("version")),
    ("wrap without its room", promises.ALL[1], wrap_forgets("room")),
    ("wrap without its secret", promises.ALL[1], wrap_forgets("secret")),
    ("wrap without its path", promises.ALL[1], wrap_forgets("path")),
    ("wrap without its version", promises.ALL[1], wrap_forgets("version")),
    (
        "wrap without its environment",
        promises.a_data_key_unwraps_only_in_its_environment,
        wrap_forgets("environment"),
    ),
    (
        "keys are not asked for their environment",
        promises.the_key_of_one_environment_plants_nothing_in_another,
        keys_are_not_asked_for_their_environment,
    ),
    (
        "all data keys are one",
        promises.a_value_opens_with_its_own_data_key_only,
        data_keys_have_no_id,
    ),
    ("nothing is drawn at random", promises.every_seal_draws_anew, data_keys_have_no_id),
    (
        "row without its table",
        promises.a_row_is_bound_to_table_key_content_and_change,
        row_forgets(table="t"),
    ),
    (
        "row without its key",
        promises.a_row_is_bound_to_table_key_content_and_change,
        row_forgets(key=()),
    ),
    (
        "row without its content",
        promises.a_row_is_bound_to_table_key_content_and_change,
        row_forgets(content={}),
    ),
    (
        "row without its change_seq",
        promises.a_row_is_bound_to_table_key_content_and_change,
        row_forgets(change_seq=0),
    ),
    (
        "row columns without types",
        promises.a_row_is_bound_to_table_key_content_and_change,
        row_columns_have_no_types,
    ),
    (
        "row columns without names",
        promises.a_row_is_bound_to_table_key_content_and_change,
        row_columns_have_no_names,
    ),
    (
        "row columns without lengths",
        promises.values_do_not_slide_between_columns,
        row_columns_have_no_lengths,
    ),
    ("an absent MAC passes", promises.a_row_without_a_mac_is_refused, an_absent_mac_passes),
    ("any tag passes", promises.a_forged_token_is_refused_without_a_query, any_tag_passes),
    ("lookups without a key", promises.tokens_are_stored_under_a_key, lookups_are_bare_hashes),
    ("one key for all uses", promises.every_use_has_its_own_key, purposes_are_ignored),
    ("one key for all rooms", promises.every_use_has_its_own_key, rooms_are_ignored),
    ("one key for all exports", promises.every_use_has_its_own_key, export_ids_are_ignored),
    (
        "weak values are let through",
        promises.weak_values_get_no_fingerprint,
        lambda patch: patch.setattr(fingerprint, "_require", lambda *_: None),
    ),
    (
        "one key to show and to match",
        promises.what_is_shown_cannot_be_looked_up,
        purposes_are_ignored,
    ),
    (
        "slot keys without their place",
        promises.a_slot_opens_only_its_own_key_in_its_own_room,
        slot_forgets_its_place,
    ),
    (
        "slot blob without its place",
        promises.a_slot_opens_only_its_own_key_in_its_own_room,
        slot_aad_is_empty,
    ),
    (
        "commitments are not compared",
        promises.the_commitment_is_checked_before_the_cipher,
        any_commitment_passes,
    ),
    (
        "any enrolment passes",
        promises.only_who_has_a_key_enrols_a_holder_for_it,
        lambda patch: patch.setattr(ring, "is_enrolled", lambda *_: True),
    ),
    (
        "tags without the key",
        promises.only_who_has_a_key_enrols_a_holder_for_it,
        tags_forget("key"),
    ),
    ("tags without the anchor", promises.nobody_plants_a_key_for_a_holder, tags_forget("anchor")),
    (
        "tags are not looked at when a slot is opened",
        promises.nobody_plants_a_key_for_a_holder,
        lambda patch: patch.setattr(ring, "is_enrolled", lambda *_: True),
    ),
    (
        "own slots are made with the public half",
        promises.an_anchor_comes_from_whoever_had_the_credential,
        lambda patch: patch.setattr(holder.Own, "root", lambda *_: bytes(32)),
    ),
    (
        "any cost is bearable",
        promises.no_slot_stops_the_machine,
        lambda patch: patch.setattr(Cost, "bearable", property(lambda _: True)),
    ),
    (
        "rooms of key files are not compared",
        promises.a_key_file_of_another_room_is_named,
        lambda patch: patch.setattr(
            keyfile.KeyFile, "root", lambda file, _room_id, _params: file.secret
        ),
    ),
    (
        "digests of shares are not compared",
        promises.a_false_share_is_named,
        lambda patch: patch.setattr(shamir.ShareSet, "check", lambda *_: None),
    ),
    (
        "polynomials are constant",
        promises.fewer_shares_say_nothing,
        lambda patch: patch.setattr(
            shamir, "points", lambda rows, count: [(x, rows[0]) for x in range(1, count + 1)]
        ),
    ),
    (
        "the field is that of bytes modulo 256",
        promises.fewer_shares_say_nothing,
        lambda patch: patch.setattr(shamir, "_times", lambda one, two: one * two % 256),
    ),
    ("any checksum passes", promises.a_damaged_key_file_is_named, any_checksum_passes),
    (
        "groups are not checked",
        promises.a_mistyped_group_is_named,
        lambda patch: patch.setattr(groups, "check", lambda _group, _number: 0),
    ),
]


@pytest.mark.parametrize("promise", promises.ALL, ids=lambda promise: promise.__name__)
def test_the_promise_is_kept(promise: Callable[[], None]) -> None:
    promise()


@pytest.mark.parametrize(
    ("promise", "plant"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_the_fault_is_noticed(
    promise: Callable[[], None], plant: Callable[[Patch], None], monkeypatch: Patch
) -> None:
    rowmac._columns.cache_clear()
    plant(monkeypatch)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        promise()
    rowmac._columns.cache_clear()


@pytest.mark.parametrize("promise", promises.ALL, ids=lambda promise: promise.__name__)
def test_what_faults_are_planted_in_is_the_kernel_itself(
    promise: Callable[[], None], monkeypatch: Patch
) -> None:
    row = ("t", (1, "k"), {"a": b"x", "b": None, "c": "text", "d": 5}, 7)
    before = rowmac.row_mac(bytes(32), *row)
    plainly(monkeypatch)

    assert before == rowmac.row_mac(bytes(32), *row)
    promise()


def test_every_promise_has_a_fault() -> None:
    assert set(promises.ALL) == {promise for _, promise, _ in FAULTS}
