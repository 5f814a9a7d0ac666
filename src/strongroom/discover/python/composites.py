"""URLs that are put together of parts: `f"postgresql://{USER}:{PASSWORD}@{HOST}/{NAME}"`. Pure."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from strongroom.discover.python.scopes import Names, Scope

PARTS_MAX: Final = 16
_BUILDERS: Final = frozenset({"build", "create"})
_SETTINGS: Final = frozenset({"self", "cls", "settings", "config", "values"})
_PASSWORDS: Final = frozenset({"password", "passwd", "user", "username"})


@dataclass(frozen=True, slots=True)
class Made:
    """A URL: what it is called, where, and the names that it is made of."""

    name: str
    line: int
    parts: tuple[str, ...]
    node: ast.AST


def made(names: Names, read: Mapping[int, str]) -> Iterator[Made]:
    """Every URL with a login in a module. `read` has the name that a node reads, by the node's id."""
    for seen in names.assigns:
        if isinstance(seen.node, ast.Assign | ast.AnnAssign) and seen.node.value is not None:
            target = seen.node.targets[0] if isinstance(seen.node, ast.Assign) else seen.node.target
            name = (
                target.id
                if isinstance(target, ast.Name)
                else target.attr
                if isinstance(target, ast.Attribute)
                else ""
            )
            yield from _made(name, seen.node.value, seen.scope, read)
    for seen in names.returns:
        function = seen.scope.node
        if isinstance(seen.node, ast.Return) and isinstance(
            function, ast.FunctionDef | ast.AsyncFunctionDef
        ):
            yield from _made(function.name, seen.node.value, seen.scope, read)


def _made(
    name: str, value: ast.expr | None, scope: Scope, read: Mapping[int, str]
) -> Iterator[Made]:
    for node in ast.walk(value) if value is not None else ():
        if not _is_url(node):
            continue
        parts = tuple(dict.fromkeys(_parts(node, scope, read)))[:PARTS_MAX]
        if len(parts) > 1 and name:
            yield Made(name.upper(), getattr(node, "lineno", 0), parts, node)
        return


def _is_url(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str(head)), *rest]):
            # Without an `@` nobody logs in.
            texts = [v.value for v in rest if isinstance(v, ast.Constant)]
            return "://" in head and any("@" in str(text) for text in texts)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(form)), attr="format")):
            return "://" in form and "@" in form
        case ast.BinOp(left=ast.Constant(value=str(form)), op=ast.Mod()):
            return "://" in form and "@" in form
        case ast.Call(func=ast.Attribute(attr=attr), keywords=keywords) if attr in _BUILDERS:
            return any(k.arg in _PASSWORDS for k in keywords)
        case _:
            return False


def _parts(node: ast.AST, scope: Scope, read: Mapping[int, str]) -> Iterator[str]:
    for inner in ast.walk(node):
        if id(inner) in read:
            yield read[id(inner)]
        elif isinstance(inner, ast.Name):
            for one in scope.visible():
                if inner.id in one.bound:
                    yield from (
                        read[id(n)]
                        for v in one.bound[inner.id][:PARTS_MAX]
                        for n in ast.walk(v)
                        if id(n) in read
                    )
                    break
        elif (
            isinstance(inner, ast.Attribute)
            and isinstance(inner.value, ast.Name)
            and inner.value.id in _SETTINGS
        ):
            # Called in the environment as its class says.
            yield f".{inner.attr}"
