"""One unguessable value goes through every command, well and badly given, and shows up nowhere.

A new command must be added here: the table below is held against the commands that exist. The
path of a file is a name and may be repeated in an error; nothing else that was given may.
"""

import base64
import json
import secrets
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cyclopts import App

from strongroom.cli.main import build
from strongroom.errors import StrongroomError
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.secret.value import Value
from tests.cli.rooms import WEAK, Terminal, terminal
from tests.conftest import POLICY, Place

__all__ = ["terminal"]

PART = 8  # no run of so many characters of a value, or of a form of it, may show up
NEW = ("--type", "database-password", "--owner", "Ada")


def forms(value: str) -> set[bytes]:
    """Every part of the value, and of what it looks like encoded or backwards."""
    raw = value.encode()
    # Of base64, only what the value alone decides; what is before it shifts it by 0 to 2 bytes.
    shifted = [base64.b64encode(bytes(n) + raw)[4 * bool(n) : -4] for n in range(3)]
    whole = [
        raw,
        raw[::-1],
        *shifted,
        *(one.translate(bytes.maketrans(b"+/", b"-_")) for one in shifted),
        urllib.parse.quote(value, safe="").encode(),
        json.dumps(value)[1:-1].encode(),
        json.dumps(value)[1:-1].replace("/", "\\/").encode(),
    ]
    # Two digits for each character. Eight digits would be found by chance, since ids are printed
    # in hexadecimal by the thousand.
    digits = [raw.hex().encode(), raw.hex().upper().encode()]
    return {
        one[i : i + size]
        for size, some in ((PART, whole), (2 * PART, digits))
        for one in some
        for i in range(len(one) - size + 1)
    }


def commands(app: App, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that does something, by its words."""
    names = [name for name in app if not name.startswith("-")]
    if path and (not names or app.default_command is not None):
        yield " ".join(path)
    for name in names:
        yield from commands(app[name], (*path, name))


# Of the command line's framework: it takes a shell's name and writes to that shell's file.
NOT_OURS = {"completion"}
P = str(POLICY)
RECIPIENT = "age17pcem3srkc9p3z3t45w74hcjhzrkrmtxfgu4spkpwl0s59spgers6g64fj"
V = ["--version", "{}"]
R = ["--rules", "rules.toml"]
# What each command is given. `{}` is the canary; standard input is always the canary too.
GIVEN: dict[str, list[list[str]]] = {
    "init": [["--policy", P], ["--policy", "canary.md", "--room", "other"], ["--policy", P, "--role", "{}"], ["{}"], ["--json={}"]],
    "policy compile": [["canary.md"], ["canary.md", "--json"], ["canary.md", "{}"]],
    "policy show": [["canary.md"], ["--section", "{}"], []],
    "policy explain": [["{}"]],
    "policy diff": [["canary.md", "canary.md"], ["canary.md", P, "{}"]],
    "policy render": [["canary.md"], ["canary.md", "{}"]],
    "check": [["repo", "--policy", P], ["repo", "--policy", P, "--json"], ["repo", "--policy", P, "--sarif"], ["--env", "all"], ["--env", "development", "--json"], ["--env", "all", "--sarif"], ["--stored"], ["--stored", "--json"], ["--env", "{}"], ["--env", "all", "--rule", "{}"]],
    "discover": [["repo"], ["repo", "--all"], ["repo", "--policy", P, "--json"], ["repo", "--write", "--inventory", "found.md", "--dry-run"], ["repo", "--declaration", "--policy", P], ["repo", "--owner", "{}", "--json"], ["repo", "--format", "csv"], ["repo", "--format", "{}"], ["repo", "--{}"]],
    "scan fingerprints export": [["{}", "--to", "set1", *R], ["development", "--to", "{}", *R], ["development", "--to", "set2", "--reason", "{}", *R]],
    "scan": [["repo", "--own", *R], ["repo", "--fingerprints", "canary.env", *R], ["repo", *R], ["repo", "--json", *R], ["repo", "--format", "html", *R], ["repo", "--format", "sarif", *R], ["repo", "--format", "jsonl", *R], ["repo", "--format", "github", "--output", "scanned", *R], ["-", *R], ["repo", "--write-baseline", "--reason", "a test", "--baseline", "accepted", *R], ["repo", "--write-baseline", "--from", "canary.json", *R], ["repo", "--rules", "canary.env"], ["repo", "--baseline", "canary.env", *R], ["repo", "--baseline", "canary.bin", *R], ["repo", "--only", "{}", *R], ["--range", "{}"], ["--history"], ["--pre-receive"], ["--pre-push", "{}"], ["--staged"], ["--{}"]],
    "scan rules list": [["--rules", "canary.env"], ["--rules", "{}"], ["--json"]],
    "scan rules show": [["{}"], ["jwt"], ["jwt", "--rules", "canary.env"]],
    "scan rules test": [["canary.env"], ["canary.bin"], ["{}"]],
    "hooks install": [["--path", "repo"], ["{}"]],
    "hooks uninstall": [["--path", "repo"], ["{}"]],
    "hooks status": [["--path", "repo"], ["{}"]],
    "adopt": [["repo", "--policy", P, "--dry-run"], ["repo", "--policy", P], ["repo", "--policy", P, "--yes", "--room"], ["repo", "--policy", P, "--yes", "--room", "--json"], ["repo", "--yes"], ["repo", "--policy", P, "--dry-run", "--owner", "{}"], ["repo", "--policy", P, "--environment", "{}"], ["repo", "--policy", P, "--role", "{}"]],
    "generate": [["{}"], ["password", "--brand", "x"], ["jwt-secret-key", "--bits", "{}"]],
    "strength": [[], ["--type", "jwt"], ["--clause", "P-4.1", "--json"], ["--type", "{}"], ["{}"]],
    "validate": [["--file", "canary.md"], ["--file", "repo/secrets.toml"], ["--file", "repo/secrets.toml", "--env", "dev", "--json"], ["--file", "repo/secrets.toml", "--no-values"], ["--env", "{}"], ["{}"]],
    "run": [["--env", "{}", "--", "true"], ["--env", "development", "--", "{}"], ["--only", "{}", "--", "true"], ["--rename", "{}", "--", "true"], ["--origin", "{}", "--", "true"], ["--folder", "{}", "--", "true"], ["--prefix", "{}", "--", "true"], ["--inject", "{}", "--", "true"], ["--watch", "{}", "--", "true"], ["--interval", "{}", "--", "true"], ["--bogus", "{}"], ["{}"], ["--env", "development", "--", "sh", "-c", "env"], ["--env", "development", "--strict", "--", "sh", "-c", "env"]],
    "mask": [["--env-file", "repo/.env"], ["--env-file=repo/.env"], ["--env-names", "{}"], ["--names-from", "repo/.env"], ["--env-file", "canary.bin"], ["{}"], ["--value", "{}"]],
    "env pull": [["--folder", "canary", "--file", "repo/pulled.env"], ["--folder", "canary", "--file", "repo/pulled.env", "--json"], ["--folder", "{}", "--file", "repo/.env"], ["--env", "{}"], ["--env", "production", "--folder", "canary"], ["{}"], ["--file", "canary.bin", "--folder", "canary"]],
    "env push": [["--folder", "pushed", "--file", "repo/.env", "--yes"], ["--folder", "pushed", "--file", "repo/.env", "--dry-run", "--json"], ["{}", "--folder", "pushed", "--file", "repo/.env"], ["--folder", "{}", "--file", "repo/.env", "--yes"], ["--folder", "pushed", "--file", "canary.env"]],
    "env diff": [["--folder", "canary", "--file", "repo/.env"], ["--folder", "pushed", "--file", "repo/.env", "--json"], ["{}"]],
    "env lint": [["--file", "repo/.env"], ["--file", "canary.env"], ["--file", "canary.env", "--json"], ["--file", "canary.bin"], ["{}"], ["--file", "repo/.env", "--fix"]],
    "env example": [["--file", "repo/.env"], ["--file", "repo/.env", "--to", "repo/.env.example", "--check"], ["--file", "canary.env"], ["--to", "canary.env", "--check", "--json"], ["{}"]],
    "status": [[], ["--json"], ["{}"]],
    "whoami": [[], ["{}"]],
    "recover": [[], ["{}"], ["--with", "{}"], ["--with", "shamir"], ["--with", "passphrase"]],
    "context list": [[], ["{}"]],
    "context set": [["{}"]],
    "context use": [["{}"]],
    "context remove": [["{}"]],
    "secret set": [
        ["development/canary", *NEW],
        ["development/canary"],
        ["development/fields", *NEW, "--fields"],
        ["development/file", *NEW, "--file", "canary.bin"],
        ["production/canary", *NEW],
        ["staging/canary", *NEW],
        ["{}", *NEW],
        ["development/{}/x y", *NEW],
        ["development/other", "{}", *NEW],
        ["development/other", "--value", "{}", *NEW],
        ["development/other", "--{}", *NEW],
        ["development/other", "--type", "{}", "--owner", "Ada"],
        ["development/other", *NEW, "--expires-days", "9999"],
        ["development/other", *NEW, "--expires-days", "{}"],
        ["development/canary", "--after", "{}"],
        ["development/derived", *NEW, "--derive", "url=redis://:{value}@db"],
        ["development/derived", *NEW, "--derive", "url=redis://:{value}@{}"],
        ["development/derived", *NEW, "--derive", "{}=x"],
        ["development/derived", *NEW, "--derive", "{}"],
        ["development/canary", "--after", "77"],
    ],
    "secret generate": [["{}"], ["development/g", "--type", "{}", "--owner", "Ada"], ["development/g", "--bits", "{}"], ["development/fields", "--field", "password"], ["development/g", *NEW, "--field", "{}", "--set", "host={}"], ["development/g", *NEW, "--field", "password", "--set", "{}={}"]],
    "secret get": [["{}"], ["development/canary", "--field", "{}"], ["development/canary", *V], ["development/fields"], ["development/canary", "{}"], ["development/canary", "--clipboard", "--clear-after", "{}"], ["development/canary", "--clipboard", "--json"], ["development/canary", "--clipboard", "--clear-after", "{}"], ["development/canary", "--clipboard", "--json"]],
    "secret list": [[], ["{}"], ["development/{}"], ["--json"]],
    "secret show": [["development/canary"], ["development/canary", "--json"], ["{}"]],
    "secret history": [["development/canary"], ["development/canary", "--json"], ["{}"]],
    "secret tree": [["development"], ["{}"]],
    "secret rollback": [["development/canary", "--version", "1"], ["development/canary", *V], ["{}", "--version", "1"]],
    "secret freeze": [["{}"], ["development/canary"], ["development/canary", "--reason", "drill"]],
    "secret thaw": [["{}"], ["development/canary"]],
    "secret delete": [["{}"], ["development/file"]],
    "secret undelete": [["{}"], ["development/file"]],
    "secret destroy": [["{}", "--version", "1", "--yes"], ["development/canary", *V, "--yes"], ["development/canary", "--version", "9"]],
    "secret edit": [["{}"], ["development/canary"], ["development/canary", "{}"]],
    "secret update": [["{}"], ["development/canary", "--owner", "Bob"], ["development/canary", "--expires-days", "{}"], ["development/canary", "--backup", "Bob", "{}"], ["{}", "--client", "x"]],
    "secret tag": [["{}"], ["development/canary", "+{}"], ["development/canary", "{}"], ["development/canary", "+pci", "-old"], ["development/canary", "+{}", "-{}"]],
    "secret consumers add": [["{}", "web", "--owner", "Ada"], ["development/canary", "{}", "--owner", "Ada"], ["development/canary", "web", "--owner", "Ada", "--cache", "{}"], ["development/canary", "web", "--owner", "Ada", "--runs-as", "{}"], ["development/canary", "web", "--owner", "Ada"]],
    "secret consumers list": [["development/canary"], ["{}"], ["development/canary", "--json"]],
    "secret consumers remove": [["{}", "web"], ["development/canary", "{}"], ["development/canary", "web"]],
    "notify add": [["{}", "--url-from", "development/canary"], ["chat", "--url-from", "{}"], ["chat", "--url-from", "development/canary"], ["chat", "--url-from", "development/canary", "--env", "{}"], ["chat", "--url-from", "development/canary", "--on", "{}"]],
    "notify list": [[], ["--json"], ["{}"]],
    "notify test": [["{}"], ["chat"]],
    "notify remove": [["{}"], ["chat"]],
    "notify deliver": [[], ["--json"], ["{}"]],
    "notify status": [[], ["--json"], ["{}"]],
    "inventory": [[], ["--json"], ["--format", "csv"], ["--format", "markdown"], ["--format", "{}"], ["--environment", "{}"], ["--owner", "{}"], ["--due", "{}"], ["--due", "-1"]],
    "inventory owners": [[], ["--json"], ["--environment", "{}"]],
    "inventory gaps": [[], ["--json"], ["--environment", "{}"]],
    "secret move": [["{}", "development/x"], ["development/file", "{}"], ["development/file", "production/{}"], ["development/file", "development/file2"], ["development/none", "development/{}"]],
    "secret copy": [["{}", "development/x"], ["development/canary", "{}"], ["development/canary", "production/x"], ["development/canary", "development/canary2"], ["development/file2", "development/y/{} x"]],
    "secret diff": [["{}"], ["development/canary"], ["development/canary", "{}"], ["development/canary", "--from", "{}"], ["development/canary", "development/canary2"], ["development/canary", "development/canary2", "--json"]],
    "secret search": [["{}"], ["--tag", "{}"], ["--type", "{}"], ["--owner", "{}"], ["--expiring", "{}"], ["--environment", "{}"], ["canary", "--json"]],
    "secret bulk tag": [["+{}", "--environment", "development", "--yes"], ["+pci", "--word", "{}", "--yes"], ["+pci", "--word", "canary", "--yes"], ["+pci", "--file", "canary.bin"], ["{}"]],
    "secret bulk owner": [["Ada", "--word", "{}"], ["Ada", "--word", "canary", "--yes", "--json"], ["Ada", "--file", "canary.bin"]],
    "secret bulk freeze": [["--word", "{}", "--reason", "drill", "--yes"], ["--file", "canary.bin"], ["{}"]],
    "secret bulk thaw": [["--word", "canary", "--yes"], ["--tag", "{}"]],
    "secret bulk delete": [["--word", "{}", "--yes"], ["--file", "canary.bin"], ["{}", "--yes"]],
    "import": [
        ["canary.env", "--into", "development/canary", "--owner", "Ada"],
        ["canary.env", "--into", "production/canary", "--owner", "Ada", "--type", "api-key"],
        ["canary.env", "--into", "staging/canary", "--owner", "Ada", "--dry-run", "--json"],
        ["canary.bin", "--into", "development"],
        ["canary.json", "--into", "development", "--owner", "Ada"],
        ["canary.csv", "--into", "development", "--owner", "Ada"],
        ["--format", "env", "--into", "development"],
        ["--format", "json", "--into", "development", "--json"],
        ["--format", "csv", "--into", "development"],
        ["--format", "{}"],
        ["canary.env", "--into", "{}"],
        ["canary.env", "--type", "{}", "--into", "development", "--owner", "{}"],
        ["canary.env", "--on-conflict", "{}"],
    ],
    "import resume": [[], ["canary.env"], ["--id", "{}"]],
    "import abort": [[], ["--id", "{}"], ["{}"]],
    "import list": [[], ["--all", "--json"], ["{}"]],
    "export": [
        ["development", "--passphrase", "--to", "exported.age"],
        ["development/canary", "--recipient", "{}", "--to", "exported.age"],
        ["development/canary", "--recipient", RECIPIENT, "--json"],
        ["development/canary", "--plain", "--to", "exported.env", "--format", "env"],
        ["development/fields", "--plain", "--to", "exported.env", "--format", "env", "--reason", "a"],
        ["development", "--plain", "--to", "exported.json", "--reason", "a", "--json"],
        ["development", "--plain", "--to", "exported.json", "--reason", "a"],
        ["development", "--plain", "--reason", "a"],
        ["{}", "--plain", "--to", "exported.csv", "--reason", "a"],
        ["development", "--format", "{}"],
        ["development", "--recipients-file", "canary.bin", "--to", "exported.age"],
    ],
    "access why": [["{}", WEAK], ["read", "{}"], ["read", WEAK], ["read", WEAK, "--principal", "{}"]],
    "access who": [["read", "{}"], ["{}", WEAK], ["read", WEAK]],
    "access add": [["{}"], ["grace", "--role", "{}"], ["billing", "--environment", "{}"]],
    "access disable": [["{}"]],
    "access grant": [["--verb", "{}"], ["--verb", "read", "--principal", "{}"], ["--verb", "read", "--role", "{}"], ["--verb", "read", "--role", "Admin", "--environment", "{}"], ["--verb", "read", "--role", "Admin", "--path", "{} x"], ["--verb", "read", "--role", "Admin", "--source", "{}"], ["--verb", "read", "--role", "Admin", "--days", "{}"]],
    "access revoke": [["{}"]],
    "access list": [[], ["--json"], ["{}"]],
    "access matrix": [[], ["{}"]],
    "audit list": [[], ["--json"], ["--since", "{}"], ["--outcome", "{}"], ["--limit", "{}"], ["--principal", "{}"], ["--address", "{}"], ["--verb", "{}"]],
    "audit verify": [[], ["--json"], ["--key", "{}"]],
    "audit checkpoint": [[], ["{}"]],
    "audit prove": [["0"], ["{}"], ["0", "--detail", "--out", "proof.json"], ["--address", "{}", "--at", "2026-11-24"], ["--address", WEAK, "--at", "{}"], ["--between", "1", "2"], ["--between", "{}", "1"]],
    "audit check-proof": [["proof.json", "--key", "{}"], ["canary.md", "--key", "{}"], ["canary.bin", "--key", "a+b+c"], ["-", "--key", "{}"]],
    "audit export": [["--out", "log.jsonl"], ["--out", "log.csv", "--format", "csv"], ["--out", "x", "--since", "{}"], ["--out", "x", "--from", "{}"], ["--out", "x", "--format", "{}"]],
    "audit prune": [["--before", "2020-01-01", "--to", "repo"], ["--before", "{}", "--to", "repo"], ["--before", "2020-01-01", "--to", "{}"], ["--before", "2020-01-01", "--to", ".strongroom"], ["--before", "2126-01-01", "--to", "repo"], ["--before", "2020-01-01", "--to", "repo", "--keep-days", "{}"]],
    "audit anchor add": [["file", "anchor.jsonl"], ["file", "canary.bin"], ["git", "https://ada:{}@example.org/x.git"], ["git", "repo"], ["{}", "x"]],
    "audit anchor list": [[], ["--json"], ["{}"]],
    "audit anchor push": [[], ["{}"]],
    "audit anchor verify": [[], ["--json"], ["--key", "{}"]],
    "audit anchor remove": [["{}"], ["anchor.jsonl"]],
    "audit verifier": [["--out", "verify.py"], ["{}"]],
    "target add": [["db", "--env", "development", "--rotator", "versions"], ["db", "--env", "{}", "--rotator", "{}"], ["{}", "--env", "development", "--rotator", "versions"], ["db", "--env", "development", "--rotator", "versions", "--option", "{}"], ["db", "--env", "development", "--rotator", "none", "--address", "{}", "--option", "a={}"], ["db", "--env", "development", "--rotator", "versions", "--admin", "{}"]],
    "target list": [[], ["--json"], ["--env", "{}"]],
    "target test": [["db"], ["db", "--json"], ["{}"]],
    "target remove": [["{}"], ["db"]],
    "rotate": [["--all-due"], ["--all-due", "--json"], ["--all-due", "--parallel", "{}"], ["{}"], ["--emergency", "{}"], ["--emergency", "development/canary", "development/fields", "--related"], ["--emergency", "development/canary", "--related", "--json", "--reason", "drill"]],
    "rotate due": [[], ["--all"], ["--all", "--json"], ["--days", "{}"]],
    "rotate reconcile": [["--all"], ["--all", "--reason", "{}", "--json"], ["development/canary"], ["{}"]],
    "rotate approve": [["development/canary"], ["development/canary", "--json"], ["{}"]],
    "tick": [[], ["--json"], ["--parallel", "{}"], ["{}"]],
    "agent": [["--parallel", "{}"], ["--parallel", "0"], ["{}"]],
    "rotate schedule": [["development/canary", "--every", "{}"], ["development/canary", "--cron", "{}", "--zone", "{}"], ["development/canary", "--blackout", "{}..{}"], ["development/canary", "--mode", "{}"], ["development/canary", "--mode", "approve", "--json"], ["development/canary", "--target", "db"], ["{}", "--target", "db"], ["development/canary", "--target", "{}"], ["development/canary", "--target", "db", "--option", "{}"]],
    "rotate plan": [["development/canary"], ["development/canary", "--json"], ["development/derived", "--related"], ["{}"]],
    "rotate doctor": [["development/canary"], ["development/canary", "--json"], ["{}"]],
    "rotate start": [["development/canary", "--no-wait"], ["development/canary", "--json"], ["development/canary", "--emergency"], ["{}"], ["development/canary", "--grace-hours", "{}"], ["development/canary", "{}"], ["development/canary", "development/fields", "--emergency", "--json"], ["development/derived", "--related", "--dry-run"]],
    "rotate reveal": [["development/canary"], ["development/canary", "--json"], ["{}"], ["development/canary", "--field", "{}"], ["development/canary", "--clipboard", "--clear-after", "{}"]],
    "rotate status": [[], ["--json"], ["development/canary"], ["{}"]],
    "rotate explain": [["development/canary"], ["development/canary", "--json"], ["{}"]],
    "rotate pause": [["development/canary"], ["{}"]],
    "rotate resume": [["development/canary"], ["{}"], ["development/canary", "--confirm", "{}"]],
    "rotate retire": [["development/canary"], ["{}"]],
    "rotate abort": [["development/canary"], ["{}"]],
    "share create": [["development/canary"], ["{}"], ["development/canary", "--ttl", "{}"], ["development/canary", "--field", "{}"], ["development/canary", "--for", "{}"]],
    "share open": [[], ["--json"], ["{}"]],
    "share list": [[], ["--all", "--json"], ["{}"]],
    "share revoke": [["{}"], ["abcd"]],
    "alarm list": [[], ["--json"], ["{}"]],
    "alarm seen": [["--json"], ["{}"]],
    "backup create": [["--to", "one.backup"], ["--to", "one.backup", "--json"], ["{}"]],
    "backup verify": [["one.backup"], ["one.backup", "--json"], ["canary.bin"], ["one.backup", "--key", "{}"], ["one.backup", "{}"]],
    "backup list": [[], ["--json"], ["."], [".", "{}"]],
    "restore": [["one.backup", "--to", "restored", "--reason", "try"], ["--confirm", "--reason", "try", "--room", "restored"], ["canary.bin", "--to", "new", "--reason", "try"], ["one.backup"], ["--moved", "--reason", "try"], ["--in-place", "--reason", "try"], ["one.backup", "--to", "new", "--key", "{}", "--reason", "try"], ["--confirm", "{}"]],
    "drill restore": [["--versions", "3"], ["--from", "one.backup", "--json"], ["--from", "canary.bin"], ["--versions", "{}"], ["{}"]],
    "drill list": [[], ["--json"], ["--limit", "{}"]],
    "seal list": [[], ["--json"], ["{}"]],
    "seal add": [["passphrase"], ["{}"], ["shamir", "--shares", "{}"], ["shamir", "--shares", "2", "--threshold", "3"], ["recovery", "--environment", "{}"], ["keyfile"], ["keyfile", "--out", ".strongroom/x.key"], ["keyfile", "--environment", "development", "--out", "dev.key"]],
    "seal remove": [["{}"], ["0123", "--force", "{}"]],
    "seal rotate": [["{}"], ["0123", "--out", "{}"]],
    "key list": [[], ["--json"], ["--environment", "{}"]],
    "key rotate": [["--environment", "{}"], ["--environment", "development"], ["{}"], ["development/canary"], ["development/DATA_KEY"], ["development/{}"]],
    "key create": [["development/DATA_KEY", "--owner", "Ada"], ["development/SIGNER", "--kind", "ed25519", "--owner", "Ada"], ["{}"], ["development/k", "--kind", "{}"], ["development/k", "--bits", "{}"], ["development/k", "--type", "{}", "--owner", "Ada"]],
    "key encrypt": [["development/DATA_KEY"], ["development/DATA_KEY", "--context", "{}", "--json"], ["development/canary"], ["{}"], ["development/DATA_KEY", "--file", "canary.bin"], ["development/DATA_KEY", "{}"]],
    "key decrypt": [["development/DATA_KEY"], ["{}"], ["development/canary", "--context", "{}"], ["development/DATA_KEY", "{}"]],
    "key sign": [["development/SIGNER", "--context", "{}"], ["development/DATA_KEY"], ["{}"]],
    "key verify": [["development/SIGNER", "{}"], ["development/SIGNER", "srd1.{}"], ["{}", "x"]],
    "key datakey": [["development/canary"], ["{}"], ["development/SIGNER", "--context", "{}"]],
    "key jwks": [["development/SIGNER"], ["development/canary"], ["{}"]],
    "apikey issue": [["development/CLIENTS", "--client", "ada", "--owner", "Ada"], ["{}", "--client", "ada"], ["development/CLIENTS", "--client", "ada", "--brand", "{}"], ["development/CLIENTS", "--client", "ada", "--days", "{}"], ["development/canary", "--client", "ada"], ["development/CLIENTS", "{}"]],
    "apikey verify": [["development/CLIENTS"], ["development/CLIENTS", "--json"], ["{}"], ["development/canary"], ["development/CLIENTS", "{}"]],
    "apikey roll": [["development/CLIENTS", "--client", "{}"], ["development/CLIENTS", "--client", "ada", "--grace-hours", "{}"]],
    "apikey revoke": [["development/CLIENTS", "--client", "{}"], ["development/CLIENTS", "--client", "ada", "--id", "{}"]],
    "apikey list": [["development/CLIENTS"], ["development/canary"], ["{}"], ["development/CLIENTS", "--client", "{}"]],
    "key references": [["development/SIGNER", "--holder", "h", "--items", "1=3"], ["development/canary"], ["{}"], ["development/canary", "--holder", "{}", "--none"], ["development/canary", "--holder", "h", "--items", "{}"], ["development/DATA_KEY", "--holder", "h", "--file", "canary.env"]],
    "key rewrap": [["development/DATA_KEY", "canary.bin", "--out", "rewrapped"], ["development/DATA_KEY", "canary.json", "--out", "rewrapped2", "--field", "A", "--context", "{}"], ["{}", "canary.bin", "--out", "x"], ["development/canary", "canary.env", "--out", "rewrapped3"], ["development/DATA_KEY", "canary.json", "--out", "rewrapped4", "--field", "{}"]],
    "fsck": [[], ["--json"], ["--key", "{}"]],
}  # fmt: skip


def test_no_command_is_forgotten() -> None:
    assert set(commands(build())) - NOT_OURS == set(GIVEN)


@pytest.fixture
def canary(terminal: Terminal) -> str:
    """A value as people choose them: strong, with characters that encoders change."""
    value = f"Qx7/{secrets.token_urlsafe(24)}+~"
    (terminal.folder / "canary.bin").write_bytes(value.encode())
    (terminal.folder / "canary.md").write_text("# Hello\n\nNothing of a policy.\n", "utf-8")
    (terminal.folder / "canary.env").write_text(
        f"DATABASE_PASSWORD={value}\n{value}\nX='{value}\n{value}=1\n", "utf-8"
    )
    (terminal.folder / "canary.json").write_text(
        json.dumps({"A": {value: value}, "B": [value], "C": value}), "utf-8"
    )
    (terminal.folder / "canary.csv").write_text(f"name,value\n{value},A\nB,{value},C\n", "utf-8")
    # The shipped rules take seconds to compile, and this one finds every value.
    (terminal.folder / "rules.toml").write_text(
        "extend = false\n[[rules]]\nid = 'any'\ntitle = 'Any'\npattern = 'Qx7/[\\w+~-]{24,}'\n",
        "utf-8",
    )
    repo = terminal.folder / "repo"
    repo.mkdir()
    (repo / "app.py").write_text(
        f'SECRET_KEY = "{value}"\nlog.info(f"x {{SECRET_KEY[:4]}}")\n', "utf-8"
    )
    (repo / "broken.py").write_text(f'SECRET_KEY = "{value}\n', "utf-8")
    (repo / ".env").write_text(f"API_KEY={value}\n", "utf-8")
    (repo / "secrets.toml").write_text("[secrets.API_KEY]\n", "utf-8")
    (repo / "config.yaml").write_text(f"password: {value}\n", "utf-8")
    return value


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[StrongroomError]:
    """Every error of ours that is made, also those that are caught on their way."""
    made: list[StrongroomError] = []
    make = StrongroomError.__init__

    def note(self: StrongroomError, *words: str, **more: object) -> None:
        make(self, *words, **more)  # type: ignore[arg-type]
        made.append(self)

    monkeypatch.setattr(StrongroomError, "__init__", note)
    return made


def _said(errors: list[StrongroomError]) -> bytes:
    """All that a log could print of them, and of what they came from where that is shown."""
    parts: list[object] = []
    for error in errors:
        parts += [str(error), repr(error), error.fix, error.args, vars(error), error.__cause__]
        if not error.__suppress_context__:
            parts.append(repr(error.__context__))
    return repr(parts).encode()


def _found(hidden: set[bytes], shown: bytes) -> set[bytes]:
    if shown.count(0) == len(shown):
        return set()  # the reserve is 64 MiB of nothing
    return {form for form in hidden if form in shown}


def _in_files(folder: Path, hidden: set[bytes]) -> dict[str, set[bytes]]:
    return {
        str(path.relative_to(folder)): found
        for path in folder.rglob("*")
        if path.is_file()
        and path.relative_to(folder).parts[0]
        not in {
            "repo",
            "exported.json",
            # Copies of a file that was given, but for the ciphertexts in it.
            *(f"rewrapped{n}" for n in (2, 4)),
            *(f"canary.{kind}" for kind in ("bin", "env", "json", "csv")),
        }
        if (found := _found(hidden, path.read_bytes()))
    }


@pytest.mark.long
def test_a_value_shows_up_nowhere(
    terminal: Terminal, canary: str, raised: list[StrongroomError]
) -> None:
    """Not in what is printed, not in an error, not in any file of the room or configuration."""
    hidden = forms(canary)
    seen: dict[str, set[bytes]] = {}
    for name, lines in GIVEN.items():
        for given in lines:
            argv = [*name.split(), *(word.replace("{}", canary) for word in given)]
            stdin = canary.encode()
            if "--fields" in given:
                stdin = json.dumps({"password": canary, "host": "db", "user": "app"}).encode()
            status = terminal.run(*argv, stdin=stdin)
            assert status in {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 78, 127}, (argv, terminal.err)
            seen[" ".join([name, *given])] = _found(hidden, terminal.out + terminal.err)
    shutil.copytree(terminal.folder / ".strongroom", terminal.folder / "backup")

    assert {} == {command: found for command, found in seen.items() if found}
    assert len(raised) > 50
    assert set() == _found(hidden, _said(raised))
    assert {} == _in_files(terminal.folder, hidden)


def test_a_refused_read_shows_nothing(
    terminal: Terminal, canary: str, raised: list[StrongroomError]
) -> None:
    terminal.init()
    terminal.run("secret", "set", "development/canary", *NEW, stdin=canary.encode())
    me = terminal.json("whoami")["name"]
    terminal.run("access", "grant", "--deny", "--principal", me, "--verb", "read")
    for argv in (["get"], ["get", "--json"], ["get", "--version", "1"], ["show"], ["history"]):
        terminal.run("secret", argv[0], "development/canary", *argv[1:])

        assert set() == _found(forms(canary), terminal.out + terminal.err)
    assert set() == _found(forms(canary), _said(raised))


@pytest.mark.long
def test_a_credential_shows_up_nowhere(
    terminal: Terminal, raised: list[StrongroomError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What opens a room is a canary as well: right, nearly right and of another kind."""
    code = terminal.init()["recovery"]
    phrase = f"plaza viking {secrets.token_hex(8)} mossy"
    shares = terminal.json("seal", "add", "shamir", "--shares", "3", "--threshold", "2")["shares"]
    assert 0 == terminal.run("seal", "add", "passphrase", stdin=phrase.encode())
    found = _found(forms(phrase), terminal.out + terminal.err)
    (path,) = (terminal.folder / "config" / "keys").iterdir()
    key = path.read_text().split(":")[4]
    hidden = {form for text in (code, phrase, *shares, key) for form in forms(text)}
    # The beginning of a share says whose it is, and is the same for all of a set.
    hidden -= {form for form in hidden if form in shares[0][:18].encode()}
    path.unlink()
    typed = terminal.folder / "typed"
    given = {
        "recovery": [code, code[:-3] + "???", code * 20],
        "passphrase": [phrase, phrase + "?", code],
        "shamir": ["\n".join(shares[:2]), "\n".join(shares[:1] * 2), shares[0][:-3] + "???", key],
        key: [key],
    }
    for kind, texts in given.items():
        for text in texts:
            typed.write_text(text)
            typed.chmod(0o600)
            monkeypatch.setenv("STRONGROOM_SEAL", kind)
            monkeypatch.setenv("STRONGROOM_SEAL_FILE", str(typed))
            for argv in (["seal", "rotate", text], ["recover", "--with", kind]):
                terminal.run(*argv, stdin=text.encode())
                found |= _found(hidden, terminal.out + terminal.err)
            path.unlink(missing_ok=True)
    typed.unlink()

    assert set() == found
    assert set() == _found(hidden, _said(raised))
    assert {} == _in_files(terminal.folder, hidden)


def test_an_open_room_has_no_value_in_its_files(place: Place, room: object) -> None:
    """The write-ahead log is there as long as somebody has the room open."""
    value = f"Qx7/{secrets.token_urlsafe(24)}+~"
    with place.opened() as local:
        at = Address.parse("development/a")
        secret.write(local, secret.WriteRequest(at, Value.single(value), "api-key", "Ada"))
        assert value == next(iter(secret.read(local, at).value.texts.values()))
        names = {path.name for path in place.folder.iterdir()}
        found = {p.name: _found(forms(value), p.read_bytes()) for p in place.folder.iterdir()}

    assert "room.db-wal" in names
    assert {} == {name: parts for name, parts in found.items() if parts}


def test_only_get_shows_it(terminal: Terminal, canary: str) -> None:
    """The test above can fail: the one command whose purpose it is prints the value."""
    terminal.init()
    terminal.run("secret", "set", "development/canary", *NEW, stdin=canary.encode())
    terminal.run("secret", "get", "development/canary")

    assert canary.encode() == terminal.out
    assert _found(forms(canary), terminal.out)


# What may be kept beside a secret, in plain sight: its error must not repeat it even so.
METADATA = [
    ["secret", "set", "mars/a", "--type", "api-key", "--owner", "{}"],
    ["secret", "set", "development/a", "--type", "none", "--owner", "{}", "--description", "{}"],
    ["secret", "set", "development/a", *NEW, "--description", "{}\n"],
    ["secret", "set", "production/a", *NEW, "--reason", "{}"],
    ["secret", "set", "development/a", "--type", "api-key", "--owner", "{}\x1b"],
    ["secret", "set", "development/a", *NEW, "--tag", "{}"],
    ["secret", "set", "development/a", *NEW, "--client", "{}\x1b"],
    ["secret", "update", "development/none", "--backup", "{}"],
    ["secret", "get", "development/none", "--reason", "{}"],
    ["secret", "freeze", "development/none", "--reason", "{}"],
    ["access", "grant", "--verb", "read", "--role", "King", "--why", "{}"],
    ["access", "grant", "--verb", "read", "--role", "Admin", "--why", "{}\n"],
    ["access", "add", "{} x"],
]


@pytest.mark.parametrize("given", METADATA, ids=lambda given: " ".join(given[:3]))
def test_an_error_does_not_repeat_what_describes_a_secret(
    terminal: Terminal, canary: str, raised: list[StrongroomError], given: list[str]
) -> None:
    """People paste values into the wrong place."""
    terminal.init()
    status = terminal.run(*(word.replace("{}", canary) for word in given), stdin=b"changeme")

    assert status not in {0, 1}
    assert set() == _found(forms(canary), terminal.out + terminal.err + _said(raised))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.encode() + b"\x00",
        lambda c: b"\xff" + c.encode(),
        lambda c: c.encode() * 40_000,
        lambda c: f'{{"a": {{"b": "{c}"}}}}'.encode(),
        lambda c: f'{{"a": "{c}", "a": "{c}"}}'.encode(),
        lambda c: f'["{c}"]'.encode(),
        lambda c: f'{{"{c}": 1}}'.encode(),
        lambda c: f'{{"a": {c}}}'.encode(),
        lambda c: f'{{"a": "{c}\\ud800"}}'.encode(),
        lambda c: f'{{"a": "{c}'.encode(),
        lambda c: b'{"a": "\xff' + c.encode() + b'"}',
    ],
)
def test_a_spoiled_value_shows_up_nowhere(
    terminal: Terminal, canary: str, raised: list[StrongroomError], spoil: Callable[[str], bytes]
) -> None:
    terminal.init()
    hidden = forms(canary)
    for argv in (
        ["secret", "set", "production/c", *NEW],
        ["secret", "set", "development/f", *NEW, "--fields"],
        ["strength"],
        ["recover"],
    ):
        terminal.run(*argv, stdin=spoil(canary))
        shown = terminal.out + terminal.err

        assert set() == _found(hidden, shown), argv
        assert b"Traceback" not in shown
        assert b"[internal]" not in shown
    assert set() == _found(hidden, _said(raised))
    assert {} == _in_files(terminal.folder, hidden)
