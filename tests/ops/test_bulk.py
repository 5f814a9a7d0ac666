"""One act on many: a plan that changes nothing, then each alone, and again without harm."""

import pytest

from strongroom.errors import InvalidError, LimitError, StrongroomError, UsageError
from strongroom.model.address import Address
from strongroom.ops import bulk as ops
from strongroom.ops import lifecycle, secret
from strongroom.ops.bulk import Act, Plan, Result, Selection
from strongroom.ops.local import Local
from strongroom.ops.search import SearchRequest
from strongroom.secret.value import Value

COUNT = 70  # more than two groups
ALL = tuple(Address("development", f"app/k{n:02}") for n in range(COUNT))
NOWHERE = Address.parse("development/nowhere")
HERE = Selection(SearchRequest(environments=("development",)))


@pytest.fixture(autouse=True)
def _many(room: Local) -> None:
    for n, at in enumerate(ALL):
        request = secret.WriteRequest(at, Value.single(f"weak-{n}"), "api-key", "Ada")
        secret.write(room, request)


def done(room: Local, selection: Selection, act: Act) -> tuple[Plan, list[Result]]:
    plan = ops.plan(room, selection, act)
    return plan, list(ops.run(room, plan, "a test"))


@pytest.mark.parametrize(
    "act", [ops.tag(("pci",), ("old",)), ops.owner("Bob"), ops.freeze("a leak"), ops.delete()],
    ids=lambda act: act.word,
)  # fmt: skip
def test_a_plan_changes_nothing_and_a_second_run_finds_it_done(room: Local, act: Act) -> None:
    listed = Selection(listed=ALL)
    before = room.gate.status().change_seq
    plan = ops.plan(room, listed, act)
    assert (ALL, ()) == (plan.todo, plan.so_already)
    assert before == room.gate.status().change_seq
    results = list(ops.run(room, plan, "a test"))
    assert [Result(at) for at in ALL] == results
    after = room.gate.status().change_seq

    again, nothing = done(room, listed, act)
    assert ((), ALL, ()) == (again.todo, again.so_already, again.unknown)
    assert [] == nothing
    assert after == room.gate.status().change_seq


def test_a_run_that_was_stopped_is_finished_by_the_next(room: Local) -> None:
    act = ops.tag(("pci",), ())
    results = ops.run(room, ops.plan(room, HERE, act))
    for _ in range(ops.GROUP + 1):
        next(results)
    results.close()  # type: ignore[attr-defined]
    plan, rest = done(room, HERE, act)

    assert 2 * ops.GROUP == len(plan.so_already)
    assert COUNT - 2 * ops.GROUP == len(rest)
    assert {("pci",)} == {secret.describe(room, at).tags for at in ALL}


def test_one_that_fails_stops_no_other_and_is_named(room: Local) -> None:
    lifecycle.freeze(room, lifecycle.place(room, str(ALL[3])), "a leak")
    _, results = done(room, HERE, ops.owner("Bob"))

    assert [(ALL[3], "secret-frozen")] == [(r.address, r.code) for r in results if r.code]
    assert COUNT - 1 == sum(not r.code for r in results)


def test_a_thaw_reaches_what_is_frozen_and_only_that(room: Local) -> None:
    lifecycle.freeze(room, lifecycle.place(room, str(ALL[3])), "a leak")

    assert (ALL[3],) == ops.plan(room, HERE, ops.thaw()).todo


def test_what_is_listed_and_not_there_is_said(room: Local) -> None:
    plan, results = done(room, Selection(listed=(NOWHERE, ALL[1], ALL[1])), ops.owner("Bob"))

    assert ((ALL[1],), (NOWHERE,)) == (plan.todo, plan.unknown)
    assert 1 == len(results)
    assert () == ops.plan(room, Selection(listed=()), ops.owner("Bob")).todo


def test_a_list_and_a_search_must_both_hold(room: Local) -> None:
    both = Selection(SearchRequest(words=("k01",)), (ALL[1], ALL[2]))
    plan = ops.plan(room, both, ops.owner("Bob"))

    assert ((ALL[1],), (ALL[2],)) == (plan.todo, plan.unknown)


def test_nothing_selects_everything_by_itself(room: Local) -> None:
    with pytest.raises(UsageError) as error:
        ops.plan(room, Selection(SearchRequest(reason="x")), ops.delete())
    assert "selection-missing" == error.value.code


def test_an_act_is_whole_or_refused() -> None:
    with pytest.raises(StrongroomError):
        ops.tag((), ())
    with pytest.raises(StrongroomError):
        ops.owner(" ")
    with pytest.raises(StrongroomError):
        ops.freeze("")


def test_a_list_names_its_bad_lines_and_repeats_none() -> None:
    text = f"# a remark\n\n {ALL[0]} \nfake-value\ndevelopment/a b\n"
    with pytest.raises(InvalidError) as error:
        ops.addresses(text)
    assert "line 4, 5" in error.value.message
    assert "fake" not in error.value.message
    assert (ALL[0],) == ops.addresses("\n".join(text.splitlines()[:3]))
    with pytest.raises(LimitError):
        ops.addresses("\n" * (ops.LINES_MAX + 1))
