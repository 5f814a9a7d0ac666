"""The plan: every row judged, every problem in one report, and nothing written."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.ops.importing.conftest import strong

from strongroom.errors import InvalidError, LimitError
from strongroom.gate.changes.people import AddGrant
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb
from strongroom.ops import secret
from strongroom.ops.generate import GenerateRequest, generate
from strongroom.ops.importing import plan as plans
from strongroom.ops.importing import run
from strongroom.ops.importing import run as runs
from strongroom.ops.importing.request import Action, ImportRequest, OnConflict, Plan
from strongroom.ops.local import Local, done
from strongroom.secret.value import Value

Source = Callable[..., ImportRequest]


def codes(plan: Plan) -> list[tuple[int, str]]:
    return [(issue.row, issue.code) for issue in plan.issues]


def keep(room: Local, address: str, text: str = "weak-1") -> None:
    request = secret.WriteRequest(
        Address.parse(address), Value.single(text), "database-password", "Bob"
    )
    secret.write(room, request)


def head(room: Local) -> tuple[int, int]:
    status = room.gate.status()
    return status.change_seq, status.log_size


def test_all_problems_come_in_one_report_sorted_by_row(room: Local, source: Source) -> None:
    long = strong()
    plan = plans.make(
        room,
        source(
            {"name": "production/a/A", "value": "short"},
            {"name": "production/a/B", "value": long},
            {"name": "mars/a/B", "value": long, "environment": "mars"},
            {"name": "production/a/B", "value": long},
            {"name": "no good", "value": long, "environment": "production"},
            {"name": "production/a/T", "value": long, "type": "none"},
            {"name": "production/a/E", "value": ""},
            {"name": "C", "value": long},
            {"name": "production/a/D", "value": long, "days": 99_999},
            {"name": "development/a/S", "value": long},
            {"name": "production/a/X", "valeu": long},
            {"name": "production/a/L", "value": strong(), "description": "two\nlines"},
            {"name": "production/a/O", "value": strong(), "owner": "x" * 200},
        ),
    )

    assert [
        (1, "value-refused"), (3, "environment-unknown"), (4, "row-duplicate"),
        (5, "address-invalid"), (6, "type-unknown"), (7, "value-empty"),
        (8, "environment-missing"), (9, "expiry-too-far"), (10, "value-reused"),
        (11, "column-unknown"), (12, "text-invalid"), (13, "text-invalid"),
    ] == codes(plan)  # fmt: skip
    assert not any(long in str(issue) or "short" in issue.message for issue in plan.issues)


@pytest.mark.parametrize(
    ("row", "clause"),
    [
        ({"name": "production/A", "value": "short"}, "P-4.7"),
        ({"name": "production/A", "value": "x", "type": "none"}, "P-0.2"),
        ({"name": "mars/A", "value": "x", "environment": "mars"}, "P-3"),
        ({"name": "production/A", "value": "x", "days": 9_999}, "P-1.9"),
    ],
)
def test_each_problem_names_its_clause(
    room: Local, source: Source, row: dict[str, object], clause: str
) -> None:
    (issue,) = plans.make(room, source(row)).issues

    assert clause in issue.clauses


def test_owner_and_type_are_asked_for(room: Local, source: Source) -> None:
    """P-10.3, P-2: neither is guessed, but for a type that the policy itself names."""
    rows = [{"name": "production/FOO", "value": strong()}]
    no_owner = plans.make(room, source(*rows, owner=None))
    no_type = plans.make(room, source(*rows, type=None))
    named = plans.make(
        room, source({"name": "production/DATABASE_PASSWORD", "value": strong()}, type=None)
    )

    assert [(1, "owner-missing")] == codes(no_owner)
    assert [(1, "type-missing")] == codes(no_type)
    assert ["database-password"] == [item.type for item in named.items]


def test_a_plan_writes_nothing_and_leaves_no_entry(room: Local, source: Source) -> None:
    before = head(room)
    plan = plans.make(room, source({"name": "production/A", "value": strong()}))

    assert plan.ok
    assert before == head(room)


@pytest.mark.parametrize(
    ("conflict", "action", "code"),
    [
        (OnConflict.FAIL, None, "secret-exists"),
        (OnConflict.SKIP, Action.SKIP, None),
        (OnConflict.NEW_VERSION, Action.NEW_VERSION, None),
    ],
)
def test_where_a_secret_stands_already(
    room: Local, source: Source, conflict: OnConflict, action: Action | None, code: str | None
) -> None:
    keep(room, "development/a/A")
    plan = plans.make(
        room, source({"name": "development/a/A", "value": "weak-2"}, on_conflict=conflict)
    )

    assert [code] * bool(code) == [issue.code for issue in plan.issues]
    assert [action] * bool(action) == [item.action for item in plan.items]


def test_another_type_is_no_new_version(room: Local, source: Source) -> None:
    keep(room, "development/a/A")
    row = {"name": "development/a/A", "value": "weak-2", "type": "jwt-secret-key"}
    plan = plans.make(room, source(row, on_conflict=OnConflict.NEW_VERSION))

    assert [(1, "type-differs")] == codes(plan)


def test_a_value_of_another_environment_is_found(room: Local, source: Source) -> None:
    """P-4.3, in the room and not only in the source."""
    value = strong()
    keep(room, "development/a/A", value)
    plan = plans.make(room, source({"name": "production/a/A", "value": value}))

    assert [(1, "value-reused")] == codes(plan)
    assert ("P-4.3",) == plan.issues[0].clauses


def test_a_plan_answers_only_a_few_questions_whether_values_are_in_use(
    room: Local, source: Source
) -> None:
    """P-4.3: dry runs count like writes, and then nothing is compared."""
    value = strong()
    keep(room, "development/a/A", value)
    for number in range(5):
        request = source({"name": f"production/a/{number}", "value": value})
        runs.reject(room, request, plans.make(room, request), dry=True)
    for text in (value, strong()):
        with pytest.raises(LimitError) as error:
            plans.make(room, source({"name": "production/a/B", "value": text}))
        assert "reuse-limited" == error.value.code


def test_who_may_not_write_there_learns_nothing_else(room: Local, source: Source) -> None:
    keep(room, "development/a/A")
    denial = Grant(
        bytes(range(16)), Effect.DENY, frozenset({Verb.WRITE}), "development", "*",
        principal=room.caller.principal,
    )  # fmt: skip
    done(room.gate.change(room.caller, AddGrant(denial, "")))
    rows = [{"name": f"development/a/{name}", "value": "weak-2"} for name in ("A", "B")]
    plan = plans.make(room, source(*rows))

    assert [(1, "denied-by-grant"), (2, "denied-by-grant")] == codes(plan)
    assert all(issue.refused for issue in plan.issues)


def test_who_may_not_write_there_does_not_learn_that_a_value_is_in_use(
    room: Local, source: Source
) -> None:
    value = strong()
    keep(room, "development/a/A", value)
    denial = Grant(
        bytes(range(16)), Effect.DENY, frozenset({Verb.WRITE}), "production", "*",
        principal=room.caller.principal,
    )  # fmt: skip
    done(room.gate.change(room.caller, AddGrant(denial, "")))
    plan = plans.make(room, source({"name": "production/a/A", "value": value}))

    assert [(1, "denied-by-grant")] == codes(plan)


def test_a_name_that_cannot_be_one_is_not_repeated(room: Local, source: Source) -> None:
    """People swap the columns."""
    (issue,) = plans.make(
        room, source({"name": "p4ss word!", "value": "NAME", "environment": "production"})
    ).issues

    assert "" == issue.name
    assert "p4ss" not in str(issue)


def test_a_name_that_looks_like_a_value_is_neither_shown_nor_recorded(
    room: Local, source: Source
) -> None:
    swapped = "Sk9ba6f773c85767e8d366b55960efa7a4624b2198b"
    request = source({"name": f"production/a/{swapped}", "value": "API_KEY_X"})
    (issue,) = plans.make(room, request).issues
    assert ("address-invalid", "", None) == (issue.code, issue.name, issue.refused)
    assert swapped not in str(issue)

    head_before = head(room)
    run.reject(room, request, plans.make(room, request))
    assert head_before == head(room)


def test_nothing_at_all_is_a_problem(room: Local, source: Source) -> None:
    assert [(0, "source-empty")] == codes(plans.make(room, source()))
    assert [(0, "file-malformed")] == codes(
        plans.make(room, replace(source(), data=b"{", format_id="json"))
    )


def test_an_unknown_format_is_said(room: Local, source: Source) -> None:
    with pytest.raises(InvalidError, match="format"):
        plans.make(room, replace(source(), format_id="xlsx"))


def test_an_api_key_is_one_client_s(room: Local, source: Source) -> None:
    """P-4.6: in the source, and against the room."""
    key = (
        generate(GenerateRequest("api-key", environment="production"), room.policy).values[0].value
    )
    rows = [{"name": f"production/{n}/KEY", "value": key, "type": "api-key"} for n in "ab"]
    plan = plans.make(room, source(*rows))
    assert [(2, "value-reused")] == codes(plan)
    assert ("P-4.6",) == plan.issues[0].clauses
    run.carry_out(room, source(rows[0]), plans.make(room, source(rows[0])))
    again = plans.make(room, source(rows[1]))

    assert [(1, "value-reused")] == codes(again)
    assert ("P-4.6",) == again.issues[0].clauses


def test_the_parts_of_a_composite_are_there_or_come_along(room: Local, source: Source) -> None:
    url = {"name": "development/U", "fields": {"url": {"template": "db://{@a/B}@h"}}}
    alone = plans.make(room, source(url))
    together = plans.make(room, source(url, {"name": "development/a/B", "value": "weak-1"}))
    keep(room, "development/a/B")

    assert [(1, "secret-unknown")] == codes(alone)
    assert together.ok
    assert plans.make(room, source(url)).ok
