"""The gate against a plain model: several processes on one room, in any order.

The model is a dictionary and three sets. Each read must give what the model says, whichever
process is asked; at the end the offline verifier and `fsck` must find nothing.
"""

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)
from tests.gate.rooms import Time, World, in_memory, value_of
from tests.gate.test_sequencer import report

from strongroom.crypto.keyring import new_id
from strongroom.gate.changes.freeze import (
    FreezeEnvironment,
    FreezeSecret,
    Kill,
    Reopen,
    ThawEnvironment,
    ThawSecret,
)
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.changes.people import AddGrant, LiftDenial, RevokeGrant
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.version import Promote
from strongroom.gate.fsck import fsck
from strongroom.gate.operation import Delivered, Done, Failed, Refused
from strongroom.gate.rows import Seal
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb

if TYPE_CHECKING:
    from strongroom.gate.gate import Gate
    from strongroom.gate.writer import Change

PATHS = ("a", "b", "api/c")
CLIENTS = st.integers(0, 2)
WHERE = st.sampled_from(PATHS).map(lambda path: Address("production", path))


class GateMachine(RuleBasedStateMachine):
    """`values[path]` are all versions, `current[path]` the number of the one in use."""

    grants = Bundle("grants")
    denials = Bundle("denials")

    @initialize()
    def found(self) -> None:
        self.time = Time()
        self.world: World = in_memory(self.time)
        self.gates: list[Gate] = [self.world.gate, self.world.again(), self.world.again()]
        self.values: dict[str, list[str]] = {}
        self.current: dict[str, int] = {}
        self.frozen: set[str] = set()
        self.shut = False
        self.killed = False
        self.allowed: set[bytes] = set()
        self.denied: set[bytes] = set()
        self.seen = 0
        self.count = 0

    def stopped(self, path: str) -> bool:
        return self.killed or self.shut or path in self.frozen

    def follows(self, answer: object) -> None:
        """No answer is placed before one that was given earlier."""
        assert isinstance(answer, Delivered | Done | Refused | Failed)
        assert answer.change_seq >= self.seen
        self.seen = answer.change_seq

    @rule(client=CLIENTS, at=WHERE)
    def write(self, client: int, at: Address) -> None:
        self.count += 1
        text, path = f"fake-{self.count}", at.path
        if path not in self.values:
            if self.stopped(path):
                return
            self.world.create(str(at), text)
            self.values[path], self.current[path] = [text], 1
            return
        answer = self.gates[client].change(self.world.owner, AddVersion(at, value_of(text)))
        self.follows(answer)
        assert isinstance(answer, Refused) == self.stopped(path)
        if isinstance(answer, Done):
            self.values[path].append(text)
            self.current[path] = len(self.values[path])

    @rule(client=CLIENTS, at=WHERE, back=st.integers(1, 3))
    def roll_back(self, client: int, at: Address, back: int) -> None:
        n = self.current.get(at.path, 0) - back
        if n < 1 or self.stopped(at.path):
            return
        self.follows(self.gates[client].change(self.world.owner, Promote(at, n)))
        self.current[at.path] = n

    @rule(client=CLIENTS, other=CLIENTS, at=WHERE)
    def move_there_and_back(self, client: int, other: int, at: Address) -> None:
        if at.path not in self.values or self.stopped(at.path):
            return
        there = Address(at.environment, f"{at.path}/moved")
        answer = self.gates[client].change(self.world.owner, MoveSecret(at, there))
        self.follows(answer)
        assert isinstance(answer, Refused) == bool(self.denied)  # whoever moves must read
        if self.denied:
            return
        gone, found = self.gates[other].read(self.world.owner, [at, there])
        assert isinstance(gone, Refused)
        assert isinstance(found, Delivered)
        expected = self.values[at.path][self.current[at.path] - 1]
        assert found.value.reveal().decode() == expected
        self.follows(self.gates[other].change(self.world.owner, MoveSecret(there, at)))

    @rule(client=CLIENTS, ats=st.lists(WHERE, min_size=1, max_size=6), owner=st.booleans())
    def read(self, client: int, ats: list[Address], owner: bool) -> None:
        caller = self.world.owner if owner else self.world.stranger
        answers = self.gates[client].read(caller, ats)
        assert len({a.change_seq for a in answers if isinstance(a, Delivered | Refused)}) <= 1
        for at, answer in zip(ats, answers, strict=True):
            self.follows(answer)
            may = (owner or bool(self.allowed)) and not self.denied
            if may and at.path in self.values and not self.stopped(at.path):
                assert isinstance(answer, Delivered)
                expected = self.values[at.path][self.current[at.path] - 1]
                assert answer.value.reveal().decode() == expected
            else:
                assert isinstance(answer, Refused)

    @rule(client=CLIENTS, at=WHERE, thaw=st.booleans())
    def freeze(self, client: int, at: Address, thaw: bool) -> None:
        if at.path not in self.values:
            return
        change = ThawSecret(at) if thaw else FreezeSecret(at, "a test")
        self.follows(self.gates[client].change(self.world.owner, change))
        (self.frozen.discard if thaw else self.frozen.add)(at.path)

    @rule(client=CLIENTS, thaw=st.booleans(), room=st.booleans())
    def freeze_all(self, client: int, thaw: bool, room: bool) -> None:
        change: Change
        if room:
            change = Reopen() if thaw else Kill()
            self.killed = not thaw
        else:
            place = "production"
            change = ThawEnvironment(place) if thaw else FreezeEnvironment(place, "a test")
            self.shut = not thaw
        self.follows(self.gates[client].change(self.world.owner, change))

    @rule(client=CLIENTS, target=grants)
    def grant(self, client: int) -> bytes:
        grant = Grant(
            new_id(), Effect.ALLOW, frozenset({Verb.READ}), "production", "*",
            principal=self.world.stranger.principal,
        )  # fmt: skip
        self.follows(self.gates[client].change(self.world.owner, AddGrant(grant)))
        self.allowed.add(grant.id)
        return grant.id

    @rule(client=CLIENTS, grant=consumes(grants))
    def revoke(self, client: int, grant: bytes) -> None:
        self.follows(self.gates[client].change(self.world.owner, RevokeGrant(grant)))
        self.allowed.discard(grant)

    @rule(client=CLIENTS, target=denials)
    def deny(self, client: int) -> bytes:
        denial = Grant(new_id(), Effect.DENY, frozenset({Verb.READ}), "*", "*", role="Owner")
        also = Grant(
            new_id(), Effect.DENY, frozenset({Verb.READ}), "*", "*",
            principal=self.world.stranger.principal,
        )  # fmt: skip
        for each in (denial, also):
            self.follows(self.gates[client].change(self.world.owner, AddGrant(each)))
            self.denied.add(each.id)
        return denial.id + also.id

    @rule(client=CLIENTS, both=consumes(denials))
    def lift(self, client: int, both: bytes) -> None:
        for each in (both[:16], both[16:]):
            self.follows(self.gates[client].change(self.world.owner, LiftDenial(each)))
            self.denied.discard(each)

    @rule(client=CLIENTS)
    def restart(self, client: int) -> None:
        if client:
            self.gates[client].close()
            self.gates[client] = self.world.again()

    @rule(client=CLIENTS)
    def sequence(self, client: int) -> None:
        self.gates[client].sequence()

    @invariant()
    def nothing_is_handed_out_twice_or_kept(self) -> None:
        for gate in getattr(self, "gates", ()):
            assert not gate._queue._waiting

    def teardown(self) -> None:
        self.time.us += 60_000_000
        self.world.gate.sequence()
        assert report(self.world).problems == ()
        db = self.world.room.connect()
        assert fsck(db, Seal(self.world.room.keys.row_mac)) == []
        db.close()
        for gate in self.gates:
            gate.close()


TestGate = GateMachine.TestCase
TestGate.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
