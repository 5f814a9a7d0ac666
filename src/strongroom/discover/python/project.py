"""All Python files of a repository: what they read, directly and through one another.

A file is read twice at most: by itself first, and again where it uses what another file offers,
such as a function that reads the environment for its callers. Pure; files come through `load`.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.python import classes, composites, hints, reads
from strongroom.discover.python.by_end import ByEnd
from strongroom.discover.python.classes import Class, Resolver, default_of
from strongroom.discover.python.libraries_table import BY_CALL
from strongroom.discover.python.reads import Found
from strongroom.discover.python.scopes import Names, collect, plain
from strongroom.discover.python.ways_table import (
    CONFIG_OBJECTS,
    DYNACONF_OBJECTS,
    ENV_OBJECTS,
    EXACT,
    Way,
    is_environ,
)
from strongroom.discover.where import scope_of
from strongroom.errors import InvalidError
from strongroom.source.python_text import parse, tree

ROUNDS_MAX: Final = 3
MENTIONS_MAX: Final = 20_000  # of one file
_RUN_SECRETS: Final = re.compile(r"/run/secrets/([A-Za-z][A-Za-z0-9_.-]{0,127})")
Load = Callable[[str], bytes | None]


@dataclass(slots=True)
class Project:
    """Files are added one by one; `finish` gives what is known when all are."""

    load: Load
    paths: Sequence[str]
    _mentions: dict[str, list[Mention | Trouble]] = field(default_factory=dict)
    _wrappers: ByEnd[Way] = field(default_factory=ByEnd)
    _aliases: ByEnd[str] = field(default_factory=ByEnd)
    _prefixes: ByEnd[str] = field(default_factory=ByEnd)
    _flask: str | None = None  # what Flask puts before each name, where it reads them
    _classes: ByEnd[Class] = field(default_factory=ByEnd)
    _modules: ByEnd[str] = field(default_factory=ByEnd)
    _constants: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    _made: list[tuple[str, int, str, tuple[str, ...]]] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)
    _imports: dict[str, frozenset[bytes]] = field(default_factory=dict)  # of each file
    _asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for path in self.paths:
            # Below a root, so that every module has a last word and something before it.
            self._modules.add(f"~.{dotted(path)}", path)

    def add(self, path: str, data: bytes) -> None:
        """Look at one file by itself, if its bytes can matter."""
        if b"\0" in data:
            self._trouble(path, 0, "holds-nul", "holds NUL bytes, so it is not Python source")
        else:
            self._imports[path] = hints.imported(data)
            if hints.matters(data, self._imports[path]):
                self._look(path, data)

    def finish(self) -> Iterator[Mention | Trouble]:
        """Look again where files use one another, and give every mention."""
        for _ in range(ROUNDS_MAX):
            before = len(self._wrappers), len(self._aliases), len(self._classes)
            self._look_again()
            self._missing_classes()
            if before == (len(self._wrappers), len(self._aliases), len(self._classes)):
                break
        if self._flask is not None:
            self._flask_again()
        called: dict[str, str] = {}
        placed = list(classes.placed(self._classes, Resolver(self._classes)))
        for one in placed:
            called.setdefault(one.field.name, one.names[0])
        for found in self._mentions.values():
            yield from found
        for one in placed:
            for name in one.names[:1]:
                yield Mention(
                    name, one.path, one.field.line, How.DECLARED if one.declared else How.READ,
                    scope_of(one.path), one.field.required, one.field.default,
                    True if one.declared else one.field.secret,
                    note="or " + ", ".join(one.names[1:]) if one.names[1:] else "",
                )  # fmt: skip
        for path, line, name, parts in self._made:
            known = tuple(n for p in parts if (n := called.get(p[1:]) if p[0] == "." else p))
            if len(known) > 1:
                yield Mention(name, path, line, How.MADE, scope_of(path), composes=known)

    def _look(self, path: str, data: bytes, more: Iterable[bytes] = ()) -> None:
        self._mentions[path] = []
        self._made = [m for m in self._made if m[0] != path]
        try:
            imports = self._imports.get(path, frozenset())
            wanted = hints.lines(data, imports, tuple(more))
            names = collect(
                tree(data, wanted), wanted, dotted(path), is_package=path.endswith("__init__.py")
            )
            names.texts_of, names.alias_of = self._texts_of, self._alias_of
            names.prefix_of = self._prefixes.get
            found = reads.find(names, self._wrappers)
            self._keep(path, names, found)
        except InvalidError as error:
            self._trouble(path, 0, error.code, error.message)
        except RecursionError:
            self._trouble(path, 0, "too-deep", "is nested too deeply to be looked at")

    def _keep(self, path: str, names: Names, found: Found) -> None:
        scope = scope_of(path)
        kept = self._mentions[path]
        by_node = {id(r.seen.node): r.name for r in found.reads}
        urls = list(composites.made(names, by_node))
        for one in found.reads[:MENTIONS_MAX]:
            inside = {id(n) for n in ast.walk(one.default)} if one.default is not None else set()
            parts = next((u.parts for u in urls if id(u.node) in inside), ())
            kept.append(
                Mention(
                    one.name,
                    path,
                    getattr(one.seen.node, "lineno", 0),
                    How.READ,
                    scope,
                    one.demands,
                    default_of(names, one.default, one.seen.scope),
                    one.secret,
                    tuple(p for p in parts if p[0] != "." and p != one.name),
                    note=one.note,
                )
            )
        for line, known in found.computed:
            why = f"the name {known} is put together while it runs"
            kept.append(Trouble(path, line, "name-computed", why))
        kept += self._libraries(path, names, scope)
        kept += self._of_flask(path, names, scope)
        for string in names.strings:
            for name in _RUN_SECRETS.findall(string.value) if isinstance(string.value, str) else ():
                kept.append(
                    Mention(
                        name,
                        path,
                        string.lineno,
                        How.READ,
                        scope,
                        None,
                        None,
                        True,
                        note="a file of secrets",
                    )
                )
        self._made += [(path, u.line, u.name, u.parts) for u in urls]
        for name, way in found.wrappers.items():
            self._wrappers.add(f"{names.dotted_path}.{name}", way)
        for name, values in names.top.bound.items():
            target = names.dotted(values[0], names.top) if len(values) == 1 else ""
            if (
                target in ENV_OBJECTS | CONFIG_OBJECTS | DYNACONF_OBJECTS
                or target in EXACT
                or is_environ(target)
            ):
                self._aliases.add(f"{names.dotted_path}.{name}", target)
                prefix = reads.object_prefix(names, ast.Name(name), names.top, reads.PREFIXES)
                if prefix is not None:
                    self._prefixes.add(f"{names.dotted_path}.{name}", prefix)
        for name, kind in classes.classes(names, path).items():
            self._classes.add(name, kind)

    def _libraries(self, path: str, names: Names, scope: Scope) -> Iterator[Mention]:
        for seen in names.calls:
            node = seen.node
            if not isinstance(node, ast.Call):
                continue
            library = BY_CALL.get(names.dotted(node.func, seen.scope))
            if library is None or (library.first and node.args):
                continue
            if any(k.arg in library.unless or k.arg is None for k in node.keywords):
                continue
            called = library.calls[0].partition(".")[0]
            for name in library.names:
                yield Mention(
                    name, path, node.lineno, How.READ, scope, None, note=f"read by {called}"
                )

    def _of_flask(self, path: str, names: Names, scope: Scope) -> Iterator[Mention]:
        """`app.config["API_KEY"]` comes from FLASK_API_KEY, where `from_prefixed_env` is called."""
        for seen in names.calls:
            match seen.node:
                case ast.Call(
                    func=ast.Attribute(attr="from_prefixed_env"), args=args, keywords=given
                ):
                    named = [*args[:1], *(k.value for k in given if k.arg == "prefix")]
                    text = names.text(named[0], seen.scope) if named else "FLASK"
                    self._flask = f"{text}_" if text else None
        if self._flask is None:
            return
        for seen in (*names.subscripts, *names.calls):
            match seen.node:
                case ast.Subscript(value=ast.Attribute(attr="config"), slice=key):
                    pass
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="config"), attr="get"),
                    args=[key, *_],
                ):
                    pass
                case _:
                    continue
            name = names.text(key, seen.scope)
            if name and name.isupper():
                line = getattr(seen.node, "lineno", 0)
                note = "by Flask's configuration"
                yield Mention(self._flask + name, path, line, How.READ, scope, note=note)

    def _flask_again(self) -> None:
        for path in self._imports:
            data = self.load(path)
            if data is not None and (b".config[" in data or b".config.get(" in data):
                self._look(path, data)

    def _look_again(self) -> None:
        """Files that use what another file offers, though nothing of their own may show it."""
        offers = {*self._wrappers, *self._aliases, *self._settings()} - self._asked
        self._asked |= offers
        names: set[bytes] = set()
        inside: dict[bytes, set[bytes]] = {}  # names by the last word of their module
        for offer in offers:
            module, _, name = offer.encode().rpartition(b".")
            names.add(name)
            inside.setdefault(module.rpartition(b".")[2], set()).add(b"." + name)
        calls = tuple(w.encode() for w in self._wrappers.words() | self._aliases.words())
        for path, imports in self._imports.items():
            # `from app.env import text`, or `from app import env` and `env.text` later.
            modules = imports & inside.keys()
            if not (imports & names or modules):
                continue
            data = self.load(path)
            if data is not None and (
                imports & names or any(used in data for m in modules for used in inside[m])
            ):
                self._look(path, data, calls)

    def _settings(self) -> Iterator[str]:
        resolve = Resolver(self._classes)
        return (
            name
            for name in self._classes
            if any(r.rpartition(".")[2] in classes.SETTINGS for r in resolve.line_of(name).roots)
        )

    def _missing_classes(self) -> None:
        """Models that settings hold, and bases, in files that nothing else made us read."""
        resolve = Resolver(self._classes)
        wanted = {
            t
            for name, one in self._classes.items()
            for t in (*one.bases, *(t for f in one.fields for t in f.types))
            if "." in t and resolve.find(t) is None
        }
        for one in sorted(wanted):
            path = self._module_of(one.rpartition(".")[0])
            data = self.load(path) if path and path not in self._read else None
            if path and data is not None:
                self._read.add(path)
                if path not in self._mentions:
                    self._look(path, data, (one.rpartition(".")[2].encode(),))

    def _module_of(self, dotted_path: str) -> str | None:
        return self._modules.get(f"~.{dotted_path}") or self._modules.get(dotted_path)

    def _alias_of(self, name: str) -> str:
        return self._aliases.get(name) or name

    def _texts_of(self, name: str) -> tuple[str, ...]:
        """The texts of `app.names.KEY` or `app.names.Keys.KEY`, read from the module on demand."""
        owner, _, last = name.rpartition(".")
        for module, attribute in (
            (owner, last),
            (owner.rpartition(".")[0], f"{owner.rpartition('.')[2]}.{last}"),
        ):
            path = self._module_of(module)
            if path is not None:
                return self._constants_of(path).get(attribute, ())
        return ()

    def _constants_of(self, path: str) -> dict[str, tuple[str, ...]]:
        if path not in self._constants:
            self._constants[path] = {}  # while it is made: modules import one another in circles
            data = self.load(path)
            try:
                names = None
                if data is not None:
                    wanted = range(1, data.count(b"\n") + 2)
                    names = collect(parse(data), wanted, dotted(path), is_package=False)
            except (InvalidError, RecursionError):
                names = None
            if names is not None:
                names.texts_of = self._texts_of
                places = {"": names.top, **{f"{n}.": s for n, s in names.top.classes.items()}}
                for before, scope in places.items():
                    for name in scope.bound:
                        texts = [plain(t) for v in scope.bound[name] for t in names.names(v, scope)]
                        self._constants[path][before + name] = tuple(t for t in texts if t)
        return self._constants[path]

    def _trouble(self, path: str, line: int, code: str, why: str) -> None:
        self._mentions.setdefault(path, []).append(Trouble(path, line, code, why))


def dotted(path: str) -> str:
    """`app.config` for app/config.py, `app` for app/__init__.py."""
    parts = path.removesuffix(".py").removesuffix(".pyw").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
