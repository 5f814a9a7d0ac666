"""What one Python file does with secrets: text in, uses out. Pure; never runs anything of it.

A file is parsed only if its bytes can matter (`matters`), since parsing is what takes the time.
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Final

from strongroom.check.facts import CodeUse, Use
from strongroom.check.python_lines import ALWAYS, WORDS, lines
from strongroom.check.python_names import Module, module
from strongroom.check.python_outputs import outputs
from strongroom.naming.classify import Likeness, likeness
from strongroom.source.python_text import tree
from strongroom.source.values import Value, carries_password, kind, names_secret, same_words

TYPED_CHARS_MIN: Final = 6  # shorter literals are codes and column names
_GIVEN: Final = re.compile(
    rb"""(?:secret|passw(?:or)?d|_pass|_pwd|token|[_-]?key|dsn|credentials?|creds|passphrase|pepper|_ur[li])
    \w*["'\]]*\s*(?::\s*[\w.\[\]|\ ]{1,60})?(?::=|[=:])\s*(?:\(|\w+\()?\s*(?:[rbuf]{0,2}["']|\w+\()""",
    re.VERBOSE,
)
_LET_OUT: Final = re.compile(
    rb"""(?:\.(?:debug|info|warn(?:ing)?|error|exception|critical|fatal|log|write|s?echo|trace|success)
      |print|raise\ [\w.]+)\s*\([^\0]{0,600}?(?:secret|passw|token|_key|apikey|dsn|creden|_pwd|_pass|_ur[li])""",
    re.VERBOSE,
)
_PASSWORD_IN_URL: Final = re.compile(rb"""://[^\s"'/@]*:[^\s"'/@]*@""")
_READS: Final = re.compile(rb"""_environment\(|_env\(|\b(?:config|env(?:\.\w+)?)\(\s*["']""")
_VALIDATES: Final = re.compile(
    r"(?:validate|check|require|verify|ensure|assert)_(?:\w+_)?(?:secrets|environment|env|env_vars)"
)
_STRONGROOM: Final = frozenset({"strongroom.init", "strongroom.validate"})
Row = tuple[int, Use, str, Value]
Given = tuple[str, ast.expr, int, Callable[[str, str], bool]]


def matters(source: bytes) -> bool:
    """Whether the bytes of a file can hold anything that `uses` reports. May say yes in vain."""
    lowered = source.lower()
    if any(word in lowered for word in ALWAYS):
        return True
    if b"://" in lowered and b"@" in lowered and _PASSWORD_IN_URL.search(lowered):
        return True
    if (b"config(" in lowered or b"env" in lowered) and _READS.search(lowered):
        return True
    if not any(word in lowered for word in WORDS):
        return False
    return bool(_GIVEN.search(lowered) or _LET_OUT.search(lowered))


def uses(source: bytes, path: str, *, development: bool = False) -> tuple[CodeUse, ...]:
    """Every use of a secret in `source`, by line.

    Raises:
        InvalidError: `syntax-error` or `holds-nul`; the message never quotes the source.
    """
    wanted = lines(source)
    found = module(tree(source, wanted), wanted)
    rows = {
        *_reads(found),
        *_literals(found),
        *_outputs(found),
        *_settings(found),
        *_validations(found),
    }
    return tuple(
        CodeUse(use, name, path, line, value, development)
        for line, use, name, value in sorted(rows)
    )


def _outputs(found: Module) -> Iterator[Row]:
    for use, name, line in outputs(found):
        yield line, use, name, Value.EMPTY


def _reads(found: Module) -> Iterator[Row]:
    for node, _ in found.every(ast.Call, ast.Subscript):
        read = found.read(node)
        if read is None:
            continue
        line = getattr(node, "lineno", 0)
        yield line, Use.READ, read.name, Value.EMPTY
        yield from _default(found, read.name, read.default, line)
    for node, _ in found.every(ast.BoolOp):
        # `os.getenv(X) or "literal"` is a default by another spelling.
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            read = found.read(node.values[0])
            if read:
                yield from _default(found, read.name, node.values[-1], node.lineno)


def _default(found: Module, name: str, default: ast.expr | None, line: int) -> Iterator[Row]:
    text = found.key(default)
    if text is None:
        return
    value = _literal(name, text)
    if value in {Value.PLACEHOLDER, Value.LITERAL, Value.GENERATED}:
        yield line, Use.DEFAULT, name, value


def _literals(found: Module) -> Iterator[Row]:
    taken: set[int] = set()
    for name, given, line, is_name in _given(found):
        text = found.text(given)
        if text is None or is_name(name, text):
            continue
        value = _literal(name, text)
        if value is Value.LITERAL and len(text) < TYPED_CHARS_MIN:
            continue
        if value in {Value.PLACEHOLDER, Value.LITERAL, Value.GENERATED}:
            taken.update(id(inner) for inner in ast.walk(given))
            yield line, Use.LITERAL, name, value
    taken |= {id(r.default) for n, _ in found.every(ast.Call) if (r := found.read(n))}
    for node, _ in found.every(ast.Constant):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) in taken or len(node.value.split()) > 4:
            continue
        if node.value.startswith("-----BEGIN") and kind(node.value) is Value.GENERATED:
            yield node.lineno, Use.LITERAL, "a private key", Value.GENERATED
        elif "@" in node.value and carries_password(node.value):
            yield node.lineno, Use.LITERAL, "the password in a URL", kind(node.value)


def _given(found: Module) -> Iterator[Given]:
    """Every (name, value, line, whether that text is but a name) that code puts together."""
    for node, _ in found.every(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign):
        value: ast.expr | None = getattr(node, "value", None)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            name = _target(found, target)
            if name and value is not None:
                yield name, value, getattr(node, "lineno", 0), same_words
    for node, _ in found.every(ast.Call):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg:
                    yield keyword.arg, keyword.value, keyword.lineno, _never
    for node, _ in found.every(ast.Dict):
        if isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                name = found.text(key) or ""
                if name:
                    yield name, item, item.lineno, names_secret
    for node, _ in found.every(ast.FunctionDef, ast.AsyncFunctionDef):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _parameters(node.args)


def _parameters(args: ast.arguments) -> Iterator[Given]:
    positional = [*args.posonlyargs, *args.args]
    pairs = list(zip(reversed(positional), reversed(args.defaults), strict=False))
    pairs += [(a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d]
    for argument, default in pairs:
        yield argument.arg, default, default.lineno, _never


def _target(found: Module, target: ast.expr | None) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=inner):
            return found.key(inner) or ""
        case _:
            return ""


def _never(_name: str, _text: str) -> bool:
    return False


def _literal(name: str, text: str) -> Value:
    """The kind of a literal under `name`; TEXT when the name is no secret's."""
    likely = likeness(name)
    value = kind(text)
    if likely is Likeness.SECRET:
        return value
    if likely is Likeness.COMPOSITE:
        return value if carries_password(text) else Value.TEXT
    if likely is Likeness.AMBIGUOUS and value is Value.GENERATED:
        return value
    return Value.TEXT


def _settings(found: Module) -> Iterator[Row]:
    """Fields of pydantic's settings classes are read from the environment under their names."""
    for node, _ in found.every(ast.ClassDef):
        if not isinstance(node, ast.ClassDef):
            continue
        if not any(found.dotted(b).endswith("BaseSettings") for b in node.bases):
            continue
        prefix = _prefix(found, node)
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                name = f"{prefix}{field.target.id}".upper()
                if likeness(name) is not Likeness.PLAIN:
                    yield field.lineno, Use.READ, name, Value.EMPTY


def _prefix(found: Module, node: ast.ClassDef) -> str:
    for inner in ast.walk(node):
        if isinstance(inner, ast.keyword) and inner.arg == "env_prefix":
            return found.text(inner.value) or ""
        if isinstance(inner, ast.Assign) and _target(found, inner.targets[0]) == "env_prefix":
            return found.text(inner.value) or ""
    return ""


def _validations(found: Module) -> Iterator[Row]:
    for node, _ in found.every(ast.Call):
        if isinstance(node, ast.Call):
            dotted = found.dotted(node.func)
            name = dotted.rpartition(".")[2]
            if dotted in _STRONGROOM or _VALIDATES.fullmatch(name):
                yield node.lineno, Use.VALIDATED, name, Value.EMPTY
