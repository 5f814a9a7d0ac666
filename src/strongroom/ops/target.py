"""Operations on targets: systems that hold credentials, and which secrets are rotated there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from strongroom.errors import NotFoundError
from strongroom.gate import rotations
from strongroom.gate.changes.target import PutTarget, RemoveTarget, SetRule, unknown
from strongroom.gate.rotations import ListTargets
from strongroom.model.address import Address
from strongroom.ops import rotate
from strongroom.ops.local import Local, done
from strongroom.ops.secret import environment
from strongroom.rotation.rotators import option_names, registry
from strongroom.rotation.rotators.interface import Check

NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TargetRequest:
    """A target. `admin` is the address of its admin credential, None where it needs none."""

    name: str
    environment: str
    rotator: str
    address: str = ""
    admin: Address | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target as a list shows it; `secrets` are rotated there."""

    name: str
    environment: str
    rotator: str
    address: str
    admin: str
    secrets: int


def add(room: Local, request: TargetRequest) -> str:
    """Add a target, or describe one anew; its name.

    Raises:
        NotFoundError: `rotator-unknown`. ConfigError: `rotator-unusable`.
        InvalidError: `environment-unknown`, `target-invalid`, `target-option`. LimitError: `target-options`.
        ConflictError: `target-elsewhere`.
    """
    option_names.given(registry.find(request.rotator), request.options)
    place = environment(room, request.environment).id
    admin = "" if request.admin is None else str(request.admin)
    change = PutTarget(
        place, request.name, request.rotator, request.address, admin, request.options
    )
    done(room.gate.change(room.caller, change))
    return request.name


def list_targets(room: Local, environment_id: str | None = None) -> list[TargetLine]:
    """The targets of an environment, or of all, by name."""
    places = (
        [one.id for one in room.policy.environments]
        if environment_id is None
        else [environment(room, environment_id).id]
    )
    found: list[TargetLine] = []
    for place in places:
        seen = done(room.gate.look(room.caller, ListTargets(place)))
        assert isinstance(seen, list)
        found += [
            TargetLine(row.name, row.environment, row.rotator, row.address, row.admin, count)
            for row, count in seen
        ]
    return sorted(found, key=lambda one: one.name)


def test(room: Local, name: str) -> dict[str, list[Check]]:
    """Look at a target as a rotation would, for each secret that is rotated there.

    Raises:
        NotFoundError: `target-unknown`, `target-unused`.
    """
    places = room.gate.consult(lambda desk: rotations.rotated_at(desk, name))
    if not places:
        raise NotFoundError(
            "target-unused",
            "no secret is rotated at that target, so there is nothing to test it with",
            fix="`strongroom rotate schedule ADDRESS --target NAME`",
        )
    return {str(address): rotate.doctor(room, address) for address in places}


def remove(room: Local, name: str) -> None:
    """Take a target out of use.

    Raises:
        NotFoundError: `target-unknown`. ConflictError: `target-in-use`.
    """
    row = room.gate.consult(lambda desk: rotations.target_named(desk, name))
    done(room.gate.change(room.caller, RemoveTarget(row.environment, name)))


def attach(
    room: Local, address: Address, target: str, options: Mapping[str, str] = NO_OPTIONS
) -> None:
    """Say that a secret is rotated at a target, at any time.

    Raises:
        NotFoundError: `secret-unknown`, `target-unknown`. InvalidError: `target-invalid`, `target-option`.
    """
    words(room, address, target, options)
    done(room.gate.change(room.caller, SetRule(address, target, options)))


def words(room: Local, address: Address, target: str, options: Mapping[str, str]) -> None:
    """Refuse options of a secret that its target's rotator does not read.

    Raises:
        NotFoundError: `target-unknown`. InvalidError: `target-option`.
    """
    row = room.gate.consult(lambda desk: rotations.target_named(desk, target))
    if row.environment != address.environment:
        raise unknown()
    option_names.given(registry.find(row.rotator), options)
