"""Where a Python module lets a secret out: log calls, prints, error messages. Pure."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from strongroom.check.facts import Use
from strongroom.check.python_names import DEPTH_MAX, Module
from strongroom.naming.classify import Likeness
from strongroom.naming.vocabulary import vocabulary

_LEVELS: Final = vocabulary(
    "debug info warning warn error exception critical fatal log trace success notice"
)
_PRINTERS: Final = vocabulary("""
    print pprint pprint.pprint sys.stdout.write sys.stderr.write warnings.warn click.echo
    click.secho typer.echo rich.print console.print
    """)
_LOGGER: Final = re.compile(
    r"_*(?:\w*logg(?:er|ing)\w*|log|\w+_log|structlog|loguru)", re.IGNORECASE
)
# Calls that give back what they were given, or text of it. All others are taken to transform:
# `len`, `bool`, `mask`, `hash` let nothing out.
_TRANSPARENT_FUNCTIONS: Final = vocabulary("str repr format ascii bytes dict list tuple vars")
_TRANSPARENT_METHODS: Final = vocabulary("""
    format encode decode strip lstrip rstrip join lower upper replace ljust rjust title
    get_secret_value reveal dumps pformat
    """)
_CUT: Final = re.compile(r"%-?\d*\.\d+s")


def outputs(module: Module) -> Iterator[tuple[Use, str, int]]:
    """Every (use, name of the secret, line) at which a secret is let out."""
    for node, scope in module.every(ast.Call):
        if isinstance(node, ast.Call):
            yield from _logged(module, node, scope)
    for node, scope in module.every(ast.Raise):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for name, _, likely in _distinct(_arguments(module, node.exc, scope)):
                # Parsers raise about their tokens all day.
                if likely is not Likeness.AMBIGUOUS:
                    yield Use.RAISED, name, node.lineno


def _logged(module: Module, node: ast.Call, scope: int) -> Iterator[tuple[Use, str, int]]:
    dotted = module.dotted(node.func)
    owner, _, method = dotted.rpartition(".")
    is_logger = method in _LEVELS and _LOGGER.fullmatch(owner.rpartition(".")[2]) is not None
    if not is_logger and dotted not in _PRINTERS:
        return
    for name, sliced, likely in _distinct(_arguments(module, node, scope)):
        # `token` alone is too common a word to be believed in a print.
        if likely is Likeness.AMBIGUOUS and not is_logger:
            continue
        yield (Use.SLICED if sliced else Use.LOGGED), name, node.lineno


def _arguments(module: Module, node: ast.Call, scope: int) -> Iterator[tuple[str, bool, Likeness]]:
    given = [*node.args, *(k.value for k in node.keywords if k.arg not in {"file", "exc_info"})]
    cut = any(isinstance(a, ast.Constant) and _CUT.search(str(a.value)) for a in given)
    for argument in given:
        for name, sliced, likely in carried(module, argument, scope):
            yield name, sliced or cut, likely


def _distinct(
    found: Iterator[tuple[str, bool, Likeness]],
) -> Iterator[tuple[str, bool, Likeness]]:
    seen: set[str] = set()
    for name, sliced, likely in found:
        if name not in seen:
            seen.add(name)
            yield name, sliced, likely


def carried(
    module: Module, node: ast.expr, scope: int, depth: int = 0
) -> Iterator[tuple[str, bool, Likeness]]:
    """The secrets whose text ends up in the text of `node`, and whether only a part does."""
    if depth > DEPTH_MAX:
        return
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        for name, _, likely in carried(module, node.value, scope, depth + 1):
            yield name, True, likely
        return
    if module.dotted(node) == "os.environ":
        yield "os.environ", False, Likeness.SECRET
        return
    secret = module.secret(node, scope)
    if secret:
        yield secret[0], False, secret[1]
        return
    for inner, sliced in _inside(module, node):
        for name, part, likely in carried(module, inner, scope, depth + 1):
            yield name, part or sliced, likely


def _inside(module: Module, node: ast.expr) -> Iterator[tuple[ast.expr, bool]]:
    """The parts of `node` whose text is part of its text; the flag says that it is cut."""
    match node:
        case ast.JoinedStr(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
            yield from ((v, False) for v in values)
        case ast.FormattedValue(value=value, format_spec=spec):
            yield value, spec is not None and "." in ast.unparse(spec)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            cut = isinstance(left, ast.Constant) and _CUT.search(str(left.value)) is not None
            yield left, False
            yield right, cut
        case ast.Dict(values=values):
            yield from ((v, False) for v in values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from ((body, False), (orelse, False))
        case ast.BoolOp(values=values):
            yield from ((v, False) for v in values)
        case ast.Starred(value=value) | ast.Await(value=value):
            yield value, False
        case ast.NamedExpr(value=value):
            yield value, False
        case ast.Call(func=func, args=args, keywords=keywords):
            yield from ((i, False) for i in _through_call(module, func, args, keywords))
        case _:
            return


def _through_call(
    module: Module, func: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]
) -> Iterator[ast.expr]:
    method = module.dotted(func).rpartition(".")[2]
    if isinstance(func, ast.Attribute) and (func.attr in _TRANSPARENT_METHODS):
        yield func.value
        yield from args
        yield from (k.value for k in keywords)
    elif isinstance(func, ast.Name) and method in _TRANSPARENT_FUNCTIONS:
        yield from args
        yield from (k.value for k in keywords)
