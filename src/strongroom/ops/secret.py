"""Operations on secrets: write, generate, read, list, show. Each goes through the gate once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from strongroom.db.tables import work
from strongroom.db.tables.rotations import RULE
from strongroom.db.tables.secrets import VERSION
from strongroom.errors import ConflictError, InvalidError, NotFoundError
from strongroom.gate import reading
from strongroom.gate.changes.reject import RejectWrite
from strongroom.gate.changes.secret import AddVersion, CreateSecret, Made, Origin
from strongroom.gate.changes.secret import Value as Kept
from strongroom.gate.operation import Failed, ReadRequest, Refused
from strongroom.gate.views import ListFolder, Shown, ShowSecret
from strongroom.gate.writer import Change
from strongroom.generate.strength import Measurer
from strongroom.model.address import Address, is_path
from strongroom.model.label import NO_LABEL, Label
from strongroom.model.policy import Environment
from strongroom.model.principal import Verb
from strongroom.ops import parts
from strongroom.ops.local import Local, delivered, done, refusal
from strongroom.secret.prints import fingerprints
from strongroom.secret.terms import Terms, find_type, owner, terms
from strongroom.secret.value import SINGLE, Field, Value

VERSION_MAX: Final = 2**31


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """A value for an address. `type` and `owner` are needed when there is no secret there yet.

    `days` until it expires, by default the period of its type. `after` is the version that
    must be current (0: none), for callers who read before they wrote.
    """

    address: Address
    value: Value = field(repr=False)
    type: str | None = None
    owner: str | None = None
    days: int | None = None
    after: int | None = None
    description: str = ""
    reason: str = ""
    label: Label = NO_LABEL


@dataclass(frozen=True, slots=True)
class Written:
    """A version that was written; never its value."""

    address: str
    version: int
    type: str
    expires_us: int
    change_seq: int
    bits: float | None = None
    finding: str | None = None  # what a check of the room will say about it
    note: str | None = None  # what is to be known of it beside


@dataclass(frozen=True, slots=True)
class Read:
    """A value and what is known about it. Its representation hides the value."""

    address: str
    version: int
    type: str
    created_us: int
    expires_us: int
    change_seq: int
    value: Value = field(repr=False)


def write(room: Local, request: WriteRequest, origin: Origin = Origin.GIVEN) -> Written:
    """Keep a value: the first one of a new secret, or the next version of one.

    Raises:
        DeniedError: the reason's code.
        InvalidError: `environment-unknown`, `type-unknown`, `type-missing`, `owner-missing`,
            `expiry-too-far`, `value-refused` (recorded), and those of `Value.encode`.
        ConflictError: `version-not-current`, `secret-deleted`, `secret-frozen`, `value-unchanged`.
    """
    environment(room, request.address.environment)
    request.value.encode()  # what cannot be kept is said before anything is asked
    if request.type is None:
        # Only a secret that is there tells its type; whether there is one is for the gate to say.
        found = _terms_of(room, request)
    else:
        found = terms(room.policy, request.type, room.now_us(), days=request.days)
    return keep(room, request, found, origin)


def keep(room: Local, request: WriteRequest, found: Terms, origin: Origin) -> Written:
    """Keep a value on terms that are known, if the policy admits it; raises as `write`."""
    # Here, since the compiler behind it takes longer to import than a read takes.
    from strongroom.ops import admission  # noqa: PLC0415

    parts.check(room, request.address, request.value.references())
    measured = Measurer()  # for both, since to measure takes the longest
    prints = fingerprints(room.keys, request.value, origin, measured)
    kept = Kept(request.value.encode(), found.expires_us, origin, prints)
    change = _change(request, found, kept)
    where = (room.policy, found.type.id, request.address.environment)
    refused = admission.refusal(*where, request.value, measured)
    if refused is not None:
        change = RejectWrite(request.address, refused)
    answer = room.gate.change(room.caller, change, request.reason)
    made = done(answer)
    assert isinstance(made, Made)
    ends_us = None if request.type else _ends_us(room, made)
    return Written(
        str(request.address), made.version, found.type.id, ends_us or found.expires_us, answer.change_seq,
        finding=admission.by_hand(*where) if origin is Origin.GIVEN else None,
        note=_apart(room, request.address, made.secret_id) if request.type is None else None,
    )  # fmt: skip


def _ends_us(room: Local, made: Made) -> int | None:
    """When it expires: what was there before lives no longer for being written once more."""
    row = room.gate.consult(lambda desk: VERSION.get(desk.db, *made))
    return None if row is None else row.expires_us


def _apart(room: Local, address: Address, secret_id: bytes) -> str | None:
    """That a value was written which the secret's target may not have."""
    if room.gate.consult(lambda desk: RULE.get(desk.db, secret_id)) is None:
        return None
    return (
        "its target was not told of this value:"
        f" `strongroom rotate reconcile {address}` asks which one is valid there"
    )


def generate_into(
    room: Local,
    request: WriteRequest,
    *,
    bits: int | None = None,
    field: str | None = None,
    templates: Mapping[str, str] = MappingProxyType({}),
) -> Written:
    """Generate a value by the policy's rules for the type and keep it; it is shown to nobody.

    With `field`, that one is generated; the others are those of `request` and the composites of
    `templates`, and otherwise as they are now. To keep them they are read with the verb of a
    rotation, which is recorded; and the version that was read must still be the current one.

    Raises as `write`, and `provider-issues` for types that others issue, `field-derived`.
    """
    # Here, since the compiler behind it takes longer to import than a read takes.
    from strongroom.ops.generate import GenerateRequest, generate  # noqa: PLC0415

    type_id = request.type or _terms_of(room, request).type.id
    known = find_type(room.policy, type_id)
    made = generate(
        GenerateRequest(known.id, environment=request.address.environment, bits=bits), room.policy
    )
    fresh = made.values[0]
    text = fresh.value.rstrip("\n") if "BEGIN" not in fresh.value else fresh.value
    if field is None:
        request = replace(request, value=Value.single(text))
    else:
        request = _with_field(room, request, field, text, templates)
    # A version is what its weakest field is: beside another secret nobody vouches for all of it.
    others = {n for n, f in request.value.fields.items() if f.secret and f.template is None}
    origin = Origin.GENERATED if others <= {field or SINGLE} else Origin.GIVEN
    written = write(room, request, origin)
    return replace(written, bits=made.bits)


def _with_field(
    room: Local, request: WriteRequest, name: str, text: str, templates: Mapping[str, str]
) -> WriteRequest:
    """The request with one field that was generated beside the others."""
    given, after = request.value, request.after
    if request.type is None:
        asked = ReadRequest(request.address, None, Verb.ROTATE)
        found = delivered(reading.read(room.gate, room.caller, [asked], request.reason)[0])
        given = Value({**Value.decode(found.value).fields, **given.fields})
        after = found.version if after is None else after
    old = given.fields.get(name)
    if name in templates or (old is not None and old.template is not None):
        raise InvalidError(
            "field-derived",
            "that field is put together from others",
            fix="generate one of those",
        )
    kept = {n: f for n, f in given.fields.items() if n not in templates}
    value = Value({**kept, name: Field(text)}).composed(templates)
    return replace(request, value=value, after=after)


def read(
    room: Local,
    address: Address,
    *,
    version: int | None = None,
    field: str | None = None,
    verb: Verb = Verb.READ,
    reason: str = "",
    kind: str = "",
) -> Read:
    """A value; it returns only after its record is durable.

    What a composite needs of other secrets is read for the same caller and recorded beside it;
    with `field`, only what that one needs. `kind` as in `ReadRequest`.

    Raises:
        InvalidError: `version-invalid`, `reference-nested`, `field-unknown`, `field-needed`.
        DeniedError: the reason's code. NotFoundError: `version-unknown`, `version-none`, ….
    """
    if version is not None:
        version = version_number(version)
    asked = [ReadRequest(address, version, verb, kind)]
    (answer,) = reading.read(room.gate, room.caller, asked, reason)
    found = delivered(answer)
    value = Value.decode(found.value)
    wanted = value.references(field)
    if wanted:
        others = parts.read(room, address.environment, wanted, verb, reason)
        value = value.resolved({one: part.data for one, part in others.items()})
    return Read(
        str(address), found.version, found.type, found.created_us, found.expires_us,
        found.change_seq, value,
    )  # fmt: skip


def show(room: Local, address: Address) -> Shown:
    """Everything about a secret but its values."""
    shown = done(room.gate.look(room.caller, ShowSecret(address)))
    assert isinstance(shown, Shown)
    return shown


def list_folder(room: Local, environment_id: str, folder: str = "") -> list[str]:
    """The names directly under a folder; sub-folders end in `/`."""
    found = done(room.gate.look(room.caller, ListFolder(environment_id, folder)))
    assert isinstance(found, list)
    return found


def version_number(n: int) -> int:
    """A number that a version can have.

    Raises:
        InvalidError: `version-invalid`.
    """
    if not 1 <= n <= VERSION_MAX:
        raise InvalidError(
            "version-invalid",
            "versions count from 1",
            fix="`strongroom secret history ADDRESS` shows those that exist",
        )
    return n


def folder(room: Local, text: str) -> tuple[str, str]:
    """Read `environment` or `environment/folder`; the folder is `""` for all of it.

    Raises:
        InvalidError: `environment-unknown`, `folder-invalid`.
    """
    word, slash, path = text.removesuffix("/").partition("/")
    known = environment(room, word)
    if slash and not is_path(path):
        raise InvalidError(
            "folder-invalid",
            "a folder is an environment and the beginning of a path",
            fix="write it as environment/folder, e.g. production/customer-api",
        )
    return known.id, path


def environment(room: Local, word: str) -> Environment:
    """The environment whose id is `word`: an alias is answered with the id to write instead.

    Raises:
        InvalidError: `environment-unknown`.
    """
    known = room.policy.environment(word)
    if known is not None and known.id == word:
        return known
    ids = [e.id for e in room.policy.environments]
    raise InvalidError(
        "environment-unknown",
        "addresses begin with the id of an environment of the policy",
        fix=f"write {known.id}/…" if known else f"one of {', '.join(ids)}",
    )


def _terms_of(room: Local, request: WriteRequest) -> Terms:
    """The terms of the secret that is there already."""
    try:
        answer = room.gate.look(room.caller, ShowSecret(request.address))
    except NotFoundError:
        answer = None
    if isinstance(answer, Refused) and answer.code != "secret-unknown":
        raise refusal(answer)
    if answer is None or isinstance(answer, Refused | Failed):
        raise InvalidError(
            "type-missing",
            "a new secret has a type and an owner (P-2, P-10.3)",
            fix="add --type and --owner; `strongroom policy show` lists the types",
        )
    shown = answer.result
    assert isinstance(shown, Shown)
    return terms(room.policy, shown.secret.type, room.now_us(), days=request.days)


def _change(request: WriteRequest, found: Terms, kept: Kept) -> Change:
    if request.type is not None:
        name = owner(request.owner)
        return CreateSecret(
            request.address, found.type.id, name, kept,
            description=request.description, label=request.label,
        )  # fmt: skip
    if request.owner is not None or request.label != NO_LABEL:
        raise ConflictError(
            "secret-exists",
            "there is a secret at that address already; a new version keeps its owner and labels",
            fix="leave --owner, --tag, --backup and --client out; `strongroom secret update`"
            " changes them",
        )
    return AddVersion(request.address, kept, after=request.after)


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version without its value."""

    version: int
    state: str
    compromised: bool
    origin: str
    created_us: int
    expires_us: int
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class SecretShown:
    """A secret without any value; versions newest first."""

    address: str
    id: str
    type: str
    owner: str
    store: str
    state: str
    frozen: bool
    description: str
    current: int | None
    created_us: int
    tags: tuple[str, ...]
    backup: str
    client: str
    versions: tuple[VersionShown, ...]


def describe(room: Local, address: Address) -> SecretShown:
    """Everything about a secret but its values, with the fingerprints that people compare."""
    shown = show(room, address)
    prints = room.gate.consult(
        lambda desk: {
            row.n: row.display
            for version in shown.versions
            for row in work.fingerprints_of(desk.db, shown.secret.id, version.n)
            if row.display is not None
        }
    )
    secret = shown.secret
    return SecretShown(
        address=str(address),
        id=secret.id.hex(),
        type=secret.type,
        owner=secret.owner,
        store=secret.store,
        state=secret.state,
        frozen=bool(secret.frozen),
        description=secret.description,
        current=shown.current,
        created_us=secret.created_us,
        tags=shown.label.tags,
        backup=shown.label.backup,
        client=shown.label.client,
        versions=tuple(
            VersionShown(
                v.n, v.state, bool(v.compromised), Origin(v.origin).word, v.created_us, v.expires_us,
                prints.get(v.n),
            )
            for v in shown.versions
        ),
    )  # fmt: skip
