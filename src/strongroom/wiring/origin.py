"""The room as an origin: what an application has below its folder, read as the user it runs as."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.errors import (
    ConfigError,
    DeniedError,
    NotFoundError,
    RequestError,
    StrongroomError,
)
from strongroom.gate.operation import ReadRequest
from strongroom.model.address import Address
from strongroom.ops import delivery
from strongroom.ops.delivery import Item, Version
from strongroom.ops.local import Local
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.origin.names import SINGLE, candidates, name_of, together
from strongroom.wiring.resident import Resident

AGENT: Final = "strongroom/runtime"
KEPT_MAX: Final = 10_000
LOGGER: Final = "strongroom.origin"


class _Folder(NamedTuple):
    """What an application has: whole paths, by what they are below its folder.

    `shapes` are names of the fields that versions had when they were read, `within` what was in
    a delivery of a name and a version: its secret, and those that a composite is made of.
    """

    room: Local
    environment: str
    paths: Mapping[str, str]
    shapes: dict[Version, tuple[str, ...]]
    within: dict[tuple[str, int], dict[Address, int]]

    def address(self, path: str) -> Address:
        return Address(self.environment, self.paths[path])


class _Seen(NamedTuple):
    """How far the changes of an instance of the room were looked at, and the last that matters."""

    instance: bytes
    head: int
    mark: int


class RoomOrigin:
    """See the module."""

    def __init__(
        self, folder: Path | None, application: Application, environment: Environment
    ) -> None:
        self._resident = Resident(folder, f"{AGENT} {application.name}")
        self._application = application.name
        self._below = application.folder
        self._environment = environment.name
        self._told: frozenset[str] = frozenset()
        self._seen = _Seen(b"", 0, 0)
        self._shapes: dict[Version, tuple[str, ...]] = {}
        self._within: dict[tuple[str, int], dict[Address, int]] = {}

    @property
    def label(self) -> str:
        """`the room at …`."""
        return self._resident.label

    def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
        """As the interface says; what may not be read is left out only where no name is given.

        Raises:
            DeniedError: a name may not be read; `folder-denied`: of all that there are, nothing.
            ConflictError: `name-collision`. LimitError: `folder-too-large`.
            ConfigError: `secret-undecodable`, `environment-unknown`, and as `Resident.use`.
        """
        with self._resident.use(reads=True) as room:
            folder = self._folder(room)
            if names is None:
                return self._all(folder)
            found = {name: _versions(folder, name) for name in dict.fromkeys(names)}
            return {name: versions[0] for name, versions in found.items() if versions}

    def versions(self, name: str) -> tuple[Delivery, ...]:
        """As the interface says; raises as `fetch`."""
        with self._resident.use(reads=True) as room:
            return _versions(self._folder(room), name, grace=True)

    def mark(self) -> str:
        """The number of the last change that may touch what this application is given."""
        with self._resident.use() as room:
            others = {address for within in self._within.values() for address in within}
            known = self._seen if self._seen.instance == room.instance_id else _Seen(b"", 0, 0)
            environment = self._environment_in(room)
            head, touched = delivery.news(room, environment, self._below, others, known.head)
            self._seen = _Seen(room.instance_id, head, head if touched else known.mark)
            return f"{room.instance_id.hex()[:8]}-{self._seen.mark}"

    def acknowledge(self, instance: str, used: Mapping[str, int]) -> None:
        """As the interface says, of parts of composites too; what can be said is.

        Raises:
            NotFoundError: `secret-unknown`, `version-unknown`, and as `use.acknowledge`.
        """
        # Here, since the start of a program needs it not yet.
        from strongroom.ops import use  # noqa: PLC0415

        with self._resident.use(reads=True) as room:
            folder = self._folder(room)
            places: dict[Address, int] = {}
            unknown: StrongroomError | None = None
            for name, version in used.items():
                try:
                    found = _within(folder, name, version)
                except NotFoundError as error:
                    unknown = error
                    continue
                for address, n in found.items():
                    places[address] = min(n, places.get(address, n))  # the older one is held too
            use.acknowledge(room, self._application, instance, folder.environment, places)
            if unknown is not None:
                raise unknown

    def close(self) -> None:
        """As the interface says."""
        self._resident.close()

    def _environment_in(self, room: Local) -> str:
        environment = room.policy.environment(self._environment)
        if environment is None:
            raise ConfigError(
                "environment-unknown",
                "the policy of the room has no such environment",
                fix=f"one of {', '.join(e.id for e in room.policy.environments)}",
            )
        return environment.id

    def _folder(self, room: Local) -> _Folder:
        environment = self._environment_in(room)
        paths = delivery.paths(room, environment, self._below)
        cut = len(self._below) + 1 if self._below else 0
        if len(self._shapes) + len(self._within) > KEPT_MAX:
            self._shapes.clear()
            self._within.clear()
        below = {path[cut:]: path for path in paths}
        return _Folder(room, environment, below, self._shapes, self._within)

    def _all(self, folder: _Folder) -> Mapping[str, Delivery]:
        reach = delivery.reach(folder.room, folder.environment, list(folder.paths.values()))
        if reach.refused and not reach.readable:
            code = next(iter(reach.refused.values()))
            raise DeniedError(
                "folder-denied",
                f"nothing below {folder.environment}/{self._below} may be read: {code}",
                fix="`strongroom access why read ADDRESS` shows every rule considered",
            )
        left = {
            f"{folder.environment}/{path} ({code})"
            for path, code in reach.refused.items()
            if path not in reach.hidden
        }
        inner = [path for path, whole in folder.paths.items() if whole in reach.readable]
        requests = [ReadRequest(folder.address(path)) for path in inner]
        found: list[Delivery] = []
        for path, item in zip(inner, delivery.deliver(folder.room, requests), strict=True):
            if isinstance(item, StrongroomError):
                _pass_over(item)
                if not isinstance(item, NotFoundError):
                    left.add(f"{folder.address(path)} ({item.code})")
                continue
            folder.shapes[item.key] = tuple(item.value.fields)
            for field in item.value.fields:
                try:
                    found.append(_delivery(folder, item, name_of(path, field), field))
                except (RequestError, ConfigError) as error:
                    left.add(f"{_place(item, field)} ({error.code})")
        together((one.name, one.place) for one in found)
        self._tell(frozenset(left))
        return {one.name: one for one in found}

    def _tell(self, left: frozenset[str]) -> None:
        """Once, what is left out: an application that does not need it goes on."""
        if left - self._told:
            import logging  # noqa: PLC0415 - a program that logs has it already

            logging.getLogger(LOGGER).warning(
                "left out, as it cannot be delivered: %s", ", ".join(sorted(left))
            )
        self._told = left


def connect(address: str, application: Application, environment: Environment) -> RoomOrigin:
    """The room in the folder `address`, or the one that the command line would find."""
    text = address.strip()
    return RoomOrigin(Path(text).expanduser() if text else None, application, environment)


def _versions(folder: _Folder, name: str, *, grace: bool = False) -> tuple[Delivery, ...]:
    """The current version of a name, with `grace` older ones too; none if it is nowhere.

    A path of that name counts before a field of a secret with a shorter one.
    """
    places = list(candidates(name, folder.paths))
    together((name, folder.paths[path]) for path, part in places if part is None)
    denied: StrongroomError | None = None
    for path, part in places:
        if part is not None and not _may_have(folder, path, name):
            continue
        found = _of(folder, path, name, grace=grace)
        if isinstance(found, StrongroomError):
            _pass_over(found)
            if part is None and isinstance(found, DeniedError):
                raise found  # never another secret in its place
            denied = denied or (found if isinstance(found, DeniedError) else None)
        elif found:
            return found
    if denied is not None:
        raise denied
    return ()


def _may_have(folder: _Folder, path: str, name: str) -> bool:
    """Whether a field of the secret at `path` may be called `name`; read once, it is known."""
    version = delivery.current(folder.room, folder.address(path))
    shape = None if version is None else folder.shapes.get(version)
    return shape is None or any(name_of(path, field) == name for field in shape)


def _of(
    folder: _Folder, path: str, name: str, *, grace: bool
) -> tuple[Delivery, ...] | StrongroomError:
    """What the secret at `path` has under `name`, or why it cannot be read."""
    address = folder.address(path)
    (first,) = delivery.deliver(folder.room, [ReadRequest(address)])
    if isinstance(first, StrongroomError):
        return first
    folder.shapes[first.key] = tuple(first.value.fields)
    items = [first]
    if grace:
        # After the read, so that one that stepped back meanwhile is not missed.
        older = [n for n in delivery.in_grace(folder.room, address) if n != first.version]
        for item in delivery.deliver(folder.room, [ReadRequest(address, n) for n in older]):
            if isinstance(item, StrongroomError):
                _pass_over(item)  # it was retired meanwhile
            else:
                items.append(item)
    found: list[Delivery] = []
    for item in items:
        fields = [one for one in item.value.fields if name_of(path, one) == name]
        together((name, _place(item, one)) for one in fields)
        current = item is first
        found += [_delivery(folder, item, name, one, current=current) for one in fields]
    return tuple(found)


def _pass_over(error: StrongroomError) -> None:
    """Raise what is not about one secret alone."""
    if not isinstance(error, RequestError):
        raise error


def _place(item: Item, field: str) -> str:
    return str(item.address) if field == SINGLE else f"{item.address}#{field}"


def _within(folder: _Folder, name: str, version: int) -> dict[Address, int]:
    """Which versions of which secrets a process uses that uses `version` of a name.

    Raises:
        NotFoundError: `secret-unknown`.
    """
    found = folder.within.get((name, version))
    if found is not None:
        return found
    # It was not delivered here: a process that started anew, with what it had kept.
    for path, part in candidates(name, folder.paths):
        if part is None or _may_have(folder, path, name):
            return {folder.address(path): version}
    raise NotFoundError("secret-unknown", f"{name} is not among the application's secrets")


def _delivery(
    folder: _Folder, item: Item, name: str, field: str, *, current: bool = True
) -> Delivery:
    place = _place(item, field)
    data, within = delivery.whole(folder.room, item, field)
    text = data if isinstance(data, str) else None
    if isinstance(data, bytes):
        # The decoder's error holds all of it.
        with suppress(UnicodeDecodeError):
            text = data.decode()
    if text is None:
        raise ConfigError("secret-undecodable", f"{place} is not UTF-8")
    folder.within[name, item.version] = within
    secret = item.value.fields[field].secret
    return Delivery(
        name, text, item.version, place, current=current, type=item.type,
        expires_us=item.expires_us, due_us=item.due_us,
        floors=item.floors if secret else (), secret=secret,
    )  # fmt: skip
