"""The names of one Python module: what is bound where, and the texts that expressions fold to. Pure.

Nothing is run. A name that is bound more than once folds to each of its texts; a loop over
literals binds its variable to each of them. What is not known is a hole in a text.
"""

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

DEPTH_MAX: Final = 40
TEXTS_MAX: Final = 64  # of one expression
STEPS_MAX: Final = 2_000  # to fold one: `x = x + "a"` a hundred times would branch for ever
ALL_STEPS_MAX: Final = 500_000  # for a whole module
NAME_CHARS_MAX: Final = 200
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SKIPPED: Final = (ast.Constant, ast.Name, ast.expr_context, ast.operator, ast.cmpop, ast.unaryop)
_CASES: Final = frozenset({"upper", "lower"})


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a text that is not known: a parameter of the function around it, or anything."""

    parameter: str = ""
    case: str = ""  # upper or lower, when that is done to it


Text = tuple[str | Hole, ...]  # neighbouring strings are joined
UNKNOWN: Final[Text] = (Hole(),)
Imported = Callable[[str], Sequence[str]]  # the texts of a constant of another module


@dataclass(slots=True)
class Scope:
    """A module, class or function, and what its own statements bind."""

    node: ast.AST | None = None
    parent: "Scope | None" = None
    bound: dict[str, list[ast.expr]] = field(default_factory=dict)
    each: dict[str, list[tuple[ast.expr, int | None]]] = field(default_factory=dict)  # of loops
    parameters: frozenset[str] = frozenset()
    functions: dict[str, ast.AST] = field(default_factory=dict)
    classes: dict[str, "Scope"] = field(default_factory=dict)

    @property
    def is_class(self) -> bool:
        """Whether this is the body of a class, whose names functions inside do not see."""
        return isinstance(self.node, ast.ClassDef)

    def visible(self) -> Iterator["Scope"]:
        """The scope itself and those around it whose names are seen from here."""
        yield self
        scope = self.parent
        while scope is not None:
            if not scope.is_class:
                yield scope
            scope = scope.parent

    def home(self) -> "Scope | None":
        """The class around this scope, for `self.x` and `cls.x`."""
        scope: Scope | None = self
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return scope


@dataclass(frozen=True, slots=True)
class Seen:
    """A node that may matter, where it is, and what is around it, innermost first."""

    node: ast.AST
    scope: Scope
    around: "Seen | None"


@dataclass(slots=True)
class Names:
    """One module: what it imports, binds and does."""

    dotted_path: str  # app.config for app/config.py
    is_package: bool = False
    imports: dict[str, str] = field(default_factory=dict)
    top: Scope = field(default_factory=Scope)
    attributes: list[Seen] = field(default_factory=list)  # in capitals, as settings have them
    calls: list[Seen] = field(default_factory=list)
    subscripts: list[Seen] = field(default_factory=list)
    compares: list[Seen] = field(default_factory=list)
    assigns: list[Seen] = field(default_factory=list)
    returns: list[Seen] = field(default_factory=list)
    functions: list[Scope] = field(default_factory=list)
    classes: list[Scope] = field(default_factory=list)
    strings: list[ast.Constant] = field(default_factory=list)
    all_steps: int = ALL_STEPS_MAX
    steps: int = 0  # left for the expression that is folded now
    texts_of: Imported = lambda _dotted: ()
    prefix_of: Callable[[str], str | None] = lambda _dotted: None  # of another module's object
    alias_of: Callable[[str], str] = lambda dotted: dotted  # what another module's name stands for

    def dotted(self, node: ast.AST, scope: Scope, depth: int = 0) -> str:
        """`os.environ.get` for that expression under any alias; empty when it is no name.

        A call is written `environ.Env()`: the object that it makes is what tells.
        """
        if depth > DEPTH_MAX:
            return ""
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
                home = scope.home()
                return self._bound(home, attr, scope, depth) if home else ""
            case ast.Attribute(value=value, attr=attr):
                owner = self.dotted(value, scope, depth + 1)
                return self.alias_of(f"{owner}.{attr}") if owner else ""
            case ast.Call(
                func=ast.Name(id="partial" | "dict") | ast.Attribute(attr="partial"), args=[of, *_]
            ):
                return self.dotted(of, scope, depth + 1)
            case ast.Call(func=ast.Attribute(value=of, attr="copy"), args=[]):
                return self.dotted(of, scope, depth + 1)
            case ast.Call(func=func):
                called = self.dotted(func, scope, depth + 1)
                return f"{called}()" if called else ""
            case ast.Name(id=name):
                for one in scope.visible():
                    if name in one.parameters:
                        return name
                    if name in one.bound:
                        return self._bound(one, name, scope, depth) or name
                return self.alias_of(self.imports.get(name, name))
            case _:
                return ""

    def _bound(self, owner: Scope, name: str, scope: Scope, depth: int) -> str:
        values = owner.bound.get(name, ())
        if len(values) != 1 or (isinstance(values[0], ast.Name) and values[0].id == name):
            return ""
        return self.dotted(values[0], scope, depth + 1)

    def names(self, node: ast.AST | None, scope: Scope) -> tuple[Text, ...]:
        """Every text that `node` may be, at most `TEXTS_MAX`; empty for what is no text at all."""
        given = self.steps = min(STEPS_MAX, self.all_steps)
        found = tuple(dict.fromkeys(self._texts(node, scope, 0)))[:TEXTS_MAX]
        self.all_steps -= given - max(self.steps, 0)
        return found

    def text(self, node: ast.AST | None, scope: Scope) -> str | None:
        """The one text that `node` is, if it is known."""
        found = self.names(node, scope)
        return plain(found[0]) if len(found) == 1 else None

    def _texts(self, node: ast.AST | None, scope: Scope, depth: int) -> list[Text]:
        self.steps -= 1
        if depth > DEPTH_MAX or self.steps < 0:
            return [UNKNOWN]
        down = depth + 1
        match node:
            case ast.Constant(value=str(value)):
                return [(value[:NAME_CHARS_MAX],)] if value else [()]
            case ast.Constant(value=bytes(raw)):
                return [(raw[:NAME_CHARS_MAX].decode("latin-1"),)]
            case ast.Name(id=name):
                return self._of_name(name, scope, down)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
                home = scope.home()
                return self._all(home.bound.get(attr, ()), home, down) if home else [UNKNOWN]
            case ast.Attribute(value=inner, attr="value" | "name") if isinstance(
                inner, ast.Attribute
            ):
                return self._texts(inner, scope, down)
            case ast.Attribute(value=ast.Name(id=owner), attr=attr):
                for one in scope.visible():
                    if owner in one.classes:
                        inside = one.classes[owner]
                        return self._all(inside.bound.get(attr, ()), inside, down)
                return [(text,) for text in self.texts_of(self.dotted(node, scope))] or [UNKNOWN]
            case ast.JoinedStr(values=values):
                return self._product([self._texts(v, scope, down) for v in values])
            case ast.FormattedValue(value=value):
                return self._texts(value, scope, down)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._product(
                    [self._texts(left, scope, down), self._texts(right, scope, down)]
                )
            case ast.BinOp(left=ast.Constant(value=str(form)), op=ast.Mod(), right=right):
                given = right.elts if isinstance(right, ast.Tuple) else [right]
                return self._filled(form.split("%s"), given, scope, down)
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str(form)), attr="format"), args=given
            ):
                return self._filled(form.split("{}"), given, scope, down)
            case ast.Call(func=ast.Attribute(value=inner, attr=case), args=[]) if case in _CASES:
                return [_cased(text, case) for text in self._texts(inner, scope, down)]
            case ast.Call(func=ast.Attribute(value=inner, attr="strip" | "encode" | "decode")):
                return self._texts(inner, scope, down)
            case ast.Call(func=ast.Name(id="str"), args=[inner]):
                return self._texts(inner, scope, down)
            case ast.IfExp(body=body, orelse=orelse):
                return [*self._texts(body, scope, down), *self._texts(orelse, scope, down)]
            case ast.BoolOp(values=values):
                return self._all(values, scope, down)
            case _:
                return [UNKNOWN]

    def _of_name(self, name: str, scope: Scope, depth: int) -> list[Text]:
        for one in scope.visible():
            if name in one.each:
                found = [
                    text
                    for given, at in one.each[name]
                    for text in self._elements(given, at, one, depth)
                ]
                return found[:TEXTS_MAX] or [UNKNOWN]
            # Before what is bound: `name = name.upper()` stays the parameter that it is.
            if name in one.parameters:
                return [(Hole(name),)]
            if name in one.bound:
                return self._all(one.bound[name], one, depth)
        dotted = self.imports.get(name)
        return [(text,) for text in (self.texts_of(dotted) if dotted else ())] or [UNKNOWN]

    def _all(self, nodes: Sequence[ast.AST], scope: Scope, depth: int) -> list[Text]:
        found = [text for node in nodes[:TEXTS_MAX] for text in self._texts(node, scope, depth)]
        return found[:TEXTS_MAX] or [UNKNOWN]

    def _product(self, parts: list[list[Text]]) -> list[Text]:
        size = 1
        for part in parts:
            size *= max(1, len(part))
        if size > TEXTS_MAX:
            return [UNKNOWN]
        return [_joined(chosen) for chosen in product(*parts)]

    def _filled(
        self, pieces: list[str], given: Sequence[ast.AST], scope: Scope, depth: int
    ) -> list[Text]:
        if len(pieces) != len(given) + 1:
            return [UNKNOWN]
        parts: list[list[Text]] = [[(pieces[0],)]]
        for piece, node in zip(pieces[1:], given, strict=True):
            parts += [self._texts(node, scope, depth), [(piece,)]]
        return self._product(parts)

    def _elements(self, node: ast.AST, at: int | None, scope: Scope, depth: int) -> list[Text]:
        """The texts of the elements of a literal, or of a name that is bound to one."""
        self.steps -= 1
        if depth > DEPTH_MAX or self.steps < 0:
            return []
        match node:
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                chosen = [_part(e, at) for e in elts[:TEXTS_MAX]]
            case ast.Dict(keys=keys, values=values):
                chosen = [*(values if at == 1 else keys)][:TEXTS_MAX]
            case ast.Call(func=ast.Attribute(value=inner, attr="items" | "keys")):
                return self._elements(inner, at, scope, depth + 1)
            case ast.Call(func=ast.Attribute(value=inner, attr="values")):
                return self._elements(inner, 1, scope, depth + 1)
            case ast.Call(
                func=ast.Name(id="sorted" | "list" | "tuple" | "set" | "frozenset"), args=[inner]
            ):
                return self._elements(inner, at, scope, depth + 1)
            case ast.Name(id=name):
                for one in scope.visible():
                    if name in one.bound:
                        return [
                            t
                            for v in one.bound[name]
                            for t in self._elements(v, at, one, depth + 1)
                        ]
                return []
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
                home = scope.home()
                values = home.bound.get(attr, []) if home else []
                return [t for v in values for t in self._elements(v, at, scope, depth + 1)]
            case _:
                return []
        return [
            text for one in chosen if one is not None for text in self._texts(one, scope, depth + 1)
        ]


def plain(text: Text) -> str | None:
    """The text, if nothing in it is a hole."""
    if not text:
        return ""
    return text[0] if len(text) == 1 and isinstance(text[0], str) else None


def collect(tree: ast.Module, lines: Sequence[int], dotted_path: str, *, is_package: bool) -> Names:
    """Walk a tree once. Statements that span none of `lines` (1-based, in order) are not entered."""
    found = Names(dotted_path, is_package)
    found.top.node = tree
    stack: list[Seen] = [Seen(tree, found.top, None)]
    while stack:
        seen = stack.pop()
        node, scope = seen.node, seen.scope
        if isinstance(node, ast.stmt) and not _spans(node, lines):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                scope.functions[node.name] = node
            continue
        inner = _note(node, seen, found)
        for child in reversed([*ast.iter_child_nodes(node)]):
            if isinstance(child, ast.Constant):
                if isinstance(child.value, str):
                    found.strings.append(child)
            elif not isinstance(child, _SKIPPED):
                stack.append(Seen(child, inner, seen))
    return found


def _note(node: ast.AST, seen: Seen, found: Names) -> Scope:
    """Keep what `node` says; the scope that its children are in."""
    scope = seen.scope
    match node:
        case ast.Call():
            found.calls.append(seen)
        case ast.Subscript(ctx=ast.Load()):
            found.subscripts.append(seen)
        case ast.Attribute(attr=attr, ctx=ast.Load()) if attr.isupper():
            found.attributes.append(seen)
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            found.compares.append(seen)
        case ast.Assign(targets=targets, value=value):
            found.assigns.append(seen)
            for target in targets:
                _bind(target, value, scope)
        case ast.Return(value=ast.expr()):
            found.returns.append(seen)
        case ast.AnnAssign(target=target, value=value):
            found.assigns.append(seen)
            if value is not None:
                _bind(target, value, scope)
        case ast.NamedExpr(target=target, value=value):
            _bind(target, value, scope)
        case (
            ast.For(target=target, iter=given)
            | ast.AsyncFor(target=target, iter=given)
            | ast.comprehension(target=target, iter=given)
        ):
            _loop(target, given, scope)
        case ast.With(items=items):
            for item in items:
                if isinstance(item.optional_vars, ast.Name):
                    _bind(item.optional_vars, item.context_expr, scope)
        case ast.Import(names=names):
            for alias in names:
                bound = alias.asname or alias.name.partition(".")[0]
                found.imports[bound] = alias.name if alias.asname else bound
        case ast.ImportFrom(names=names):
            origin = _origin(node, found)
            for alias in names:
                found.imports[alias.asname or alias.name] = f"{origin}.{alias.name}"
        case ast.ClassDef(name=name):
            inner = Scope(node, scope)
            scope.classes[name] = inner
            found.classes.append(inner)
            return inner
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            inner = Scope(node, scope, parameters=frozenset(parameters(node)))
            found.functions.append(inner)
            if not isinstance(node, ast.Lambda):
                scope.functions[node.name] = node
            return inner
        case _:
            pass
    return scope


def parameters(node: ast.AST) -> tuple[str, ...]:
    """The names of a function's parameters: by position first, then those by name only."""
    if not isinstance(node, _FUNCTIONS):
        return ()
    given = node.args
    return tuple(a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs))


def _bind(target: ast.AST, value: ast.expr, scope: Scope) -> None:
    if isinstance(target, ast.Name):
        scope.bound.setdefault(target.id, []).append(value)
    elif (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == "self"
    ):
        home = scope.home()
        if home is not None:
            home.bound.setdefault(target.attr, []).append(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            _bind(one, other, scope)


def _loop(target: ast.expr, given: ast.expr, scope: Scope) -> None:
    if isinstance(target, ast.Name):
        scope.each.setdefault(target.id, []).append((given, None))
    elif isinstance(target, ast.Tuple):
        for at, one in enumerate(target.elts):
            if isinstance(one, ast.Name):
                scope.each.setdefault(one.id, []).append((given, at))


def _origin(node: ast.ImportFrom, found: Names) -> str:
    if not node.level:
        return node.module or ""
    parts = found.dotted_path.split(".")
    up = node.level - 1 if found.is_package else node.level
    base = parts[: len(parts) - up] if up else parts
    return ".".join([*base, *([node.module] if node.module else [])])


def _spans(node: ast.stmt, lines: Sequence[int]) -> bool:
    decorators = getattr(node, "decorator_list", None)
    at = bisect_left(lines, decorators[0].lineno if decorators else node.lineno)
    return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)


def _part(node: ast.AST | None, at: int | None) -> ast.AST | None:
    if at is None:
        return node
    inside = isinstance(node, ast.Tuple | ast.List) and len(node.elts) > at
    return node.elts[at] if inside and isinstance(node, ast.Tuple | ast.List) else None


def _joined(parts: Sequence[Text]) -> Text:
    out: list[str | Hole] = []
    for piece in (p for part in parts for p in part):
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        elif piece != "":
            out.append(piece)
    return tuple(out)


def _cased(text: Text, case: str) -> Text:
    change = str.upper if case == "upper" else str.lower
    return tuple(change(p) if isinstance(p, str) else Hole(p.parameter, case) for p in text)
