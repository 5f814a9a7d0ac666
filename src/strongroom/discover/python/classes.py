"""Classes whose fields are read from the environment: pydantic's settings, and our declarations.

A class is read into plain values at once, so that its tree need not be kept; which classes are
settings is only known when all of a repository's classes are (`fields`). Pure.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from strongroom.discover.interface import Default
from strongroom.discover.judge import judged
from strongroom.discover.python.by_end import ByEnd
from strongroom.discover.python.casts import of_type
from strongroom.discover.python.scopes import Names, Scope

DEPTH_MAX: Final = 8  # of bases, and of models in models
SETTINGS: Final = ("BaseSettings",)
MODELS: Final = ("BaseModel",)
DECLARATIONS: Final = ("strongroom.runtime.fields.Declaration", "strongroom.Declaration")
_ALIASES: Final = frozenset({"alias", "validation_alias", "env"})
_UNWRAPPED: Final = frozenset({"SecretStr", "SecretBytes", "Secret"})
_CONFIG: Final = frozenset({"env_prefix", "env_nested_delimiter", "case_sensitive"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the names that it is read under where they are said, and what is sure of it."""

    name: str
    line: int
    aliases: tuple[str, ...]
    required: bool
    default: Default | None
    secret: bool | None
    types: tuple[str, ...]  # classes that its type names, by full name


@dataclass(frozen=True, slots=True)
class Class:
    """A class as it is written. `made` are URLs that its methods put together of its fields."""

    path: str
    bases: tuple[str, ...]
    fields: tuple[Field, ...]
    prefix: str | None = None
    delimiter: str | None = None
    exact: bool = False  # case_sensitive


@dataclass(frozen=True, slots=True)
class Placed:
    """A field and the name that it has in the environment, first of several."""

    names: tuple[str, ...]
    field: Field
    path: str
    declared: bool


def classes(names: Names, path: str) -> dict[str, Class]:
    """The classes of a module that have a base, by full name."""
    found: dict[str, Class] = {}
    for scope in names.classes:
        node = scope.node
        if isinstance(node, ast.ClassDef) and node.bases and scope.parent is not None:
            bases = tuple(_type_name(names, b, scope.parent) for b in node.bases)
            config = dict(_config(names, node, scope))
            found[f"{names.dotted_path}.{node.name}"] = Class(
                path,
                tuple(filter(None, bases)),
                tuple(_fields(names, node, scope)),
                prefix=_text(config.get("env_prefix"), names, scope),
                delimiter=_text(config.get("env_nested_delimiter"), names, scope),
                exact=_is_true(config.get("case_sensitive")),
            )
    return found


def placed(known: ByEnd[Class], resolve: "Resolver") -> Iterator[Placed]:
    """The fields of all settings and declarations among `known`, with their names outside."""
    for name in known:
        line = resolve.line_of(name)
        declared = any(b in DECLARATIONS for b in line.roots)
        if not declared and not any(b.rpartition(".")[2] in SETTINGS for b in line.roots):
            continue
        chain = [known[c] for c in line.chain]
        prefix = next((c.prefix for c in chain if c.prefix is not None), "")
        delimiter = next((c.delimiter for c in chain if c.delimiter is not None), "")
        exact = any(c.exact for c in chain) or declared
        seen: set[str] = set()
        for owner in chain:
            for given in owner.fields:
                if given.name not in seen:
                    seen.add(given.name)
                    yield from _place(
                        given,
                        owner.path,
                        prefix,
                        delimiter,
                        resolve,
                        exact=exact,
                        declared=declared,
                    )


@dataclass(frozen=True, slots=True)
class Line:
    """A class and its bases in this repository, and the names of those from outside of it."""

    chain: tuple[str, ...]
    roots: tuple[str, ...]


@dataclass(slots=True)
class Resolver:
    """Finds classes by the names that other modules call them."""

    known: ByEnd[Class]

    def find(self, dotted: str) -> str | None:
        """The full name of the class that is meant, if it is of this repository."""
        return self.known.find(dotted)

    def line_of(self, name: str) -> Line:
        """The class itself, its bases in the order in which they win, and what is outside."""
        chain: list[str] = []
        roots: list[str] = []
        waiting = [name]
        while waiting and len(chain) < 64:
            one = waiting.pop(0)
            if one in chain:
                continue
            chain.append(one)
            for base in self.known[one].bases:
                found = self.find(base)
                if found is None:
                    roots.append(base)
                else:
                    waiting.append(found)
        return Line(tuple(chain), tuple(roots))

    def is_model(self, name: str) -> bool:
        """Whether it is a model, whose fields are read below the field that holds it."""
        roots = self.line_of(name).roots
        return any(r.rpartition(".")[2] in MODELS for r in roots)


def _place(
    given: Field, path: str, prefix: str, delimiter: str, resolve: Resolver, *, exact: bool, declared: bool,
    depth: int = 0,
) -> Iterator[Placed]:  # fmt: skip
    own = given.aliases or (f"{prefix}{given.name}",)
    names = own if exact else tuple(n.upper() for n in own)
    inside = [m for t in given.types if (m := resolve.find(t)) and resolve.is_model(m)]
    if inside and delimiter and depth < DEPTH_MAX:
        for owner in (c for m in inside for c in resolve.line_of(m).chain):
            holder = resolve.known[owner]
            for one in holder.fields:
                under = f"{names[0]}{delimiter}"
                yield from _place(
                    one,
                    holder.path,
                    under,
                    delimiter,
                    resolve,
                    exact=exact,
                    declared=declared,
                    depth=depth + 1,
                )
        return
    if inside and not any(f.secret for m in inside for f in resolve.known[m].fields):
        return  # comes as JSON, and nothing in it is said to be a secret
    yield Placed(names, given, path, declared)


def _fields(names: Names, node: ast.ClassDef, scope: Scope) -> Iterator[Field]:
    renamed = _renamed(names, node, scope)
    for one in node.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name):
            continue
        name = one.target.id
        if name.startswith("_") or name == "model_config" or _last(one.annotation) == "ClassVar":
            continue
        calls = [c for c in (one.value, *_metadata(one.annotation)) if isinstance(c, ast.Call)]
        call = next((c for c in calls if _last(c.func).lower() == "field"), None)
        default = _default(one.value, call)
        aliases = _aliases(names, call, scope) or renamed.get(name, ())
        yield Field(
            name,
            one.lineno,
            aliases,
            default is None,
            _judged(names, default, scope),
            of_type(one.annotation),
            tuple(_types(names, one.annotation, scope)),
        )


def _default(value: ast.expr | None, call: ast.Call | None) -> ast.expr | None:
    """What is given when nothing is set; None where a value is demanded."""
    if call is not None:
        given = next((k.value for k in call.keywords if k.arg == "default"), None)
        factory = next((k.value for k in call.keywords if k.arg == "default_factory"), None)
        wanted = next((k.value for k in call.keywords if k.arg == "required"), None)
        if isinstance(wanted, ast.Constant) and wanted.value is False:
            return ast.Constant(None)
        found = given or factory or (call.args[0] if call.args else None)
        # `x: Annotated[str, Field(alias="Y")] = "z"` has its default behind the annotation.
        value = found if value is call or found is not None else value
    if value is None or (isinstance(value, ast.Constant) and value.value is Ellipsis):
        return None
    return value


def _judged(names: Names, node: ast.expr | None, scope: Scope) -> Default | None:
    if isinstance(node, ast.Call) and _last(node.func) in _UNWRAPPED and node.args:
        node = node.args[0]
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    return default_of(names, node, scope)


def default_of(names: Names, node: ast.expr | None, scope: Scope) -> Default | None:
    """A default as its kind and look; None when there is none, or only made elsewhere."""
    if node is None:
        return None
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | bytes):
        return None if node.value is None else judged(str(node.value))
    text = names.text(node, scope)
    return None if text is None else judged(text)


def _aliases(names: Names, call: ast.Call | None, scope: Scope) -> tuple[str, ...]:
    if call is None:
        return ()
    given = {k.arg: k.value for k in call.keywords if k.arg in _ALIASES}
    node = given.get("validation_alias") or given.get("env") or given.get("alias")
    if isinstance(node, ast.Call):  # AliasChoices, AliasPath
        nodes: Sequence[ast.expr] = node.args[:1] if _last(node.func) == "AliasPath" else node.args
    elif isinstance(node, ast.List | ast.Tuple):
        nodes = node.elts
    else:
        nodes = [] if node is None else [node]
    return tuple(t for n in nodes if (t := names.text(n, scope)))


def _renamed(names: Names, node: ast.ClassDef, scope: Scope) -> dict[str, tuple[str, ...]]:
    """`class Config: fields = {"key": {"env": "API_KEY"}}`, as pydantic 1 has it."""
    found: dict[str, tuple[str, ...]] = {}
    for inner in node.body:
        if isinstance(inner, ast.ClassDef) and inner.name == "Config":
            for one in inner.body:
                if (
                    isinstance(one, ast.Assign)
                    and _last(one.targets[0]) == "fields"
                    and isinstance(one.value, ast.Dict)
                ):
                    for key, value in zip(one.value.keys, one.value.values, strict=True):
                        env = (
                            value.values[0]
                            if isinstance(value, ast.Dict) and value.values
                            else value
                        )
                        own, text = names.text(key, scope), names.text(env, scope)
                        if own and text:
                            found[own] = (text,)
    return found


def _config(names: Names, node: ast.ClassDef, scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    for keyword in node.keywords:
        if keyword.arg in _CONFIG:
            yield keyword.arg, keyword.value
    for one in node.body:
        if isinstance(one, ast.ClassDef) and one.name == "Config":
            for inner in one.body:
                if isinstance(inner, ast.Assign) and _last(inner.targets[0]) in _CONFIG:
                    yield _last(inner.targets[0]), inner.value
        elif isinstance(one, ast.Assign | ast.AnnAssign):
            target = one.targets[0] if isinstance(one, ast.Assign) else one.target
            if _last(target) != "model_config":
                continue
            if isinstance(one.value, ast.Call):
                yield from ((k.arg, k.value) for k in one.value.keywords if k.arg in _CONFIG)
            elif isinstance(one.value, ast.Dict):
                for key, value in zip(one.value.keys, one.value.values, strict=True):
                    text = names.text(key, scope)
                    if text in _CONFIG:
                        yield text, value


def _text(node: ast.expr | None, names: Names, scope: Scope) -> str | None:
    return None if node is None else names.text(node, scope)


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _types(names: Names, node: ast.AST | None, scope: Scope, depth: int = 0) -> Iterator[str]:
    """The classes that a type names, those inside of `Optional[X]` and `X | None` too."""
    match node:
        case _ if depth > DEPTH_MAX:
            return
        case ast.Name() | ast.Attribute():
            name = _type_name(names, node, scope)
            if name:
                yield name
        case ast.Subscript(slice=ast.Tuple(elts=elts)):
            for one in elts:
                yield from _types(names, one, scope, depth + 1)
        case ast.Subscript(slice=inner):
            yield from _types(names, inner, scope, depth + 1)
        case ast.BinOp(left=left, right=right):
            yield from _types(names, left, scope, depth + 1)
            yield from _types(names, right, scope, depth + 1)
        case _:
            return


def _type_name(names: Names, node: ast.AST, scope: Scope) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name) and node.id not in names.imports:
        return f"{names.dotted_path}.{node.id}"
    return names.dotted(node, scope)


def _metadata(node: ast.AST | None) -> Sequence[ast.AST]:
    if (
        isinstance(node, ast.Subscript)
        and _last(node.value) == "Annotated"
        and isinstance(node.slice, ast.Tuple)
    ):
        return node.slice.elts[1:]
    return ()


def _last(node: ast.AST | None) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last(value)
        case _:
            return ""
