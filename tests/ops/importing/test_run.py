"""Carrying out: all or nothing, and what goes on after an interruption at each step."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.conftest import Place
from tests.ops.importing.conftest import strong

from strongroom.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from strongroom.gate.changes.people import AddGrant
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb
from strongroom.ops import audit, fsck, key, lifecycle, secret
from strongroom.ops.importing import batches, run
from strongroom.ops.importing import plan as plans
from strongroom.ops.importing.request import ImportRequest, OnConflict
from strongroom.ops.local import Local, done
from strongroom.secret.value import Value

Source = Callable[..., ImportRequest]


class Stopped(Exception):  # noqa: N818 - not an error: what a crash is in this process
    """Like a kill, but in this process."""


def rows(count: int) -> list[dict[str, object]]:
    return [{"name": f"production/a/K{n}", "value": strong()} for n in range(count)]


def bring(room: Local, request: ImportRequest) -> run.Imported:
    plan = plans.make(room, request)
    assert plan.ok, plan.issues
    return run.carry_out(room, request, plan)


def names(room: Local) -> list[str]:
    return secret.list_folder(room, "production", "a")


def stop_at(part: str, after: int) -> Callable[[str, int, int], None]:
    """Progress that ends the process, so to speak, at a step."""

    def report(name: str, done_: int, total: int) -> None:
        del total
        if name == part and done_ >= after:
            raise Stopped

    return report


def interrupted(room: Local, request: ImportRequest, part: str, after: int) -> None:
    with pytest.raises(Stopped):
        run.carry_out(room, request, plans.make(room, request), stop_at(part, after))


def test_what_was_imported_is_read_back_with_its_provenance(room: Local, source: Source) -> None:
    given = rows(run.PART + 3)
    imported = bring(room, source(*given))

    assert ("published", len(given)) == (imported.state, imported.created)
    for row in given:
        read = secret.read(room, Address.parse(str(row["name"])))
        assert row["value"] == read.value.texts["value"]
    shown = secret.describe(room, Address.parse("production/a/K0"))
    assert ("imported", "Ada", "database-password") == (
        shown.versions[0].origin, shown.owner, shown.type,
    )  # fmt: skip
    assert [] == batches.unfinished(room)
    assert fsck.check(room).ok


def lines(room: Local, change: str) -> list[audit.Line]:
    found = audit.list_entries(room, audit.Filter(limit=200))
    return [line for line in found if line.detail.get("change") == change]


def test_every_secret_has_its_entry(room: Local, source: Source) -> None:
    bring(room, source(*rows(3), reason="moving in"))
    staged = lines(room, "Stage")

    assert [f"production/a/K{n}" for n in range(3)] == sorted(line.address for line in staged)
    assert {"moving in"} == {line.detail["reason"] for line in staged}


def test_a_new_version_takes_over(room: Local, source: Source) -> None:
    bring(room, source(*rows(2)))
    again = rows(2)
    imported = bring(room, source(*again, on_conflict=OnConflict.NEW_VERSION))

    assert (0, 2) == (imported.created, imported.versions)
    read = secret.read(room, Address.parse("production/a/K1"))
    assert (2, again[1]["value"]) == (read.version, read.value.texts["value"])


@pytest.mark.parametrize("after", [0, run.PART])
def test_an_import_that_stopped_while_staging_shows_nothing_and_is_taken_back(
    room: Local, source: Source, after: int
) -> None:
    given = rows(run.PART * 2)
    request = source(*given)
    if after:
        interrupted(room, request, "staging", after)
        assert [] == names(room)
        (one,) = batches.unfinished(room)
        assert (one.state, one.total) == ("staging", len(given))
        assert "aborted" == run.abort(room, one.id[:8]).state
    assert [] == names(room)
    assert fsck.check(room).ok

    bring(room, request)  # the same values and addresses are free
    assert len(given) == len(names(room))


def test_an_import_that_stopped_while_staging_goes_on_with_its_source(
    room: Local, source: Source
) -> None:
    given = rows(run.PART * 2 + 1)
    request = source(*given)
    interrupted(room, request, "staging", run.PART)
    with pytest.raises(ConflictError, match="needs the source"):
        run.resume(room)
    with pytest.raises(ConflictError, match="not the source"):
        run.resume(room, request=source(*rows(3)))
    with pytest.raises(ConflictError, match="not the source"):
        run.resume(room, request=replace(request, owner="Eve"))

    assert len(given) == run.resume(room, request=request).created
    assert len(given) == len(names(room))
    assert (
        given[-1]["value"]
        == secret.read(room, Address.parse(str(given[-1]["name"]))).value.texts["value"]
    )
    assert fsck.check(room).ok


def test_new_versions_go_on_too(room: Local, source: Source) -> None:
    bring(room, source(*rows(run.PART + 1)))
    again = rows(run.PART + 1)
    request = source(*again, on_conflict=OnConflict.NEW_VERSION)
    interrupted(room, request, "staging", run.PART)
    run.resume(room, request=request)

    for row in (again[0], again[-1]):
        read = secret.read(room, Address.parse(str(row["name"])))
        assert (2, row["value"]) == (read.version, read.value.texts["value"])


@pytest.mark.parametrize("after", [0, run.PARTS_AT_ONCE])
def test_an_import_that_stopped_while_publishing_only_goes_on(
    room: Local, source: Source, after: int
) -> None:
    given = rows(run.PART * run.PARTS_AT_ONCE + 1)
    interrupted(room, source(*given), "publishing", after)
    with pytest.raises(ConflictError, match="only goes on"):
        run.abort(room)

    assert "published" == run.resume(room).state
    assert len(given) == len(names(room))
    assert fsck.check(room).ok


def test_taking_back_that_stopped_goes_on_by_either_word(room: Local, source: Source) -> None:
    interrupted(room, source(*rows(run.PART * 2)), "staging", run.PART)
    for word in (run.abort, run.resume):
        with pytest.raises(Stopped):
            word(room, progress=stop_at("taking back", 0))
    assert "aborted" == run.resume(room).state
    assert [] == names(room)


def test_a_row_that_is_refused_after_all_takes_everything_back(room: Local, source: Source) -> None:
    """Somebody wrote there between the plan and the import."""
    request = source(*rows(run.PART + 2))
    plan = plans.make(room, request)
    where = Address.parse(f"production/a/K{run.PART + 1}")
    secret.write(
        room, secret.WriteRequest(where, Value.single(strong()), "database-password", "Bob")
    )
    with pytest.raises(InvalidError, match="nothing was imported") as error:
        run.carry_out(room, request, plan)

    assert "import-refused" == error.value.code
    assert [where.name] == names(room)
    assert [] == batches.unfinished(room)


def test_what_the_policy_refuses_is_in_the_log(room: Local, source: Source) -> None:
    """Of a dry run, only what an attempt alone would tell."""
    weak = source({"name": "production/a/K", "value": "short"})
    run.reject(room, weak, plans.make(room, weak), dry=True)
    assert [] == lines(room, "RejectWrite")
    run.reject(room, weak, plans.make(room, weak))
    assert ["value-refused"] == [line.reason for line in lines(room, "RejectWrite")]

    value = strong()
    bring(room, source({"name": "development/a/K", "value": value}))
    probe = source({"name": "production/a/K", "value": value})
    run.reject(room, probe, plans.make(room, probe), dry=True)
    assert ["value-refused", "value-reused"] == sorted(
        line.reason for line in lines(room, "RejectWrite")
    )


def test_weak_rows_hide_no_probe_from_the_log(
    room: Local, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "REJECTED_MAX", 1)
    value = strong()
    bring(room, source({"name": "development/a/K", "value": value}))
    weak = [{"name": f"production/a/W{n}", "value": "short"} for n in range(2)]
    probe = source(*weak, *({"name": f"production/a/P{n}", "value": value} for n in range(2)))
    run.reject(room, probe, plans.make(room, probe))

    assert ["value-refused", "value-reused", "value-reused"] == sorted(
        line.reason for line in lines(room, "RejectWrite")
    )


def test_what_is_refused_when_it_goes_on_is_in_the_log_too(room: Local, source: Source) -> None:
    given = rows(run.PART + 1)
    request = source(*given)
    interrupted(room, request, "staging", run.PART)
    bring(room, source({"name": "development/b/K", "value": given[-1]["value"]}))
    with pytest.raises(InvalidError, match="1 rows"):
        run.resume(room, request=request)

    assert ["value-reused"] == [line.reason for line in lines(room, "RejectWrite")]


def test_there_may_be_nothing_or_too_much_to_go_on_with(room: Local, source: Source) -> None:
    with pytest.raises(NotFoundError):
        run.resume(room)
    for n in range(2):
        given = [{"name": f"production/b{n}/K{i}", "value": strong()} for i in range(run.PART + 1)]
        interrupted(room, source(*given), "staging", run.PART)
    with pytest.raises(ConflictError, match="2 imports"):
        run.abort(room)
    with pytest.raises(NotFoundError):
        run.abort(room, "zz")


def test_a_frozen_environment_waits_for_its_thaw(room: Local, source: Source) -> None:
    given = rows(3)
    interrupted(room, source(*given), "publishing", 0)
    lifecycle.freeze(room, lifecycle.place(room, "production"), "drill")
    with pytest.raises(DeniedError):
        run.resume(room)
    lifecycle.thaw(room, lifecycle.place(room, "production"))
    run.resume(room)

    assert 3 == len(names(room))


def test_a_new_key_wraps_what_is_staged_too(room: Local, source: Source) -> None:
    """Else what is published later could not be opened."""
    bring(room, source({"name": "production/a/K0", "value": strong()}))
    given = rows(2)
    interrupted(room, source(*given, on_conflict=OnConflict.NEW_VERSION), "publishing", 0)
    key.rotate(room, "production")
    run.resume(room)

    for row in given:
        read = secret.read(room, Address.parse(str(row["name"])))
        assert row["value"] == read.value.texts["value"]


def test_who_may_write_nowhere_imports_nothing(room: Local, source: Source) -> None:
    request = source(*rows(2))
    plan = plans.make(room, request)
    denial = Grant(
        bytes(range(16)), Effect.DENY, frozenset({Verb.WRITE}), "production", "*",
        principal=room.caller.principal,
    )  # fmt: skip
    done(room.gate.change(room.caller, AddGrant(denial, "")))
    with pytest.raises(InvalidError, match="nothing was imported"):
        run.carry_out(room, request, plan)
    assert [] == batches.unfinished(room)


def test_who_lost_a_right_meanwhile_publishes_nothing(room: Local, source: Source) -> None:
    """At any of the addresses; before the first part is seen, so that it can be taken back."""
    request = source(*rows(run.PART + 1))
    interrupted(room, request, "staging", run.PART + 1)
    denial = Grant(
        bytes(range(16)), Effect.DENY, frozenset({Verb.WRITE}), "production", f"a/K{run.PART}",
        principal=room.caller.principal,
    )  # fmt: skip
    done(room.gate.change(room.caller, AddGrant(denial, "")))
    with pytest.raises(DeniedError, match=f"a/K{run.PART}: you may not write"):
        run.resume(room)
    assert [] == names(room)

    assert "aborted" == run.abort(room).state


def test_an_administrator_takes_back_what_he_may_not_write_any_more(
    room: Local, source: Source
) -> None:
    interrupted(room, source(*rows(run.PART + 1)), "staging", run.PART)
    denial = Grant(
        bytes(range(16)), Effect.DENY, frozenset({Verb.WRITE}), "production", "*",
        principal=room.caller.principal,
    )  # fmt: skip
    done(room.gate.change(room.caller, AddGrant(denial, "")))
    with pytest.raises(Stopped):
        run.abort(room, progress=stop_at("taking back", 0))

    assert "aborted" == run.resume(room).state
    assert [] == batches.unfinished(room)


def killed(place: Place, work: Callable[[Local], object]) -> None:
    """Work in another process, which kills itself at a step of it."""
    pid = os.fork()
    if not pid:
        try:
            with place.opened() as local:
                work(local)
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status)


def kill_at(part: str, after: int) -> Callable[[str, int, int], None]:
    def report(name: str, done_: int, total: int) -> None:
        del total
        if name == part and done_ >= after:
            os.kill(os.getpid(), signal.SIGKILL)

    return report


COUNT = run.PART * run.PARTS_AT_ONCE + 1
STEPS = [
    *(("staging", n) for n in (*range(run.PART, COUNT, run.PART), COUNT)),
    ("publishing", 0),
    ("publishing", run.PARTS_AT_ONCE),
]


@pytest.mark.parametrize("back", [True, False])
def test_after_a_kill_at_each_chunk_there_is_everything_or_nothing(
    room: Local, place: Place, source: Source, *, back: bool
) -> None:
    for part, after in STEPS:
        folder = f"k{part[0]}{after}"
        given = [{"name": f"production/{folder}/K{i}", "value": strong()} for i in range(COUNT)]
        request = source(*given)
        killed(place, lambda local, r=request, p=part, a=after: run.carry_out(  # type: ignore[misc]
            local, r, plans.make(local, r), kill_at(p, a)
        ))  # fmt: skip
        with place.opened() as local:
            (waiting,) = batches.unfinished(local)
            if waiting.state == "staging":
                assert [] == secret.list_folder(local, "production", folder)
            aborts = back and waiting.state == "staging"
            if aborts:
                run.abort(local)
            else:
                run.resume(local, request=request)
            assert len(secret.list_folder(local, "production", folder)) == (0 if aborts else COUNT)
            assert [] == batches.unfinished(local)
    with place.opened() as local:
        assert fsck.check(local).ok


def test_taking_back_is_killed_at_each_chunk_too(room: Local, place: Place, source: Source) -> None:
    given = [{"name": f"production/back/K{i}", "value": strong()} for i in range(COUNT)]
    request = source(*given)
    interrupted(room, request, "staging", COUNT)
    for after in range(run.PARTS_AT_ONCE + 1):
        killed(place, lambda local, a=after: run.resume(  # type: ignore[misc]
            local, progress=kill_at("taking back", a)
        ) if a else run.abort(local, progress=kill_at("taking back", 0)))  # fmt: skip
    with place.opened() as local:
        run.resume(local)
        assert [] == secret.list_folder(local, "production", "back")
        assert fsck.check(local).ok
    bring(room, request)
    assert len(secret.list_folder(room, "production", "back")) == COUNT


def test_ids_are_all_different_and_in_order() -> None:
    ids = run._ids()
    found = [next(ids) for _ in range(1_000)]

    assert found == sorted(set(found))
    assert {16} == {len(one) for one in found}
    assert next(run._ids())[:8] != found[0][:8]
