"""What the code around a read, or a type, says of the value: a number is no secret. Pure."""

import ast
from typing import Final

from strongroom.discover.python.scopes import Seen
from strongroom.naming.vocabulary import vocabulary

_NUMBERS: Final = vocabulary("""
    int float bool complex Decimal decimal timedelta datetime date time Path PurePath strtobool
    str_to_bool str2bool to_bool parse_bool as_bool asbool boolean parse_duration timeparse literal_eval
    is_true truthy StrictBool PositiveInt NonNegativeInt PositiveFloat StrictInt conint confloat
    ByteSize UUID IPvAnyAddress FilePath DirectoryPath NewPath Enum Literal Duration EmailStr NameEmail
    """)
_SECRETS: Final = vocabulary("SecretStr SecretBytes Secret")
# `AnyUrl` and `HttpUrl` say little: what is behind the URL decides, and that is in its name.
_LOGINS: Final = vocabulary("""
    PostgresDsn MySQLDsn MariaDBDsn MongoDsn RedisDsn AmqpDsn CockroachDsn ClickHouseDsn NatsDsn
    KafkaDsn SnowflakeDsn MultiHostUrl DatabaseURL
    """)
_SWITCHES: Final = vocabulary("1 0 true false yes no on off t f y n")
_LISTS: Final = vocabulary(
    "list tuple set frozenset List Tuple Set Sequence FrozenSet dict Dict Mapping"
)
_OPTIONAL: Final = vocabulary("Optional Annotated Final Union")


def of_type(node: ast.AST | None, depth: int = 0) -> bool | None:
    """Whether a value of this type is a secret, as far as the type says."""
    if node is None or depth > 8:
        return None
    match node:
        case ast.Constant(value=str(text)):
            try:
                return of_type(ast.parse(text, mode="eval").body, depth + 1)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _of_word(name)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _first(of_type(left, depth + 1), of_type(right, depth + 1))
        case ast.Subscript(value=outer, slice=inner):
            name = _word(outer)
            if name in _SECRETS or name in _NUMBERS:
                return _of_word(name)
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if name == "Annotated":
                parts = parts[:1]
            if name in _OPTIONAL or name in _LISTS:
                return _first(*(of_type(p, depth + 1) for p in parts))
            return None
        case ast.Call(func=func):
            return _of_word(_word(func))
        case _:
            return None


def says(seen: Seen) -> bool | None:
    """What is done with a read value at once: made a number, compared with a switch, hidden."""
    node, around = seen.node, seen.around
    if isinstance(node, ast.Call):
        cast = next(
            (
                k.value
                for k in node.keywords
                if k.arg in {"cast", "type", "parser", "subcast", "coercer", "coerce", "converter"}
            ),
            None,
        )
        if cast is None:
            # A helper of somebody's: `setting("RETRIES", int)`.
            cast = next((a for a in node.args if _word(a) in _NUMBERS), None)
        if cast is not None:
            return of_type(cast)
    while around is not None:
        outer = around.node
        match outer:
            case ast.Attribute() | ast.BoolOp() | ast.IfExp():
                pass
            case ast.Call(func=func) if func is node:
                if _word(func) in {"split", "splitlines", "isdigit"}:
                    return None
            case ast.Call(func=func):
                return _of_call(_word(func))
            case ast.Compare(comparators=comparators):
                return False if any(_is_switch(c) for c in comparators) else None
            case ast.AnnAssign(annotation=annotation):
                return of_type(annotation)
            case _:
                return None
        node, around = outer, around.around
    return None


def says_function(node: ast.AST) -> bool | None:
    """What the type that a function returns says."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return of_type(node.returns)
    return None


def _of_call(word: str) -> bool | None:
    # `bool(os.getenv("SENTRY_DSN"))` asks whether there is one: secrets are asked that too.
    return None if word in {"bool", "str", "list"} else _of_word(word)


def _of_word(word: str) -> bool | None:
    if word in _SECRETS or word in _LOGINS:
        return True
    return False if word in _NUMBERS else None


def _word(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _first(*answers: bool | None) -> bool | None:
    if True in answers:
        return True
    return False if False in answers else None


def _is_switch(node: ast.AST) -> bool:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return any(
        isinstance(p, ast.Constant) and str(p.value).lower() in _SWITCHES and p.value is not None
        for p in parts
    )
