"""Several threads at one gate: nothing is mixed up, and a revoke is a line nobody crosses."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from tests.gate.rooms import World, value_of
from tests.gate.test_sequencer import report

from strongroom.audit.entry import Outcome, decode
from strongroom.crypto.keyring import new_id
from strongroom.gate.changes.people import AddGrant, RevokeGrant
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.operation import Delivered, Done, Refused
from strongroom.model.principal import Effect, Grant, Verb

THREADS = 6


def test_each_thread_gets_its_own_answers(disk: World) -> None:
    addresses = [disk.create(f"production/k{n}", f"fake-{n}") for n in range(THREADS)]

    def client(n: int) -> None:
        for _ in range(30):
            answers = disk.gate.read(disk.owner, [addresses[n]] * 3)
            values = {a.value.reveal() for a in answers if isinstance(a, Delivered)}
            assert values == {f"fake-{n}".encode()}

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(client, range(THREADS)))
    disk.gate.sequence()
    found = report(disk)

    assert found.problems == ()
    assert found.entries == 1 + THREADS + THREADS * 30 * 3


def test_no_read_that_begins_after_a_revoke_is_served(disk: World) -> None:
    """Nor is one ordered after it, whichever of two processes was asked."""
    address = disk.create("production/a")
    grant = Grant(new_id(), Effect.ALLOW, frozenset({Verb.READ}), "production", "*",
                  principal=disk.stranger.principal)  # fmt: skip
    disk.gate.change(disk.owner, AddGrant(grant))
    gates, revoked = [disk.gate, disk.again()], Event()
    cut: list[int] = []

    def client(n: int) -> int:
        last = 0
        for _ in range(200):
            after = revoked.is_set()
            (answer,) = gates[n % 2].read(disk.stranger, [address])
            if isinstance(answer, Delivered):
                assert not after
                last = max(last, answer.change_seq)
            else:
                assert isinstance(answer, Refused)
                if after:
                    break
        return last

    def revoke() -> None:
        done = gates[1].change(disk.owner, RevokeGrant(grant.id))
        revoked.set()
        assert isinstance(done, Done)
        cut.append(done.change_seq)

    with ThreadPoolExecutor(THREADS + 1) as pool:
        served = [pool.submit(client, n) for n in range(THREADS)]
        pool.submit(revoke).result()
        last = max(each.result() for each in served)
    db = disk.room.connect()
    entries = [decode(leaf) for (leaf,) in db.query("SELECT leaf FROM entry")]  # type: ignore[arg-type]
    db.close()

    assert last < cut[0]
    late = [e for e in entries if e.change_seq >= cut[0] and e.principal == grant.principal]
    assert Outcome.GRANTED not in {e.outcome for e in late}
    gates[1].close()


def test_writers_of_two_processes_lose_nothing(disk: World) -> None:
    address, gates = disk.create("production/a", "fake-0"), [disk.gate, disk.again()]

    def writer(n: int) -> int:
        made = 0
        for k in range(15):
            change = AddVersion(address, value_of(f"fake-{n}-{k}"))
            made += isinstance(gates[n % 2].change(disk.owner, change), Done)
        return made

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(writer, range(4))) == [15] * 4
    db = disk.room.connect()
    assert db.query("SELECT count(*), max(n) FROM version") == [(61, 61)]
    assert db.query("SELECT count(*) FROM version WHERE state = 'current'") == [(1,)]
    db.close()
    gates[1].close()
