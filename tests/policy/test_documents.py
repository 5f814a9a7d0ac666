"""Documents of other companies, each with the facts that must be read from it.

`*.expect.json` beside a document names only what matters: fields as in the public JSON form,
`granted` (every
pair of role and environment id that may read, and no other; `granted_names` by name), `has` and `lacks`
(clauses), `doubts` (kinds of defect that must be noted).
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from strongroom.policy.compiler import compile as compile_

DATA = Path(__file__).parent / "data"
NAMES = sorted(path.name.removesuffix(".expect.json") for path in DATA.glob("*.expect.json"))
OWN = {"granted", "granted_names", "has", "lacks", "doubts"}


def differences(want: Any, got: Any, place: str = "") -> list[str]:
    """Where `got` is not as `want` says; what `want` leaves out may be anything."""
    if isinstance(want, dict) and isinstance(got, dict):
        return [
            line
            for key, value in want.items()
            for line in differences(value, got.get(key), f"{place}.{key}")
        ]
    if isinstance(want, list) and want and isinstance(want[0], dict):
        return [
            line
            for item in want
            for line in differences(
                item, _same(item, got), f"{place}.{item.get('id') or item['name']}"
            )
        ]
    return [] if want == got else [f"{place}: {want!r} wanted, {got!r} read"]


def _same(want: dict[str, Any], got: list[dict[str, Any]]) -> dict[str, Any] | None:
    key = "id" if "id" in want else "name"
    return next((item for item in got if item[key] == want[key]), None)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_of_another_company_is_read_as_it_was_meant(name: str) -> None:
    want = json.loads((DATA / f"{name}.expect.json").read_text("utf-8"))
    policy = compile_((DATA / f"{name}.md").read_bytes())
    got = json.loads(msgspec.json.encode(policy))
    clauses = {clause.id for clause in policy.clauses}
    ids = {environment.name: environment.id for environment in policy.environments}
    by_name = sorted(
        [role, place]
        for role, row in policy.access.matrix.items()
        for place, allowed in row.items()
        if allowed
    )

    granted = sorted([role, ids[place]] for role, place in by_name)

    assert [] == differences({k: v for k, v in want.items() if k not in OWN}, got)
    assert sorted(want.get("granted", granted)) == granted
    assert sorted(want.get("granted_names", by_name)) == by_name
    assert [] == [c for c in want.get("has", []) if c not in clauses]
    assert [] == [c for c in want.get("lacks", []) if c in clauses]
    assert set(want.get("doubts", [])) <= {c.id for c in policy.contradictions}
