"""YAML: texts as they are written, by their lines; nothing that grows, nothing that runs."""

import sys

import pytest

from strongroom.errors import MachineError
from strongroom.secret.importing import yaml_format
from strongroom.secret.importing.interface import Rows


def texts(found: Rows) -> list[tuple[int, str, object]]:
    return [
        (row.number, row.name, row.value.only.data)
        for row in found.rows
        if row.value and row.value.only
    ]


def test_values_are_as_they_are_written() -> None:
    found = yaml_format.read(
        "# a comment\nA: no\nB: 1.10\nC: 0o17\napi:\n  D: 'x'\n  E: |\n    one\n    two\nF: 2026-01-01\n"
    )

    assert [
        (2, "A", "no"), (3, "B", "1.10"), (4, "C", "0o17"), (6, "api/D", "x"),
        (7, "api/E", "one\ntwo\n"), (10, "F", "2026-01-01"),
    ] == texts(found)  # fmt: skip


def test_records_have_columns_and_lines() -> None:
    found = yaml_format.read(
        "- name: A\n  value: x\n  type: api-key\n  days: 30\n- name: B\n"
        "  fields: {user: {text: u, secret: false}, key: {base64: AAE=}}\n- name: C\n"
    )
    a, b = found.rows

    assert (1, "api-key", 30) == (a.number, a.type, a.days)
    assert b.value is not None
    assert (b"\x00\x01", False) == (b.value.fields["key"].data, b.value.fields["user"].secret)
    assert [(7, "row-malformed")] == [(p.row, p.code) for p in found.problems]


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    lines = ["a0: &a0 x"] + [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    (problem,) = yaml_format.read("\n".join(lines)).problems

    assert "aliases" in problem.message


def test_a_name_twice_is_left_to_the_plan() -> None:
    assert ["A", "A"] == [row.name for row in yaml_format.read("A: 1\nA: 2\n").rows]


def test_nothing_is_nothing() -> None:
    assert Rows((), ()) == yaml_format.read("")


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_format, "CHARS_MAX", 3)

    assert ["file-malformed"] == [p.code for p in yaml_format.read("A: 1\n").problems]


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    with pytest.raises(MachineError) as error:
        yaml_format.read("A: 1\n")

    assert "extra-missing" == error.value.code


def test_a_version_that_there_is_not_is_no_fault_of_the_program() -> None:
    found = yaml_format.read("%YAML 1.11\n---\nA: b\n")

    assert ["file-malformed"] == [p.code for p in found.problems]
