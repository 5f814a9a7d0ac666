"""Tests for strongroom.discover.python.scopes."""

import ast

import pytest

from strongroom.discover.python.scopes import TEXTS_MAX, Hole, Names, collect, parameters, plain


def names(source: str) -> Names:
    return collect(ast.parse(source), range(1, source.count("\n") + 2), "app.x", is_package=False)


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("x = 'a' + 'b'", ["ab"]),
        ("a = 'p'\nx = f'{a}_q'", ["p_q"]),
        ("x = 'a' if y else 'b'", ["a", "b"]),
        ("a = 'p'\na = 'q'\nx = a", ["p", "q"]),
        ("x = 'a'.upper()", ["A"]),
        ("x = f()", [None]),
        ("x = x", [None]),
        ("x = b'raw'", ["raw"]),
    ],
)
def test_texts(source: str, texts: list[str | None]) -> None:
    found = names(source)
    values = found.top.bound["x"]

    assert texts == [plain(t) for t in found.names(values[-1], found.top)]


def test_a_product_of_texts_is_bounded() -> None:
    found = names(f"a = b = 1\nfor n in {tuple(map(str, range(60)))}:\n    x = n + n\n")

    assert 1 == len(found.names(found.top.bound["x"][0], found.top)) < TEXTS_MAX


def test_a_parameter_is_a_hole_with_its_name() -> None:
    found = names("def f(n):\n    x = 'A_' + n.upper()\n")
    scope = found.functions[0]

    assert (("A_", Hole("n", "upper")),) == found.names(scope.bound["x"][0], scope)
    assert scope.node is not None
    assert ("n",) == parameters(scope.node)


@pytest.mark.parametrize(
    ("source", "dotted"),
    [
        ("import os as o\nx = o.environ.get", "os.environ.get"),
        ("from . import y\nx = y.z", "app.y.z"),
        ("from .. import y\nx = y", "y"),
        ("import environ\nx = environ.Env()", "environ.Env()"),
        ("import os\nx = dict(os.environ)", "os.environ"),
        ("x = 1 + 1", ""),
    ],
)
def test_names_under_their_aliases(source: str, dotted: str) -> None:
    found = names(source)

    assert dotted.lstrip(".") == found.dotted(found.top.bound["x"][0], found.top).lstrip(".")


def test_statements_without_a_wanted_line_are_not_entered() -> None:
    source = "def far():\n    a('A')\n\n\ndef near():\n    b('B')\n"
    found = collect(ast.parse(source), [6], "app", is_package=False)

    assert ["b"] == [
        s.node.func.id
        for s in found.calls
        if isinstance(s.node, ast.Call) and isinstance(s.node.func, ast.Name)
    ]
