"""The shape of the house: sizes, one test file for each module, nothing of one machine."""

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "strongroom"
TESTS = ROOT / "tests"

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
MEDIAN_LINES_MAX = 150

# Modules without a test file of their own, and why that is enough.
TESTED_ELSEWHERE = {
    **{
        f"anchor/{name}.py": "tests/anchor/test_contract.py runs each kind of anchor through it"
        for name in ("interface", "kinds")
    },
    "__init__.py": "tests/runtime/test_lookup.py asks for everything that it offers",
    "wiring/__init__.py": "tests/wiring/test_process.py asks for everything that it offers",
    "wiring/recovering.py": "tests/wiring/test_opening.py recovers rooms",
    "__main__.py": "one call; every demonstration and every test of the command goes through it",
    **{
        f"secret/importing/{name}.py": "tests/secret/importing/test_formats.py reads every format"
        for name in (
            "interface",
            "record",
            "login",
            "table",
            "env_format",
            "json_format",
            "csv_format",
        )
    },
    "cli/policy_view.py": "tests/cli/test_policy.py looks at what is shown",
    "notify/interface.py": "tests/notify/ holds both senders against it",
    "rotation/recipes/__init__.py": "tests/rotation/recipes/test_recipe.py runs each that it names",
    "runtime/origin/interface.py": "tests/runtime/origin/contract.py is its contract",
    **{
        f"discover/{name}.py": "plain values; tests/discover/test_merge.py and others compare them"
        for name in ("report", "sorts")
    },
    "discover/interface.py": "plain values; every reader's tests build and compare them",
    "source/seen.py": "plain values; tests/source/ and tests/check/ build and compare them",
    "runtime/providers/interface.py": "every test of a provider has one who keeps it",
    **{
        f"scan/{name}.py": "plain values; tests/scan/ builds and compares them"
        for name in (
            "findings/report",
            "own/interface",
            "ruleset/model",
            "sources/interface",
        )
    },
    "scan/engine/matcher.py": "plain values; tests of both matchers build and compare them",
    "model/finding.py": "plain values; tests/check/ builds and compares them",
    "model/severity.py": "plain values; tests/check/ and tests/scan/ compare them",
}

# Pieced together, so that this file does not contain what it looks for. Ada is everybody's
# example of a user.
MACHINE = re.compile(
    rb"(?<![\w.<])/(?:home|Users|root|work|mnt|tmp)/(?!ada/)[\w.-]+/"
    rb"|[A-Z]:\\\\Users"
    rb"|https?://[^\s/]*(?:"
    + rb"|".join((b"py" + b"pi\\.", b"pythonhosted", b"artifact" + b"ory"))
    + rb")"
    rb"|--(?:extra-)?index-" + rb"url"
)


def tracked(*patterns: str) -> list[Path]:
    """Files in git's index that still exist; a file that is deleted in the tree is not read."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--", *patterns]
    names = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return [path for name in names if name and (path := ROOT / name).is_file()]


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def is_table(path: Path) -> bool:
    """Tables are read line by line and may be long."""
    return "taxonomy" in path.parts or path.stem.endswith(("_table", "wordlist"))


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def mirror(module: Path) -> Path:
    relative = module.relative_to(SOURCE)
    return TESTS / relative.parent / f"test_{relative.stem.lstrip('_')}.py"


def has_code(path: Path) -> bool:
    """A package's `__init__` that only documents or re-exports needs no test."""
    statements = ast.parse(path.read_text("utf-8")).body
    return any(isinstance(s, ast.FunctionDef | ast.ClassDef) for s in statements)


def test_no_file_is_longer_than_a_person_reads() -> None:
    files = [path for path in [*modules(), *TESTS.rglob("*.py")] if not is_table(path)]

    assert {} == {str(p.relative_to(ROOT)): n for p in files if (n := lines(p)) > FILE_LINES_MAX}


def test_the_median_file_stays_small() -> None:
    sizes = [lines(p) for p in modules() if not is_table(p) and p.name != "__init__.py"]

    assert statistics.median(sizes) < MEDIAN_LINES_MAX


def test_no_function_is_longer_than_a_screen() -> None:
    sizes = dict(pair for path in modules() for pair in functions(path))

    assert {} == {name: n for name, n in sizes.items() if n > FUNCTION_LINES_MAX}


def test_every_module_has_a_test_file_that_mirrors_it() -> None:
    missing = {
        str(path.relative_to(SOURCE))
        for path in modules()
        if has_code(path) and not is_table(path) and not mirror(path).is_file()
    }

    assert missing - set(TESTED_ELSEWHERE) == set()


def test_no_module_is_excused_without_need() -> None:
    """An entry that outlives its module, or its reason, hides the next one."""
    stale = {
        name
        for name in TESTED_ELSEWHERE
        if not (SOURCE / name).is_file() or mirror(SOURCE / name).is_file()
    }

    assert stale == set()


def test_nothing_tracked_names_a_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        for number, line in enumerate(path.read_bytes().splitlines(), start=1)
        if MACHINE.search(line)
    ]

    assert found == []


def test_the_pattern_finds_what_it_is_for() -> None:
    planted = (
        "/ho" + "me/somebody/project/",
        "https://py" + "pi.example/simple",
        "https://mirror.artifact" + "ory.example/api",
        "--index-" + "url x",
    )
    innocent = (
        "docs/home/page/",
        "/home/ada/.config/",
        "src/strongroom/",
        "https://adr.github.io/madr/",
    )

    assert all(MACHINE.search(text.encode()) for text in planted)
    assert not any(MACHINE.search(text.encode()) for text in innocent)


def test_the_lock_has_a_digest_for_each_requirement_and_no_address() -> None:
    text = (ROOT / "requirements" / "dev.lock").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--require-hashes -r requirements/dev.lock" in (ROOT / "Makefile").read_text("utf-8")
    assert all(re.match(r"[a-z0-9._-]+(\[[a-z, ]+\])?==\S+", entry) for entry in entries)


def test_the_lock_covers_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[^A-Za-z0-9._-]", entry)[0].lower() for entry in declared}
    locked = re.findall(
        r"^([a-z0-9._-]+)(?:\[.+\])?==",
        (ROOT / "requirements" / "dev.lock").read_text("utf-8"),
        re.MULTILINE,
    )

    assert names - set(locked) == set()


def test_no_secret_file_is_tracked() -> None:
    assert [p for p in tracked() if p.name == ".env" or p.suffix in {".pem", ".key"}] == []
