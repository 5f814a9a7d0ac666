"""Operations on the room as a whole: where it stands and who one is in it."""

from dataclasses import dataclass

from strongroom.errors import InvalidError
from strongroom.gate import inspect
from strongroom.gate.changes.instance import ConfirmRestore
from strongroom.gate.views import ListPrincipals
from strongroom.model.principal import Kind, Principal
from strongroom.ops.audit import verifier_key
from strongroom.ops.importing.batches import unfinished
from strongroom.ops.local import Local, done


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """Readiness and place. `log_size` entries have a place, `signed_size` of them are signed."""

    folder: str
    room_id: str
    instance_id: str
    ready: bool
    trouble: str | None
    change_seq: int
    log_size: int
    signed_size: int
    policy_sha256: str
    policy_title: str
    killed: bool
    state: str  # `open`, `killed`, or `restored` and not confirmed yet
    open_environments: tuple[str, ...]
    alarms: int  # that nobody has seen yet
    log_key: str | None  # the text form of the public key, for verifiers
    unfinished: tuple[str, ...] = ()  # ids of imports that wait to be resumed or aborted


@dataclass(frozen=True, slots=True)
class Whoami:
    """The principal that this process acts as."""

    name: str
    id: str
    kind: str
    roles: tuple[str, ...]
    basis: str


def status(room: Local) -> RoomStatus:
    """Where the room stands. Not recorded: nothing of a secret is shown."""
    found = room.gate.status()
    return RoomStatus(
        folder=str(room.folder),
        room_id=room.keys.room_id.hex(),
        instance_id=room.instance_id.hex(),
        ready=found.ready,
        trouble=found.trouble.code if found.trouble else None,
        change_seq=found.change_seq,
        log_size=found.log_size,
        signed_size=found.signed_size,
        policy_sha256=room.policy.sha256,
        policy_title=room.policy.title,
        killed=found.killed,
        state=found.state,
        open_environments=found.open_environments,
        alarms=found.alarms,
        log_key=str(verifier_key(room)) if room.log_public else None,
        unfinished=tuple(one.id for one in unfinished(room)) if found.ready else (),
    )


def confirm_restore(room: Local, reason: str) -> None:
    """Let a restored room serve.

    Raises:
        InvalidError: `reason-missing`.
        ConflictError: `restore-not-waiting`.
    """
    if not reason.strip():
        raise InvalidError(
            "reason-missing", "a confirmation has a reason", fix="give one with --reason"
        )
    done(room.gate.change(room.caller, ConfirmRestore(), reason))


def principals(room: Local) -> list[Principal]:
    """Everybody whom the room knows, by name."""
    found = done(room.gate.look(room.caller, ListPrincipals()))
    assert isinstance(found, list)
    return found


def whoami(room: Local) -> Whoami:
    """Who this process is to the room."""
    me = room.gate.consult(lambda desk: inspect.principal(desk, room.caller.principal))
    return Whoami(
        me.name, me.id.hex(), me.kind.value, tuple(sorted(me.roles)),
        "the operating system's user" if me.kind is Kind.PERSON else "a token",
    )  # fmt: skip
