"""Files of rules: what is read from them, and everything that is wrong with them."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from strongroom.errors import MachineError, NotFoundError
from strongroom.scan.ruleset import read
from strongroom.scan.ruleset.model import Allow, Example, Rule

FILE: Final = ".strongroom-scan.toml"
TABLE_FILE: Final = "strongroom.toml"  # with the same keys under [scan]
OCTETS_MAX: Final = 4 * 1024 * 1024
_KEYS: Final = frozenset({"extend", "disable", "fragments", "rules", "allow"})
_FILLED: Final = ("pattern", "names", "value")
_FRAGMENT: Final = re.compile(r"\(\?&([a-z][a-z0-9-]*)\)")


class RuleFile(NamedTuple):
    """What one file says. `extend`: beside the shipped rules, not instead of them."""

    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    allows: tuple[Allow, ...] = ()
    disable: tuple[str, ...] = ()
    extend: bool = True


def project(folder: Path) -> Path | None:
    """The rule file of a project: `.strongroom-scan.toml`, or strongroom.toml with `[scan]`.

    Raises:
        ConfigError: `scan-rules-invalid`: there are both, so one of them would be forgotten.
        MachineError: `scan-rules-unreadable`.
    """
    own, shared = folder / FILE, folder / TABLE_FILE
    has_own = own.is_file()
    if not (shared.is_file() and "scan" in _document(_octets(shared), str(shared))):
        return own if has_own else None
    if has_own:
        raise read.refuse(str(own), f"{shared.name} has [scan] too; keep one of the two")
    return shared


def document_of(path: Path) -> dict[str, Any]:
    """What a file of rules says, ours or another scanner's, not looked at yet.

    Raises:
        ConfigError: `scan-rules-invalid`, naming file and entry.
        MachineError: `scan-rules-unreadable`.
        NotFoundError: `scan-rules-not-found`.
    """
    document = _document(_octets(path), str(path))
    if path.name != TABLE_FILE:
        return document
    table = document.get("scan", {})
    if not isinstance(table, dict):
        raise read.refuse(str(path), "[scan] is a table")
    return table


def parse_file(path: Path, known: Iterable[str]) -> RuleFile:
    """Read a project's file of rules, `known` being the ids of the shipped ones.

    Raises:
        ConfigError: `scan-rules-invalid`, naming file and entry.
        MachineError: `scan-rules-unreadable`.
        NotFoundError: `scan-rules-not-found`.
    """
    return of_document(document_of(path), str(path), known)


def parse_all(texts: Mapping[str, str]) -> RuleFile:
    """Several files of rules as one, by name; rules may be paired over files.

    Raises:
        ConfigError: `scan-rules-invalid`, naming file and entry.
    """
    documents = {name: _document(text.encode(), name) for name, text in texts.items()}
    ids: dict[str, str] = {}
    for name, document in documents.items():
        for table in _tables(document, "rules", name):
            one = table.get("id")
            if isinstance(one, str) and ids.setdefault(one, name) != name:
                raise read.refuse(f"{name}: rule {one}", f"{ids[one]} has a rule of this id")
    read_files = [of_document(document, name, ids) for name, document in documents.items()]
    rules = tuple(rule for file in read_files for rule in file.rules)
    return RuleFile(rules, tuple(one for file in read_files for one in file.examples))


def parse(text: str, name: str, known: Sequence[str] = ()) -> RuleFile:
    """The same from text; `name` is the file's in messages, `known` the ids of other files.

    Raises:
        ConfigError: `scan-rules-invalid`, naming file and entry.
    """
    return of_document(_document(text.encode("utf-8", "surrogatepass"), name), name, known)


def of_document(document: Mapping[str, Any], name: str, known: Iterable[str]) -> RuleFile:
    """The same from what is parsed already.

    Raises:
        ConfigError: `scan-rules-invalid`, naming file and entry.
    """
    unknown = min(set(document) - _KEYS, default=None)
    if unknown is not None:
        raise read.refuse(name, f"unknown key {unknown!r}; there are {', '.join(sorted(_KEYS))}")
    fragments = _fragments(document, name)
    rules: list[Rule] = []
    examples: list[Example] = []
    for number, table in enumerate(_tables(document, "rules", name), start=1):
        label = table.get("id") if isinstance(table.get("id"), str) else f"number {number}"
        try:
            rules.append(read.rule_of(_filled(table, fragments)))
            examples += read.examples_of(table)
        except read.Fault as fault:
            raise read.refuse(f"{name}: rule {label}", str(fault)) from None
    ids = [rule.id for rule in rules]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise read.refuse(f"{name}: rule {twice[0]}", "it is there twice")
    return _rest(document, name, tuple(rules), tuple(examples), {*ids, *known})


def _fragments(document: Mapping[str, Any], name: str) -> dict[str, str]:
    """The parts of patterns that the file names; each may have earlier ones in it."""
    given = document.get("fragments", {})
    if not isinstance(given, dict) or not all(isinstance(part, str) for part in given.values()):
        raise read.refuse(name, "[fragments] has names with patterns")
    found: dict[str, str] = {}
    for key, part in given.items():
        try:
            found[key] = _fill(part, found)
        except read.Fault as fault:
            raise read.refuse(f"{name}: fragment {key}", str(fault)) from None
    return found


def _filled(table: Mapping[str, Any], fragments: Mapping[str, str]) -> dict[str, Any]:
    """The table with `(?&name)` in its patterns replaced by that fragment of the file."""
    return {
        key: _fill(value, fragments) if key in _FILLED and isinstance(value, str) else value
        for key, value in table.items()
    }


def _fill(pattern: str, fragments: Mapping[str, str]) -> str:
    def fill(place: re.Match[str]) -> str:
        if place[1] not in fragments:
            raise read.Fault(f"there is no fragment {place[1]!r}")
        return f"(?:{fragments[place[1]]})"

    return _FRAGMENT.sub(fill, pattern)


def _rest(
    document: Mapping[str, Any],
    name: str,
    rules: tuple[Rule, ...],
    examples: tuple[Example, ...],
    ids: set[str],
) -> RuleFile:
    """What the file says beside its rules; `ids` are all rules that there are."""
    for rule in rules:
        for other in rule.pair:
            if other not in ids:
                raise read.refuse(f"{name}: rule {rule.id}", f"`pair`: there is no rule {other!r}")
    allows: list[Allow] = []
    for number, table in enumerate(_tables(document, "allow", name), start=1):
        try:
            allows.append(read.allow_of(table, ids))
        except read.Fault as fault:
            raise read.refuse(f"{name}: allow {number}", str(fault)) from None
    extend = document.get("extend", True)
    if not isinstance(extend, bool):
        raise read.refuse(name, "`extend` is true or false")
    try:
        disable = read.texts(document, "disable")
    except read.Fault as fault:
        raise read.refuse(name, str(fault)) from None
    for one in disable:
        if one not in ids:
            raise read.refuse(name, f"`disable`: there is no rule {one!r}")
    return RuleFile(rules, examples, tuple(allows), disable, extend)


def _tables(document: Mapping[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    tables = document.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise read.refuse(name, f"`{key}` is a list of tables: [[{key}]]")
    return tables


def _octets(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise read.refuse(str(path), "it is no file")  # a pipe would never end
        with path.open("rb") as stream:
            data = stream.read(OCTETS_MAX + 1)
    except FileNotFoundError:
        raise NotFoundError("scan-rules-not-found", "there is no such file of rules") from None
    except OSError as error:
        raise MachineError(
            "scan-rules-unreadable", f"the rules cannot be read: {error.strerror}"
        ) from None
    if len(data) > OCTETS_MAX:
        raise read.refuse(str(path), f"it is larger than {OCTETS_MAX} octets")
    return data


def _document(data: bytes, name: str) -> dict[str, Any]:
    where = ""
    # The parser's message may repeat what stands there, and as a context it would be kept.
    with suppress(UnicodeDecodeError, RecursionError):
        try:
            return tomllib.loads(data.decode("utf-8"))
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"\(at [^()]*\)", str(error))
            where = f" {place[0]}" if place else ""
    raise read.refuse(name, f"it is no TOML in UTF-8{where}")
