"""Keys that we give to our clients: issued, checked, rolled, revoked, listed.

Their records (docs/spec/api-key-record.md) are the value of one secret, the record set; the pepper that
they are made with is another one. No key is kept anywhere: it is in the answer of `issue` and `roll`,
once, after its record is durable.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from strongroom.errors import ConfigError, ConflictError, InvalidError, NotFoundError, RequestError
from strongroom.gate import reading
from strongroom.gate.changes.secret import Origin
from strongroom.generate import api_key
from strongroom.generate.kinds import Kind
from strongroom.generate.strength import measure
from strongroom.keysets import api_key_records
from strongroom.keysets.api_key_records import Record, RecordSet
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.ops.local import Local
from strongroom.ops.standards import brand, environment, marker, standards, subject
from strongroom.secret.value import SINGLE, Field, Value

ACTIVE_MAX: Final = 2  # of one client: the one in use and the next
KEPT_S: Final = 90 * 86_400  # how long a record of an ended key is still listed
PEPPER_BITS_MIN: Final = 256
ID_CHARS: Final = 8
TRIES: Final = 5
_HOUR_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class KeySetRequest:
    """Which keys: the address of the record set, and of the pepper where it is not beside it.

    `owner`, `type` and `brand` are needed where the room cannot know them: owner and type for the first
    key, which makes both secrets; the brand where the policy has no prefix.
    """

    records: Address
    pepper: Address | None = None
    owner: str | None = None
    type: str | None = None
    brand: str | None = None
    reason: str = ""

    @property
    def pepper_at(self) -> Address:
        """Where the pepper is."""
        return self.pepper or Address(self.records.environment, f"{self.records.path}_PEPPER")


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key, of which there is no other copy. Its representation hides it."""

    key: str = field(repr=False)
    id: str
    client: str
    scopes: tuple[str, ...]
    expires_s: int | None
    old_until_s: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A key as its record has it. `state` is `active`, `ending` (it has an end to come) or `ended`."""

    id: str
    client: str
    scopes: tuple[str, ...]
    state: str
    expires_s: int | None


def issue(
    room: Local,
    request: KeySetRequest,
    client: str,
    scopes: Sequence[str] = (),
    days: int | None = None,
) -> Issued:
    """A key for `client`, valid for `days`, by default until it is revoked.

    Raises:
        ConflictError: `api-keys-two`. InvalidError: `owner-missing`, `type-missing`, `api-key-brand`,
            `api-key-record-invalid`, `expiry-past`. And those of reading and writing both secrets.
    """
    if days is not None and not 1 <= days <= 3_650:
        raise InvalidError("expiry-past", "a key is valid for 1 to 3,650 days")
    fresh = _fresh(room, request)
    pepper = _pepper(room, request, make=True)
    now_s = room.now_us() // 1_000_000
    ends = None if days is None else now_s + days * 86_400
    made = _record(pepper, fresh, client, tuple(scopes), ends)

    def add(records: list[Record]) -> list[Record]:
        if len(_active(records, client, now_s)) >= ACTIVE_MAX:
            raise _two()
        return [*records, made]

    _change(room, request, add)
    return Issued(fresh, made.id[:ID_CHARS], client, made.scopes, ends)


def roll(
    room: Local, request: KeySetRequest, client: str, grace_hours: int | None = None
) -> Issued:
    """Another key for `client` with the scopes of the one it has, which ends after the grace.

    Raises:
        NotFoundError: `api-key-client-unknown`. ConflictError: `api-keys-two`.
        InvalidError: `grace-outside-policy`. As `issue` otherwise.
    """
    bounds = room.policy.rotation
    hours = bounds.grace_hours_min if grace_hours is None else grace_hours
    if not bounds.grace_hours_min <= hours <= bounds.grace_hours_max:
        raise InvalidError(
            "grace-outside-policy",
            f"a grace is {bounds.grace_hours_min} to {bounds.grace_hours_max} hours (P-5.10)",
            fix="choose a time within, or end the old key at once with `strongroom apikey revoke`",
        )
    fresh = _fresh(room, request)
    pepper = _pepper(room, request)
    now_s = room.now_us() // 1_000_000
    until_s = now_s + hours * _HOUR_S
    made: list[Record] = []

    def change(records: list[Record]) -> list[Record]:
        active = _active(records, client, now_s)
        if not active:
            raise _nobody()
        if len(active) >= ACTIVE_MAX:
            raise _two()
        old = active[0]
        made[:] = [_record(pepper, fresh, client, old.scopes, old.expires_s)]
        return [*(_ended(one, until_s) if one is old else one for one in records), *made]

    _change(room, request, change)
    ends = made[0].expires_s
    return Issued(
        fresh, made[0].id[:ID_CHARS], client, made[0].scopes, None if ends is None else int(ends),
        until_s,
    )  # fmt: skip


def revoke(
    room: Local, request: KeySetRequest, client: str, id_: str | None = None
) -> list[Listed]:
    """End all keys of `client` now, or the one whose id begins so; those that were ended.

    Applications hear of it as of any new version: at once if they watch, else within their `ttl`.

    Raises:
        NotFoundError: `api-key-client-unknown`; nobody of that name has such a key.
    """
    now_s = room.now_us() // 1_000_000
    ended: list[Record] = []

    def change(records: list[Record]) -> list[Record]:
        chosen = [one for one in _active(records, client, now_s) if one.id.startswith(id_ or "")]
        if not chosen:
            raise _nobody()
        ended[:] = [_ended(one, now_s) for one in chosen]
        by_id = {one.id: one for one in ended}
        return [by_id.get(one.id, one) for one in records]

    _change(room, request, change)
    return [_listed(one, now_s) for one in ended]


def verify(room: Local, request: KeySetRequest, presented: str) -> Listed:
    """Whose key it is.

    Raises:
        UnauthenticatedError: `api-key-malformed`, `api-key-environment`, `api-key-unknown`,
            `api-key-expired`. Nothing of the key is repeated.
    """
    env = environment(request.records.environment, standards(room.policy))
    key = api_key_records.well_formed(presented, _brand(room, request), marker(env))
    now_s = room.now_us() // 1_000_000
    _, records = _read_set(room, request)
    peppers = [_pepper(room, request)]
    for version in secret.show(room, request.pepper_at).versions:
        if version.state == "previous" and not version.compromised and version.deleted_us is None:
            _, text = _read(room, request.pepper_at, version.n, request.reason)
            peppers.append(text.encode())
    return _listed(api_key_records.holder_of(key, peppers, records, now_s), now_s)


def add(room: Local, request: KeySetRequest, client: str, key: str, like: str | None) -> None:
    """Keep a record of a key that was made elsewhere, with the scopes of `like`; again is no error.

    Raises:
        ConflictError: `api-keys-two`. As `issue` otherwise.
    """
    pepper, now_s = _pepper(room, request), room.now_us() // 1_000_000
    old_id = None if like is None else api_key_records.derived(pepper, like)[0]

    def change(records: list[Record]) -> list[Record]:
        old = next((one for one in records if one.id == old_id), None)
        made = _record(pepper, key, client, old.scopes if old else (), None)
        others = [one for one in records if one.id != made.id]
        if len(_active(others, client, now_s)) >= ACTIVE_MAX:
            raise _two()
        return [*others, made]

    _change(room, request, change)


def end(room: Local, request: KeySetRequest, key: str) -> None:
    """End a key now; one that nobody knows is left alone."""
    pepper, now_s = _pepper(room, request), room.now_us() // 1_000_000
    id_ = api_key_records.derived(pepper, key)[0]
    _change(
        room, request, lambda records: [_ended(r, now_s) if r.id == id_ else r for r in records]
    )


def listed(room: Local, request: KeySetRequest, client: str | None = None) -> list[Listed]:
    """The keys by client, in the order in which they were issued; no key can be had from it."""
    now_s = room.now_us() // 1_000_000
    _, records = _read_set(room, request)
    found = [_listed(one, now_s) for one in records.records if client in {None, one.who}]
    return sorted(found, key=lambda one: one.client)


def _change(
    room: Local, request: KeySetRequest, change: Callable[[list[Record]], list[Record]]
) -> None:
    """Write the record set as `change` wants it; once more if somebody else wrote meanwhile."""
    for left in reversed(range(TRIES)):
        version, records = _read_set(room, request, make=True)
        now_s = room.now_us() // 1_000_000
        kept = [one for one in records.records if (one.expires_s or now_s) > now_s - KEPT_S]
        text = api_key_records.written(change(kept))
        value = Value({SINGLE: Field(text, secret=False)})
        first = version == 0
        write = secret.WriteRequest(
            request.records, value, _type(room, request) if first else None,
            request.owner if first else None, after=version, reason=request.reason,
        )  # fmt: skip
        try:
            secret.write(room, write, Origin.GENERATED)
        except ConflictError as error:
            if left and error.code in {"version-not-current", "secret-exists"}:
                continue
            raise
        return


def _read_set(room: Local, request: KeySetRequest, *, make: bool = False) -> tuple[int, RecordSet]:
    try:
        version, text = _read(room, request.records, None, request.reason)
    except NotFoundError as error:
        if make and error.code in {"secret-unknown", "version-none"}:
            return 0, RecordSet("[]")
        raise
    return version, _configured(lambda: RecordSet(text))


def _pepper(room: Local, request: KeySetRequest, *, make: bool = False) -> bytes:
    """The pepper; the first key makes it.

    Raises:
        InvalidError: `api-key-pepper-weak`. As `secret.read` and `secret.generate_into`.
    """
    where = request.pepper_at
    try:
        _, text = _read(room, where, None, request.reason)
    except NotFoundError as error:
        if not make or error.code != "secret-unknown":
            raise
        secret.generate_into(
            room,
            secret.WriteRequest(
                where, Value.single(""), _type(room, request), request.owner,
                description=f"pepper of {request.records.path}", reason=request.reason,
            ),
            bits=PEPPER_BITS_MIN,
        )  # fmt: skip
        _, text = _read(room, where, None, request.reason)
    if (measure(text).bits or 0) < PEPPER_BITS_MIN:
        raise InvalidError(
            "api-key-pepper-weak",
            f"the pepper has less than {PEPPER_BITS_MIN} bits (P-4.1)",
            fix="strongroom secret generate ADDRESS",
        )
    return text.encode()


def _fresh(room: Local, request: KeySetRequest) -> str:
    env = environment(request.records.environment, standards(room.policy))
    bits = room.policy.generation.api_key_bits_min
    return api_key.generate(brand=_brand(room, request), marker=marker(env), bits_min=bits).value


def _brand(room: Local, request: KeySetRequest) -> str:
    rules = standards(room.policy)
    return request.brand or brand(rules.generation.api_key_prefix, rules)


def _type(room: Local, request: KeySetRequest) -> str:
    if request.type is not None:
        return request.type
    rules = standards(room.policy)
    ids = [one.id for one in room.policy.types]
    fit = [one for one in ids if subject(one, rules).kind is Kind.API_KEY]
    if len(fit) == 1:
        return fit[0]
    raise InvalidError(
        "type-missing",
        "the policy does not say which type API keys have",
        fix=f"name it with --type: {', '.join(fit or ids)}",
    )


def _read(room: Local, address: Address, n: int | None, reason: str) -> tuple[int, str]:
    """Version and text."""
    found = reading.again(lambda: secret.read(room, address, version=n, reason=reason))
    only = found.value.only
    if only is None or not isinstance(only.data, str):
        raise InvalidError(
            "api-key-records-invalid",
            "that secret has several fields, or bytes: it holds no records",
        )
    return found.version, only.data


def _record(
    pepper: bytes, key: str, who: str, scopes: tuple[str, ...], ends: float | None
) -> Record:
    id_, digest = api_key_records.derived(pepper, key)
    return _configured(lambda: Record(id_, digest, who, scopes, ends))


T = TypeVar("T")


def _configured(work: Callable[[], T]) -> T:
    """What `work` gives; what it says of a configuration is said of what was asked for here."""
    try:
        return work()
    except ConfigError as error:
        found: RequestError = InvalidError(error.code, error.message, fix=error.fix)
    raise found


def _active(records: Sequence[Record], client: str, now_s: int) -> list[Record]:
    return [one for one in records if one.who == client and not _is_over(one, now_s)]


def _is_over(one: Record, now_s: int) -> bool:
    return one.expires_s is not None and one.expires_s <= now_s


def _ended(one: Record, at_s: int) -> Record:
    return replace(one, expires_s=at_s if one.expires_s is None else min(one.expires_s, at_s))


def _listed(one: Record, now_s: int) -> Listed:
    state = "active" if one.expires_s is None else "ended" if _is_over(one, now_s) else "ending"
    ends = None if one.expires_s is None else int(one.expires_s)
    return Listed(one.id[:ID_CHARS], one.who, one.scopes, state, ends)


def _two() -> ConflictError:
    return ConflictError(
        "api-keys-two",
        f"that client has {ACTIVE_MAX} keys already, the one in use and the next",
        fix="end one of them: strongroom apikey revoke … --id ID",
    )


def _nobody() -> NotFoundError:
    return NotFoundError(
        "api-key-client-unknown",
        "no client of that name has such a key",
        fix="`strongroom apikey list` shows who has one",
    )
