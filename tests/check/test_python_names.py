"""Tests for strongroom.check.python_names."""

import ast

import pytest

from strongroom.check.python_names import Module, Read, module
from strongroom.naming.classify import Likeness


def read(source: str) -> Module:
    return module(ast.parse(source), range(1, source.count("\n") + 2))


def last(source: str) -> tuple[Module, ast.expr]:
    """The module, and the expression of its last line."""
    tree = ast.parse(source)
    statement = tree.body[-1]
    assert isinstance(statement, ast.Expr)
    return module(tree, range(1, 99)), statement.value


@pytest.mark.parametrize(
    ("source", "dotted"),
    [
        ("import os\nos.environ.get", "os.environ.get"),
        ("import os as o\no.environ.get", "os.environ.get"),
        ("from os import environ as e\ne.get", "os.environ.get"),
        ("import a.b\na.b.c", "a.b.c"),
        ("from other import x\nx.y", "x.y"),
        ("get_logger(1).info", "get_logger.info"),
        ("x[0].y", ""),
    ],
)
def test_an_alias_is_resolved(source: str, dotted: str) -> None:
    found, expression = last(source)

    assert dotted == found.dotted(expression)


@pytest.mark.parametrize(
    ("source", "secret"),
    [
        ("api_key", ("api_key", Likeness.SECRET)),
        ("settings.api_key", ("api_key", Likeness.SECRET)),
        ("config['api_key']", ("api_key", Likeness.SECRET)),
        ("config.get('api_key')", ("api_key", Likeness.SECRET)),
        ("token", ("token", Likeness.AMBIGUOUS)),
        ("import os\nx = os.getenv('API_KEY')\nx", ("API_KEY", Likeness.SECRET)),
        ("import os\nx = os.getenv('API_KEY') or y\nx", ("API_KEY", Likeness.SECRET)),
        ("api_key.name", None),
        ("secrets", None),
        ("config.get()", None),
        ("f(1)", None),
    ],
)
def test_what_an_expression_is(source: str, secret: tuple[str, Likeness] | None) -> None:
    found, expression = last(source)

    assert secret == found.secret(expression, 0)


def test_a_variable_carries_a_secret_in_its_own_function_only() -> None:
    source = (
        "import os\ndef f():\n    value = os.getenv('API_KEY')\n    log(value)\n"
        "def g(value):\n    log(value)\n"
    )
    found = read(source)
    calls = [
        (node.args[0], scope)
        for node, scope in found.every(ast.Call)
        if isinstance(node, ast.Call) and found.dotted(node.func) == "log"
    ]

    assert ["API_KEY", None] == sorted(
        (s[0] if (s := found.secret(a, n)) else None for a, n in calls), key=str
    )


def test_a_read_has_its_name_and_its_default() -> None:
    found, expression = last("get_secret('API_KEY', 'x')")
    answer = found.read(expression)

    assert isinstance(answer, Read)
    assert ("API_KEY", "x") == (answer.name, found.text(answer.default))
    assert found.read(ast.parse("x").body[0]) is None


def test_a_statement_without_a_line_that_matters_is_not_entered() -> None:
    tree = ast.parse("a = f(1)\nb = g(2)\n@dec\ndef h(): pass\n")

    assert 1 == len(list(module(tree, [2]).every(ast.Call)))
    assert 1 == len(list(module(tree, [3]).every(ast.FunctionDef)))


def test_a_function_that_reads_a_name_of_its_own_is_no_wrapper() -> None:
    found = read("import os\nKEY = 'X'\ndef f(a):\n    return os.getenv(KEY)\n")

    assert {} == found.wrappers
