"""Whether what is staged can hold a secret at all, before anything else is loaded.

Each commit waits for the hook, and most bring nothing. So the patch goes through the compiled
patterns, and what they point at through the pattern of its rule, as the engine would do it;
where nothing is left, the engine would have found nothing. It knows no more than that: in
every other case, and in each that is not plain, the answer is None and the whole scan says.
Only what the interpreter has loaded anyway is imported here, and the matcher.
"""

import os
import re
import stat

from strongroom.scan.sources import asking

TYPE_CHECKING = False  # `typing` takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

POINTER = "first-look"
FINGERPRINTS = "STRONGROOM_SCAN_FINGERPRINTS"
PATCH_OCTETS_MAX = 1 << 20
SETTINGS_OCTETS_MAX = 1 << 20
SEARCHED_OCTETS_MAX = 48 << 10  # for rules that look beyond one line
LINE_MAX = 4096  # longer ones the engine cuts
RULES_MAX = 64  # of one patch; more are left to the engine
_READ_OCTETS = 1 << 16
_PACK = os.path.join(os.path.dirname(__file__), "rules", "pack.jsonl")
# What the new side has not: the lines around it are each other's neighbours.
_GONE = re.compile(rb"\n(?:-|\\ )[^\n]*")
_NEW = re.compile(rb"\n(?:\+\+\+ b/|rename to |copy to |[+ ])")
# What is not to be seen in the patch itself.
_OTHER = re.compile(
    rb"^Binary files |^\* Unmerged path |160000$|^\+\+\+ \"|^(?:rename|copy) to \"", re.MULTILINE
)


def clean(environ: "Mapping[str, str]") -> str | None:
    """What to say of a commit that brings nothing; None where that is not known.

    `environ` is that of the hook.
    """
    folder = cache(environ)
    if folder is None or environ.get(FINGERPRINTS) or not _plain():
        return None  # own values are found without the matcher
    opened = _database(folder)
    if opened is None:
        return None
    patch = _patch(environ)
    if patch is None or _OTHER.search(patch) or b"\0" in patch:
        return None
    if patch.count(b"\nnew file mode ") != patch.count(b"\n--- /dev/null\n"):
        return None  # an empty file has a name and no lines
    text = _NEW.sub(b"\n", _GONE.sub(b"", patch))
    if _suspicious(opened, text):
        return None
    files = patch.count(b"\ndiff --git ") + patch.startswith(b"diff --git ")
    return f"0 secrets found; {files} {'file' if files == 1 else 'files'} scanned\n"


def cache(environ: "Mapping[str, str]") -> str | None:
    """The folder of compiled rules, as text; None where there is no place for one."""
    top = environ.get("XDG_CACHE_HOME", "")
    if not top.startswith("/"):
        home = environ.get("HOME", "")
        if not home.startswith("/"):
            return None
        top = f"{home}/.cache"
    return f"{top}/strongroom/scan"


def pointer(digest: str, database: str, offset: int, version: str) -> str:
    """What the file `POINTER` holds: which rules, compiled by whom, where, and behind what."""
    return f"{digest}\n{version} {os.uname().machine}\n{database}\n{offset}\n"


def _plain() -> bool:
    """Whether the project has no rules of its own."""
    folder = os.getcwd()
    while True:
        if os.path.exists(f"{folder}/.git"):
            break
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    if os.path.exists(f"{folder}/.strongroom-scan.toml"):
        return False
    try:
        handle = os.open(f"{folder}/strongroom.toml", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    with open(handle, "rb") as stream:  # git keeps links, and what they lead to may have no end
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return False
        text = stream.read(SETTINGS_OCTETS_MAX + 1)
        return len(text) <= SETTINGS_OCTETS_MAX and b"scan" not in text


def _database(folder: str) -> "Any":
    """The compiled patterns, if they are of these rules; only files that are ours are loaded."""
    try:
        import hyperscan  # noqa: PLC0415 - not everywhere there
    except ImportError:
        return None
    try:
        found = os.lstat(folder)
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            return None
        said = _file(f"{folder}/{POINTER}")
        digest, made_by, name, offset, _ = said.decode("ascii").split("\n")
        with open(_PACK, "rb") as pack:
            if pack.readline().strip().strip(b'"').decode("ascii") != digest:
                return None
        if made_by != f"{hyperscan.__version__} {os.uname().machine}" or "/" in name:  # type: ignore[attr-defined]
            return None
        database = hyperscan.loadb(
            _file(f"{folder}/{name}")[int(offset) :], mode=hyperscan.HS_MODE_BLOCK
        )
        database.scratch = hyperscan.Scratch(database)
    except (OSError, ValueError, hyperscan.error):
        return None
    return database


def _file(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(handle, "rb") as stream:
        found = os.fstat(handle)
        if found.st_uid != os.geteuid() or found.st_mode & 0o077 or not stat.S_ISREG(found.st_mode):
            raise OSError
        return stream.read()


def _patch(environ: "Mapping[str, str]") -> bytes | None:
    """What is staged as a patch; None where git refuses, or it is too much."""
    read, write = os.pipe()
    words = [
        "git", *asking.QUIET, *asking.BOUNDED, "diff-index", "--cached", *asking.PATCHES, "HEAD", "--",
    ]  # fmt: skip
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, write, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    asked = asking.environment(environ, asking.HOOK_VARIABLES)
    try:
        child = os.posix_spawnp("git", words, asked, file_actions=streams)
    except OSError:
        os.close(read)
        return None
    finally:
        os.close(write)
    parts, size = [], 0
    try:
        while size <= PATCH_OCTETS_MAX and (part := os.read(read, _READ_OCTETS)):
            parts.append(part)
            size += len(part)
    finally:
        os.close(read)
        _, status = os.waitpid(child, 0)
    return b"".join(parts) if not status and size <= PATCH_OCTETS_MAX else None


def _suspicious(database: "Any", text: bytes) -> bool:
    """Whether the pattern of a rule matches where the compiled patterns point at."""
    lines: dict[int, set[int]] = {}

    def take(ident: int, _start: int, end: int, _flags: int, _context: object) -> None:
        begin = text.rfind(b"\n", 0, end - 1) + 1
        lines.setdefault(ident, set()).add(begin)

    if text:
        database.scan(text, match_event_handler=take)
    if not lines:
        return False
    if len(lines) > RULES_MAX:
        return True
    import json  # noqa: PLC0415 - not for a patch without any event

    with open(_PACK, "rb") as stream:
        pack = stream.read().split(b"\n")
    for ident, begins in lines.items():
        if ident + 1 >= len(pack) or not pack[ident + 1]:
            return True  # no rule: a sign of something encoded
        rule = json.loads(pack[ident + 1])
        search = re.compile(rule["pattern"].encode(), re.MULTILINE).search
        if rule.get("lines", 1) > 1 or rule.get("near"):
            if len(text) > SEARCHED_OCTETS_MAX or search(text):
                return True
            continue
        for begin in begins:
            end = text.find(b"\n", begin)
            line = text[begin : end if end >= 0 else len(text)]
            if len(line) > LINE_MAX or search(line):
                return True
    return False
