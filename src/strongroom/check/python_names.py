"""The names of one Python module: what was imported, folded, wrapped and passed on. Pure."""

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from strongroom.naming.classify import Likeness, likeness
from strongroom.naming.vocabulary import vocabulary

DEPTH_MAX: Final = 50
FUNCTIONS: Final = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda})
# Only these are kept, and what holds no nodes is not entered: walking is half of the time.
_WANTED: Final[tuple[type[ast.AST], ...]] = (
    ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr,
    ast.Call, ast.Subscript, ast.BoolOp, ast.Dict, ast.Constant, ast.Raise, ast.ClassDef,
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda,
)  # fmt: skip
_LEAVES: Final = frozenset({ast.Constant, ast.Name, ast.Pass, ast.Global, ast.Nonlocal, ast.alias})
_FIELDS: Final[dict[type[ast.AST], tuple[str, ...]]] = {}  # filled as kinds are met
_FLAT: Final = vocabulary(
    "ctx op ops kind type_comment type_ignores name names id attr arg module level conversion is_async simple rest"
)
_READERS: Final = vocabulary("""
    getenv get_secret get_env getsecret read_secret get_env_var get_env_variable require_env
    require_secret env_var get_setting
    """)
# Short names that mean a reader only in front of an ENVIRONMENT_NAME.
_CONFIG_READERS: Final = frozenset({"env", "config", "env.str", "env.url", "env.db", "env.get"})
_ENVIRON_METHODS: Final = frozenset({"get", "setdefault", "pop"})


@dataclass(frozen=True, slots=True)
class Read:
    """A read of the environment: which name, and the default if one is brought."""

    name: str
    default: ast.expr | None


@dataclass(slots=True)
class Module:
    """The nodes of a module by class, each with the number of the function it is in (0: none)."""

    nodes: dict[type[ast.AST], list[tuple[ast.AST, int]]] = field(
        default_factory=lambda: {kind: [] for kind in _WANTED}
    )
    imported: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    wrappers: dict[str, int] = field(default_factory=dict)
    carriers: dict[tuple[int, str], str] = field(default_factory=dict)
    functions: dict[int, ast.AST] = field(default_factory=dict)
    known: dict[int, Read | None] = field(default_factory=dict)

    def every(self, *kinds: type[ast.AST]) -> Iterator[tuple[ast.AST, int]]:
        """The nodes of these classes."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())

    def dotted(self, node: ast.expr) -> str:
        """`os.environ.get` for that expression under any alias; empty when it is no name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Call):
            # `get_logger().info`: the call's own name is what tells.
            parts.append(self.dotted(node.func))
        elif isinstance(node, ast.Name):
            parts.append(self.imported.get(node.id, node.id))
        else:
            return ""
        return ".".join(reversed(parts))

    def text(self, node: ast.expr | None, depth: int = 0) -> str | None:
        """The string that an expression is made of, if it is made of literals only."""
        if depth > DEPTH_MAX:
            return None
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.Constant(value=bytes(raw)):
                return raw.decode("latin-1")
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                a, b = self.text(left, depth + 1), self.text(right, depth + 1)
                return None if a is None or b is None else a + b
            case ast.Call(func=ast.Attribute(value=inner, attr="encode" | "decode" | "strip")):
                return self.text(inner, depth + 1)
            case ast.Call(func=ast.Name(id="SecretStr" | "SecretBytes" | "Secret"), args=[inner]):
                return self.text(inner, depth + 1)
            case ast.Call(func=ast.Name(id="Field"), args=args, keywords=keywords):
                default = next((k.value for k in keywords if k.arg == "default"), None)
                return self.text(default or (args[0] if args else None), depth + 1)
            case _:
                return None

    def key(self, node: ast.expr | None) -> str | None:
        """The name that an argument spells out, directly or by a constant of the module."""
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        return self.text(node)

    def read(self, node: ast.AST) -> Read | None:
        """What `node` reads from the environment, or None."""
        # The tree outlives the module, so that an id stays one node's.
        if id(node) not in self.known:
            self.known[id(node)] = self._read(node)
        return self.known[id(node)]

    def _read(self, node: ast.AST) -> Read | None:
        if isinstance(node, ast.Subscript):
            name = self.key(node.slice) if self._is_environ(self.dotted(node.value)) else None
            return Read(name, None) if name else None
        if not isinstance(node, ast.Call):
            return None
        at = self._reads_argument(self.dotted(node.func))
        if at is None:
            return None
        given = node.args[at] if len(node.args) > at else _keyword(node, "key", "name", "var")
        name = self.key(given)
        if not name or (self.dotted(node.func) in _CONFIG_READERS and not name.isupper()):
            return None
        after = node.args[at + 1] if len(node.args) > at + 1 else None
        return Read(name, _keyword(node, "default", "fallback") or after)

    def secret(self, node: ast.expr, scope: int) -> tuple[str, Likeness] | None:
        """The secret that an expression *is*, by its name or by where it comes from."""
        name = ""
        if isinstance(node, ast.Name):
            carried = self.carriers.get((scope, node.id)) or self.carriers.get((0, node.id))
            if carried:
                return carried, Likeness.SECRET
            name = node.id if node.id not in self.imported else ""
        elif isinstance(node, ast.Attribute):
            name = node.attr
        elif read := self.read(node):
            name = read.name
        elif isinstance(node, ast.Subscript):
            name = self.text(node.slice) or ""
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # `config.get("password")` and friends
            name = (self.text(node.args[0]) or "") if node.args and node.func.attr == "get" else ""
        seen = likeness(name) if name else Likeness.PLAIN
        return None if seen is Likeness.PLAIN else (name, seen)

    def _is_environ(self, dotted: str) -> bool:
        return dotted == "os.environ" or dotted.rpartition(".")[2] == "environ"

    def _reads_argument(self, dotted: str) -> int | None:
        owner, _, method = dotted.rpartition(".")
        if method in _ENVIRON_METHODS and self._is_environ(owner):
            return 0
        if method in _READERS or dotted in _CONFIG_READERS:
            return 0
        return self.wrappers.get(method)


def module(tree: ast.Module, lines: Sequence[int]) -> Module:
    """Walk a tree once and resolve its names.

    `lines` are the 1-based lines that can matter, in order: a statement that spans none of
    them is not entered.
    """
    found = Module()
    _collect(tree, found, lines)
    for node, _ in found.every(ast.Import, ast.ImportFrom):
        _imports(node, found)
    for node, scope in found.every(ast.Assign):
        if scope == 0 and isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = found.text(node.value)
            if text is not None:
                found.constants[node.targets[0].id] = text
    _wrappers(found)
    found.known.clear()
    _carriers(found)
    return found


def _collect(tree: ast.Module, found: Module, lines: Sequence[int]) -> None:
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    scopes = 0
    nodes = found.nodes
    while stack:
        node, scope = stack.pop()
        kind = type(node)
        if isinstance(node, ast.stmt) and not _spans(node, lines):
            continue
        if kind in _WANTED:
            nodes[kind].append((node, scope))
            if kind in FUNCTIONS:
                scopes += 1
                scope = scopes
                found.functions[scope] = node
        for name in _children(kind):
            value = getattr(node, name, None)
            if isinstance(value, list):
                stack.extend((item, scope) for item in value if isinstance(item, ast.AST))
            elif isinstance(value, ast.AST) and type(value) is not ast.Name:
                stack.append((value, scope))


def _spans(node: ast.stmt, lines: Sequence[int]) -> bool:
    decorators = getattr(node, "decorator_list", None)
    at = bisect_left(lines, decorators[0].lineno if decorators else node.lineno)
    return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)


def _children(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a node that hold other nodes; the others are not worth a look."""
    fields = _FIELDS.get(kind)
    if fields is None:
        leaf = kind in _LEAVES
        fields = () if leaf else tuple(name for name in kind._fields if name not in _FLAT)
        _FIELDS[kind] = fields
    return fields


def _imports(node: ast.AST, found: Module) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            # `import a.b` binds `a`; only an alias renames.
            bound = alias.asname or alias.name.partition(".")[0]
            found.imported[bound] = alias.name if alias.asname else bound
    elif isinstance(node, ast.ImportFrom) and node.module == "os":
        for alias in node.names:
            found.imported[alias.asname or alias.name] = f"os.{alias.name}"


def _wrappers(found: Module) -> None:
    """Functions that hand a parameter of theirs to the environment read it for their callers."""
    for node, scope in found.every(ast.Call, ast.Subscript):
        function = found.functions.get(scope)
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        handed = _handed(node, found)
        if handed:
            parameters = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
            names = [p for p in parameters if p not in {"self", "cls"}]
            if handed in names:
                found.wrappers[function.name] = names.index(handed)


def _handed(node: ast.AST, found: Module) -> str:
    """The bare name that `node` hands to the environment as a key, or nothing."""
    key: ast.expr | None = None
    if isinstance(node, ast.Subscript) and found.dotted(node.value) == "os.environ":
        key = node.slice
    elif isinstance(node, ast.Call) and node.args:
        dotted = found.dotted(node.func)
        if dotted == "os.getenv" or dotted.startswith("os.environ."):
            key = node.args[0]
    return key.id if isinstance(key, ast.Name) else ""


def _carriers(found: Module) -> None:
    """Variables with a harmless name that hold what was read under a secret's."""
    for node, scope in found.every(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        if not isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        value = node.value.values[0] if isinstance(node.value, ast.BoolOp) else node.value
        read = found.read(value)
        name = read.name if read else ""
        if isinstance(target, ast.Name) and likeness(name) in {Likeness.SECRET, Likeness.COMPOSITE}:
            found.carriers[scope, target.id] = name


def _keyword(node: ast.Call, *names: str) -> ast.expr | None:
    return next((k.value for k in node.keywords if k.arg in names), None)
