"""Where a Python module reads the environment, and which of its functions do so for others. Pure."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from strongroom.discover.python.by_end import ByEnd
from strongroom.discover.python.casts import says, says_function
from strongroom.discover.python.scopes import Hole, Names, Scope, Seen, Text, parameters, plain
from strongroom.discover.python.ways_table import (
    DEMAND,
    DYNACONF_OBJECTS,
    ENV_OBJECTS,
    GETENV,
    Way,
    casts,
    is_environ,
    way_of,
)

ROUNDS_MAX: Final = 4  # functions that hand on to functions that hand on
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,127}")
_SHOUTED: Final = re.compile(r"[A-Z][A-Z0-9_]{1,127}")
PREFIXES: Final = ("envvar_prefix", "prefix", "env_prefix")
_OF_DYNACONF: Final = replace(GETENV, default_at=None, note="dynaconf")
_ASKS: Final = replace(GETENV, default_at=None)
_REQUIRED: Final = frozenset({"required", "mandatory", "must_exist", "strict"})
_DEFAULTS: Final = frozenset({"default", "fallback", "default_value", "dflt"})
# What a WSGI server puts under `environ` is no variable of the environment.
_WSGI: Final = re.compile(
    r"wsgi\..*|HTTP_.*|REQUEST_METHOD|PATH_INFO|QUERY_STRING|SCRIPT_NAME|CONTENT_(?:TYPE|LENGTH)|REMOTE_.*|SERVER_(?:NAME|PORT)"
)


@dataclass(frozen=True, slots=True)
class Read:
    """One place that reads `name`. `default` is what it brings, with the scope to fold it in."""

    name: str
    seen: Seen
    demands: bool | None
    secret: bool | None
    default: ast.expr | None = None
    note: str = ""
    declares: bool = False


@dataclass(slots=True)
class Found:
    """What a module reads, and what it offers to others."""

    reads: list[Read] = field(default_factory=list)
    wrappers: dict[str, Way] = field(default_factory=dict)  # by the function's name
    computed: list[tuple[int, str]] = field(default_factory=list)  # names made of unknown parts


def find(names: Names, elsewhere: ByEnd[Way]) -> Found:
    """Every read in a module. `elsewhere` are other modules' functions that read, by full name."""
    found = Found()
    own = tuple(_sites(names, elsewhere, found))
    for _ in range(ROUNDS_MAX):
        before = len(found.wrappers)
        for seen, text, way, _default in own:
            _wrap(seen, text, way, found)
        if len(found.wrappers) == before:
            break
        own = tuple(_sites(names, elsewhere, found))
    asked = {text for seen, text, _, _ in own if _is_in(seen.node)}
    for seen, text, way, default in own:
        gentle = replace(way, demands=False) if text in asked else way
        _settle(seen, text, gentle, default, found)
    return found


Site = tuple[Seen, Text, Way, ast.expr | None]


def _sites(names: Names, elsewhere: ByEnd[Way], found: Found) -> Iterator[Site]:
    # Who asks whether it is there does not demand it, and is believed before who reads it.
    yield from _asked(names, ast.In)
    for seen in names.subscripts:
        node = seen.node
        if isinstance(node, ast.Subscript) and is_environ(names.dotted(node.value, seen.scope)):
            yield from ((seen, text, DEMAND, None) for text in names.names(node.slice, seen.scope))
    yield from _asked(names, ast.NotIn)
    yield from _dynaconf(names)
    for seen in names.calls:
        node = seen.node
        if isinstance(node, ast.Call):
            yield from _of_call(names, node, seen, elsewhere, found)


def _is_in(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In)


def _asked(names: Names, how: type[ast.cmpop]) -> Iterator[Site]:
    """`X in os.environ`."""
    for seen in names.compares:
        node = seen.node
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], how):
            owner = names.dotted(node.comparators[0], seen.scope)
            for text in names.names(node.left, seen.scope) if is_environ(owner) else ():
                yield seen, text, _ASKS, None


def _of_call(
    names: Names, node: ast.Call, seen: Seen, elsewhere: ByEnd[Way], found: Found
) -> Iterator[Site]:
    dotted = names.dotted(node.func, seen.scope)
    if dotted in ENV_OBJECTS or f"{dotted}()" in ENV_OBJECTS:
        yield from _scheme(node, seen)
    way = _way(node, dotted, elsewhere, found)
    if way is None:
        return
    default = _argument(node, way.default_at, way.defaults)
    given = _argument(node, way.at, way.keywords)
    if given is None:
        if way.fixed:
            yield seen, (way.fixed,), way, default
        return
    prefix = _prefix(names, node, seen)
    for text in names.names(given, seen.scope):
        framed = (prefix + way.before, *(_case(p, way.case) for p in text), way.after)
        yield seen, _tidy(framed), way, default


def _way(node: ast.Call, dotted: str, elsewhere: ByEnd[Way], found: Found) -> Way | None:
    method = node.func.attr if isinstance(node.func, ast.Attribute) else dotted.rpartition(".")[2]
    local = found.wrappers.get(method) if isinstance(node.func, ast.Name | ast.Attribute) else None
    if local is not None and (isinstance(node.func, ast.Name) or local.shouted):
        return local
    return elsewhere.get(dotted) or way_of(dotted)


def _scheme(node: ast.Call, seen: Seen) -> Iterator[Site]:
    """`environ.Env(DEBUG=(bool, False))` names what it reads in its keywords."""
    for keyword in node.keywords:
        if keyword.arg and _SHOUTED.fullmatch(keyword.arg):
            pair = keyword.value.elts if isinstance(keyword.value, ast.Tuple) else [keyword.value]
            kind = pair[0].id if isinstance(pair[0], ast.Name) else ""
            way = replace(GETENV, secret=False if kind in {"bool", "int", "float"} else None)
            yield seen, (keyword.arg,), way, pair[1] if len(pair) > 1 else None


def _prefix(names: Names, node: ast.Call, seen: Seen) -> str:
    """What `with env.prefixed("DB_")` around it, or the object's own prefix, put before a name."""
    parts: list[str] = []
    around = seen.around
    while around is not None:
        if isinstance(around.node, ast.With):
            for item in around.node.items:
                call = item.context_expr
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and call.func.attr == "prefixed"
                    and call.args
                ):
                    parts.append(names.text(call.args[0], around.scope) or "")
        around = around.around
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    parts.append(object_prefix(names, owner, seen.scope, ("prefix", "env_prefix")) or "")
    return "".join(reversed(parts))


def object_prefix(
    names: Names, owner: ast.AST, scope: Scope, keywords: tuple[str, ...]
) -> str | None:
    """What the object that reads was made to put before each name; None where nothing is said."""
    if not isinstance(owner, ast.Name):
        return None
    for one in scope.visible():
        for made in one.bound.get(owner.id, ()):
            given = _argument(made, None, keywords) if isinstance(made, ast.Call) else None
            if given is not None:
                is_off = isinstance(given, ast.Constant) and given.value is False
                return "" if is_off else names.text(given, one)
    return names.prefix_of(names.imports.get(owner.id, ""))


def _dynaconf(names: Names) -> Iterator[Site]:
    """`settings.API_KEY` and `settings.get("API_KEY")` come from APP_API_KEY, with its prefix."""
    for seen in (*names.attributes, *names.calls, *names.subscripts):
        node = seen.node
        given: ast.expr | None = None
        match node:
            case ast.Attribute(value=owner, attr=attr):
                given = ast.Constant(attr)
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[key, *_]):
                given = key
            case ast.Subscript(value=owner, slice=key):
                given = key
            case _:
                continue
        if names.dotted(owner, seen.scope) not in DYNACONF_OBJECTS:
            continue
        prefix = object_prefix(names, owner, seen.scope, PREFIXES)
        before = "DYNACONF_" if prefix is None else f"{prefix}_" if prefix else ""
        for text in names.names(given, seen.scope):
            yield seen, _tidy((before, *text)), _OF_DYNACONF, None


def _wrap(seen: Seen, text: Text, way: Way, found: Found) -> None:
    """A function that hands a parameter of its own on as the name reads for its callers."""
    holes = [p for p in text if isinstance(p, Hole)]
    if len(holes) != 1 or not holes[0].parameter:
        return
    hole = holes[0]
    scope: Scope | None = seen.scope
    while scope is not None and hole.parameter not in scope.parameters:
        scope = scope.parent
    if scope is None or scope.node is None:
        return
    name = _function_name(scope)
    if not name or name in found.wrappers:
        return
    given = [p for p in parameters(scope.node) if p not in {"self", "cls"}]
    keyword_only = (
        {a.arg for a in scope.node.args.kwonlyargs}
        if isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        else set()
    )
    at = given.index(hole.parameter)
    default = next((n for n, p in enumerate(given) if p in _DEFAULTS), None)
    split = text.index(hole)
    before, after = text[:split], text[split + 1 :]
    is_method = scope.parent is not None and scope.parent.is_class
    casting = False if casts(name) or says_function(scope.node) is False else says(seen)
    found.wrappers[name] = Way(
        at=None if hole.parameter in keyword_only else at,
        keywords=(hole.parameter,),
        default_at=None if default is None or given[default] in keyword_only else default,
        defaults=tuple(p for p in given if p in _DEFAULTS),
        demands=way.demands and default is None,
        before="".join(p for p in before if isinstance(p, str)),
        after="".join(p for p in after if isinstance(p, str)),
        case=hole.case,
        secret=way.secret if casting is None else casting,
        shouted=is_method and not hole.case,
    )


def _function_name(scope: Scope) -> str:
    node = scope.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name
    if isinstance(node, ast.Lambda) and scope.parent is not None:
        for name, values in scope.parent.bound.items():
            if any(value is node for value in values):
                return name
    return ""


def _settle(seen: Seen, text: Text, way: Way, default: ast.expr | None, found: Found) -> None:
    line = getattr(seen.node, "lineno", 0)
    name = plain(text)
    if name is None:
        known = "…".join(p for p in text if isinstance(p, str))
        if _SHOUTED.search(known) and not any(isinstance(p, Hole) and p.parameter for p in text):
            found.computed.append((line, known))
        return
    if not (_SHOUTED if way.shouted else _NAME).fullmatch(name) or _WSGI.fullmatch(name):
        return
    default = default or _or_default(seen)
    if _is_nothing(default):
        default = None
        demands = way.demands and not _has_default(seen.node, way)
    else:
        demands = way.demands and default is None
    demands = demands or _required(seen.node)
    told = says(seen) if way.secret is None else way.secret
    found.reads.append(
        Read(
            name,
            seen,
            demands or (False if default is not None else None),
            told,
            default,
            way.note,
            way.declares,
        )
    )


def _or_default(seen: Seen) -> ast.expr | None:
    """`os.getenv(X) or "literal"` is a default by another spelling."""
    around = seen.around
    if (
        around is not None
        and isinstance(around.node, ast.BoolOp)
        and isinstance(around.node.op, ast.Or)
    ):
        last = around.node.values[-1]
        return None if last is seen.node else last
    return None


def _is_nothing(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _has_default(node: ast.AST, way: Way) -> bool:
    return isinstance(node, ast.Call) and _argument(node, way.default_at, way.defaults) is not None


def _required(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and any(
        k.arg in _REQUIRED and isinstance(k.value, ast.Constant) and k.value.value is True
        for k in node.keywords
    )


def _argument(node: ast.Call, at: int | None, keywords: tuple[str, ...]) -> ast.expr | None:
    named = next((k.value for k in node.keywords if k.arg in keywords), None)
    if named is not None or at is None or len(node.args) <= at:
        return named
    return None if isinstance(node.args[at], ast.Starred) else node.args[at]


def _case(part: str | Hole, case: str) -> str | Hole:
    if isinstance(part, Hole):
        return replace(part, case=part.case or case)
    return part.upper() if case == "upper" else part.lower() if case == "lower" else part


def _tidy(parts: tuple[str | Hole, ...]) -> Text:
    out: list[str | Hole] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        elif part != "":
            out.append(part)
    return tuple(out)
