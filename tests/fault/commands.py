"""What the kill loop runs: for each leaf command, arguments that do something with a room.

A new command must be added here: `test_command_loop.py` holds the table against those that
exist. `STILL` are those that open no room or change nothing that a kill could leave by half.
"""

import random  # noqa: TID251 - which command is killed is no secret
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

WITNESSES: Final = 3  # secrets that only get new versions, so that each of them must be there
OTHERS: Final = 6  # secrets that everything happens to
BACKUP: Final = "first.backup"  # there is one when the kills begin
CLIENTS: Final = "development/keys/CLIENTS"
DATA_KEY: Final = "development/keys/DATA_KEY"
RESTORED: Final = "restored"  # how the folders of restored rooms begin
CHANNEL: Final = "development/channels/chat"  # holds an address at which nobody listens
NEW: Final = ("--type", "database-password", "--owner", "Ada")
ROTATED: Final = 5  # secrets that are rotated where the room says what is valid
BY_HAND: Final = "development/rotated/BY_HAND"  # and one that waits for a person at each step
PEOPLE: Final = 2  # who have an API key when the kills begin
CIPHERTEXTS: Final = "ciphertexts.txt"
LONG_AGO: Final = timedelta(days=95)  # what was kept then is overdue


@dataclass(frozen=True, slots=True)
class Run:
    """One command: its arguments, what stands on its standard input, and what it writes.

    `witness` is the address whose next version is `value` once the command has ended well.
    """

    argv: tuple[str, ...]
    stdin: bytes = b""
    witness: str | None = None
    value: str = field(default="", repr=False)


def witness(n: int) -> str:
    """An address that only ever gets new versions."""
    return f"development/witness/W{n}"


def other(draw: random.Random) -> str:
    """An address that anything may have happened to."""
    return f"development/other/O{draw.randrange(OTHERS)}"


def rotated(n: int) -> str:
    """An address that is rotated, and that nothing else happens to."""
    return f"development/rotated/R{n}"


def _rotated(draw: random.Random) -> str:
    return draw.choice([BY_HAND, *map(rotated, range(ROTATED))])


def _on_rotated(*words: str, more: tuple[str, ...] = ()) -> Callable[[random.Random], Run]:
    return lambda draw: Run((*words, _rotated(draw), *more))


def _client(draw: random.Random) -> tuple[str, ...]:
    return CLIENTS, "--client", f"person{draw.randrange(PEOPLE)}"


def set_up() -> list[Run]:
    """What a room has when the kills begin, made `LONG_AGO`."""
    kept = [*map(witness, range(WITNESSES)), *map(rotated, range(ROTATED)), BY_HAND]
    runs = [Run(("secret", "set", one, *NEW), b"fake-0") for one in kept]
    for name, rotator in (("app", "versions"), ("hand", "manual")):
        add = ("target", "add", name, "--env", "development", "--rotator", rotator)
        runs.append(Run(add))
    for n in range(ROTATED):
        mode = "approve" if n == ROTATED - 1 else "auto"
        runs.append(Run(("rotate", "schedule", rotated(n), "--target", "app", "--mode", mode)))
    runs += [
        Run(("rotate", "schedule", BY_HAND, "--target", "hand")),
        Run(("rotate", "start", rotated(0))),  # its grace is long over
        Run(("secret", "set", CHANNEL, *NEW), b"json://127.0.0.1:9/"),
        Run(("key", "create", DATA_KEY, "--owner", "Ada")),
    ]
    for n in range(PEOPLE):
        issue = ("apikey", "issue", CLIENTS, "--client", f"person{n}", "--owner", "Ada")
        runs.append(Run(issue))
    return runs


def _set(draw: random.Random) -> Run:
    value = f"fake-{draw.getrandbits(96):x}"
    if draw.randrange(3):
        where = witness(draw.randrange(WITNESSES))
        return Run(("secret", "set", where), value.encode(), where, value)
    return Run(("secret", "set", other(draw), *NEW[: draw.choice((0, 4))]), value.encode())


def _on_other(*words: str, more: tuple[str, ...] = ()) -> Callable[[random.Random], Run]:
    return lambda draw: Run((*words, other(draw), *more))


def _on_version(*words: str, more: tuple[str, ...] = ()) -> Callable[[random.Random], Run]:
    return lambda draw: Run((*words, other(draw), "--version", str(draw.randrange(1, 4)), *more))


def _plain(*words: str) -> Callable[[random.Random], Run]:
    return lambda _: Run(words)


def _somebody(draw: random.Random) -> str:
    return f"person{draw.randrange(5)}"


def _import(draw: random.Random) -> Run:
    lines = [f"N{n}=fake-{draw.getrandbits(96):x}\n" for n in range(draw.choice((3, 90)))]
    into = f"development/imported{draw.randrange(4)}"
    words = ("import", "--format", "env", "--into", into, "--on-conflict", "new-version")
    return Run((*words, *NEW), "".join(lines).encode())


def _new(draw: random.Random, start: str, end: str) -> str:
    return f"{start}-{draw.getrandbits(48):x}{end}"


codes: list[str] = []  # of the shares that this process made


Make = Callable[[random.Random], Run]
WORK: Final[dict[str, Make]] = {
    "secret set": _set,
    "secret generate": lambda draw: Run(("secret", "generate", other(draw), *NEW)),
    "secret get": lambda draw: Run(("secret", "get", witness(draw.randrange(WITNESSES)))),
    "secret list": _plain("secret", "list"),
    "secret show": _on_other("secret", "show"),
    "secret history": _on_other("secret", "history"),
    "secret tree": _plain("secret", "tree", "development"),
    "secret move": lambda draw: Run(("secret", "move", other(draw), other(draw))),
    "secret copy": lambda draw: Run(
        ("secret", "copy", other(draw), f"development/copy/C{draw.getrandbits(48):x}")
    ),
    "secret diff": lambda draw: Run(("secret", "diff", other(draw), witness(0))),
    "secret search": _plain("secret", "search", "other"),
    "secret bulk tag": lambda draw: Run(
        ("secret", "bulk", "tag", f"+t{draw.randrange(9)}", "--word", "other/", "--yes")
    ),
    "secret bulk owner": lambda draw: Run(
        ("secret", "bulk", "owner", f"Eve{draw.randrange(9)}", "--word", "other/", "--yes")
    ),
    "secret bulk freeze": lambda _: Run(
        ("secret", "bulk", "freeze", "--word", "other/", "--yes", "--reason", "a test")
    ),
    "secret bulk thaw": lambda _: Run(("secret", "bulk", "thaw", "--word", "other/", "--yes")),
    "secret bulk delete": lambda _: Run(("secret", "bulk", "delete", "--word", "copy/", "--yes")),
    "secret rollback": _on_version("secret", "rollback"),
    "secret freeze": _on_other("secret", "freeze", more=("--reason", "a test")),
    "secret thaw": _on_other("secret", "thaw"),
    "secret delete": _on_other("secret", "delete"),
    "secret undelete": _on_other("secret", "undelete"),
    "secret destroy": _on_version("secret", "destroy", more=("--yes",)),
    "secret update": lambda draw: Run(
        ("secret", "update", other(draw), "--owner", draw.choice(("Ada", "Grace")))
    ),
    "secret tag": lambda draw: Run(("secret", "tag", other(draw), draw.choice(("+pci", "-pci")))),
    "secret consumers add": lambda draw: Run(
        ("secret", "consumers", "add", other(draw), "web", "--owner", "Ada")
    ),
    "secret consumers list": _on_other("secret", "consumers", "list"),
    "secret consumers remove": _on_other("secret", "consumers", "remove", more=("web",)),
    "check": _plain("check", "--env", "development"),
    "inventory": _plain("inventory"),
    "inventory owners": _plain("inventory", "owners"),
    "inventory gaps": _plain("inventory", "gaps"),
    "import": _import,
    "import resume": _plain("import", "resume"),
    "import abort": _plain("import", "abort"),
    "env pull": _plain("env", "pull", "--folder", "other", "--file", "pulled.env"),
    "env push": _plain("env", "push", "--folder", "other", "--file", "pulled.env", "--yes"),
    "env diff": _plain("env", "diff", "--folder", "other", "--file", "pulled.env"),
    "import list": _plain("import", "list"),
    "export": lambda draw: Run(
        (
            "export",
            "development",
            "--plain",
            "--reason",
            "a test",
            "--leave-out",
            "--to",
            _new(draw, "exported", ".json"),
        )
    ),
    "access add": lambda draw: Run(("access", "add", _somebody(draw), "--role", "Developer")),
    "access disable": lambda draw: Run(("access", "disable", _somebody(draw))),
    "access grant": lambda draw: Run(
        ("access", "grant", "--verb", "read", "--principal", _somebody(draw), "--days", "1")
    ),
    "access revoke": lambda draw: Run(("access", "revoke", f"{draw.getrandbits(48):012x}")),
    "access list": _plain("access", "list"),
    "access why": lambda draw: Run(("access", "why", "read", other(draw))),
    "access who": lambda draw: Run(("access", "who", "read", other(draw))),
    "access matrix": _plain("access", "matrix"),
    "audit list": _plain("audit", "list"),
    "audit verify": _plain("audit", "verify"),
    "audit checkpoint": _plain("audit", "checkpoint"),
    "audit anchor add": _plain("audit", "anchor", "add", "file", "anchor.jsonl"),
    "audit anchor list": _plain("audit", "anchor", "list"),
    "audit anchor push": _plain("audit", "anchor", "push"),
    "audit anchor remove": _plain("audit", "anchor", "remove", "anchor.jsonl"),
    "audit anchor verify": _plain("audit", "anchor", "verify"),
    "audit prove": lambda draw: Run(("audit", "prove", str(draw.randrange(50)))),
    "scan fingerprints export": lambda draw: Run(
        ("scan", "fingerprints", "export", "--to", _new(draw, "set", ".json"))
    ),
    "audit export": lambda draw: Run(("audit", "export", "--out", _new(draw, "log", ".jsonl"))),
    # Refused here; a real one is killed at each step in tests/ops/test_audit_prune.py.
    "audit prune": _plain("audit", "prune", "--before", "2126-01-01", "--to", "segments"),
    "notify add": lambda draw: Run(
        ("notify", "add", f"chat{draw.randrange(3)}", "--url-from", CHANNEL)
    ),
    "notify list": _plain("notify", "list"),
    "notify test": lambda draw: Run(("notify", "test", f"chat{draw.randrange(3)}")),
    "notify remove": lambda draw: Run(("notify", "remove", f"chat{draw.randrange(3)}")),
    "notify deliver": _plain("notify", "deliver"),
    "notify status": _plain("notify", "status"),
    "alarm list": _plain("alarm", "list"),
    "alarm seen": _plain("alarm", "seen"),
    "backup create": lambda draw: Run(("backup", "create", "--to", _new(draw, "b", ".backup"))),
    "backup list": _plain("backup", "list", "."),
    "backup verify": _plain("backup", "verify", BACKUP),
    "drill restore": _plain("drill", "restore"),
    "drill list": _plain("drill", "list"),
    "restore": lambda draw: Run(
        ("restore", BACKUP, "--to", _new(draw, RESTORED, ""), "--reason", "a test")
    ),
    "seal list": _plain("seal", "list"),
    "seal add": lambda draw: Run(
        ("seal", "add", "recovery", *draw.choice(((), ("--environment", "development"))))
    ),
    "seal remove": lambda draw: Run(("seal", "remove", f"{draw.getrandbits(16):04x}")),
    "seal rotate": lambda draw: Run(("seal", "rotate", draw.choice(("keyfile", "recovery")))),
    "key list": _plain("key", "list"),
    "target add": _plain("target", "add", "db", "--env", "development", "--rotator", "versions"),
    "target list": _plain("target", "list"),
    "target test": lambda draw: Run(("target", "test", draw.choice(("app", "db")))),
    "target remove": _plain("target", "remove", "db"),
    "rotate schedule": lambda draw: Run(
        ("rotate", "schedule", _rotated(draw), "--every", f"{draw.randrange(30, 90)}d")
    ),
    "rotate": lambda draw: Run(
        ("rotate", *draw.choice((("--all-due",), ("--emergency", _rotated(draw), "--related"))))
    ),
    "rotate due": _plain("rotate", "due", "--all"),
    "rotate approve": _plain("rotate", "approve", rotated(ROTATED - 1)),
    "rotate reconcile": _plain("rotate", "reconcile", "--all", "--reason", "try"),
    "tick": _plain("tick"),
    "rotate plan": _on_rotated("rotate", "plan"),
    "rotate doctor": _on_rotated("rotate", "doctor"),
    "rotate start": lambda draw: Run(
        (
            "rotate",
            "start",
            _rotated(draw),
            *draw.choice(((), ("--emergency",), ("--emergency", "--related"))),
        )
    ),
    "rotate reveal": _plain("rotate", "reveal", BY_HAND),
    "rotate status": _plain("rotate", "status"),
    "rotate explain": _on_rotated("rotate", "explain"),
    "rotate pause": _on_rotated("rotate", "pause"),
    "rotate resume": lambda draw: Run(
        draw.choice(
            (
                ("rotate", "resume", _rotated(draw)),
                ("rotate", "resume", BY_HAND, "--confirm", draw.choice(("set", "retire", "undo"))),
            )
        )
    ),
    "rotate retire": _on_rotated("rotate", "retire"),
    "rotate abort": lambda draw: Run(("rotate", "abort", draw.choice((BY_HAND, _rotated(draw))))),
    "key rotate": lambda draw: Run(
        ("key", "rotate", *draw.choice((("--environment", "development"), (DATA_KEY,))))
    ),
    "key create": lambda draw: Run(
        ("key", "create", _new(draw, "development/keys/D", ""), "--owner", "Ada")
    ),
    "key encrypt": lambda _: Run(("key", "encrypt", DATA_KEY), b"fake data"),
    "key datakey": _plain("key", "datakey", DATA_KEY),
    "apikey issue": lambda draw: Run(("apikey", "issue", *_client(draw), "--owner", "Ada")),
    "apikey roll": lambda draw: Run(("apikey", "roll", *_client(draw))),
    "apikey revoke": lambda draw: Run(("apikey", "revoke", *_client(draw))),
    "apikey list": _plain("apikey", "list", CLIENTS),
    "key references": lambda draw: Run(
        ("key", "references", DATA_KEY, "--holder", f"h{draw.randrange(3)}", "--items", "1=5")
    ),
    "key rewrap": lambda draw: Run(
        ("key", "rewrap", DATA_KEY, CIPHERTEXTS, "--out", _new(draw, "rewrapped", ".txt"))
    ),
    "share create": _on_other("share", "create", more=("--json",)),
    "share open": lambda draw: Run(
        ("share", "open"), (draw.choice(codes) if codes else "0" * 35).encode()
    ),
    "share list": _plain("share", "list"),
    "share revoke": lambda draw: Run(("share", "revoke", f"{draw.getrandbits(16):04x}")),
    "run": _plain("run", "--env", "development", "--", "true"),
    "status": _plain("status"),
    "whoami": _plain("whoami"),
    "fsck": _plain("fsck"),
}
STILL: Final = frozenset(
    {
        "policy compile", "policy show", "policy explain", "policy diff", "policy render",
        "apikey verify", "key decrypt", "key sign", "key verify", "key jwks",  # they only read
        "generate", "strength", "context list", "context set", "context use",
        "context remove", "completion", "mask", "validate", "discover", "audit check-proof", "audit verifier",
        "scan", "scan rules list", "scan rules show", "scan rules test", "hooks status",  # they open no room; a report is replaced whole
        "hooks install", "hooks uninstall",  # files, each whole
        "agent",  # rounds as those of `tick`, without an end
        "env lint", "env example",  # a file that is replaced whole: tests/runtime/env_file
        "secret edit",  # needs a terminal; its file is in tests/cli/test_editor.py
        "init",  # killed in tests/wiring
        "adopt",  # files, each whole; its room is `init` and `import`
        "recover",  # makes a key file where there is one already
    }
)  # fmt: skip
