"""Documents that can drift are compared with what they describe."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
ADR = ROOT / "docs" / "adr"
ADR_LINES_MAX = 70
# Where a code is computed, and which list its values come from.
COMPUTED_CODES = {
    "gate/operation.py": "the reason of a refusal, as the access rules name it",
    "ops/api_keys.py": "of a record that cannot be, as keysets/ says it",
    "ops/data_key.py": "of a text that is no key, as keysets/ says it",
    "ops/importing/plan.py": "of a row that may not be written, as the access rules name it",
    "ops/importing/run.py": "of an issue of the plan",
    "runtime/web/service.py": "as the client says it",
    "wiring/keyfiles.py": "as crypto/keyfile.py says it, with the path",
}
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    top = [ROOT / name for name in ("SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "README.md")]
    return [*top, *sorted((ROOT / "docs").rglob("*.md")), ROOT / "examples" / "README.md"]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "scripts/build_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.long
def test_generated_pages_are_fresh(script: ModuleType) -> None:
    """`make docs` was run after the last change of a command or an error."""
    for path, text in script.pages().items():
        assert text == path.read_text("utf-8"), f"{path.name} is stale: run `make docs`"


@pytest.mark.long
def test_generated_pages_do_not_depend_on_the_terminal(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = script.pages()
    for name, value in {"COLUMNS": "300", "FORCE_COLOR": "1", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)

    assert before == script.pages()
    assert "\x1b" not in "".join(before.values())


def test_every_failure_has_a_kebab_case_code_that_can_be_searched_for(script: ModuleType) -> None:
    """`…` stands for the part that tells a family's members apart."""
    code = re.compile(r"(?:[a-z][a-z0-9]*|…)(-[a-z0-9]+)*")
    bad = [
        failure.where
        for failure in script.failures(script.SOURCE)
        if failure.where.partition(":")[0] not in COMPUTED_CODES
        if failure.code is None or not code.fullmatch(failure.code)
    ]

    assert bad == []


def test_the_scan_for_errors_sees_each_form(script: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "sample.py").write_text(
        "class OwnError(InvalidError):\n"
        "    exit = 42\n"
        "class InheritedError(LimitError):\n"
        "    pass\n"
        "raise InvalidError('plain', 'a message', fix='a step')\n"
        "raise errors.DeniedError('by-attribute', f'{who} may not')\n"
        "raise OwnError('own', 'a' + str(b))\n"
        "raise InheritedError('inherited', message)\n"
        "raise InvalidError(computed, 'a message')\n"
        "raise NotFoundError(f'{what}-unknown', 'nothing there')\n"
        "_fail('rendered', 'no memory', None, 8)\n"
        "raise ValueError('not ours', 'at all')\n",
        "utf-8",
    )

    seen = {(f.code, f.kind, f.exit, f.message) for f in script.failures(tmp_path)}

    assert seen == {
        ("plain", "InvalidError", 3, "a message"),
        ("by-attribute", "DeniedError", 4, "… may not"),
        ("own", "OwnError", 42, "a…"),
        ("inherited", "InheritedError", 7, "…"),
        (None, "InvalidError", 3, "a message"),
        ("…-unknown", "NotFoundError", 5, "nothing there"),
        ("rendered", "-", 8, "no memory"),
    }


def test_check_names_a_stale_page_and_writes_nothing(
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "page.md"
    page.write_text("old", "utf-8")
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "pages", lambda: {page: "new"})

    assert script.main(["--check"]) == 1
    assert capsys.readouterr().out == "page.md\n"
    assert page.read_text("utf-8") == "old"
    assert script.main([]) == 0
    assert page.read_text("utf-8") == "new"
    assert script.main(["--check"]) == 0


@pytest.mark.parametrize("page", documents(), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = [
        link.partition("#")[0]
        for link in LINK.findall(page.read_text("utf-8"))
        if not link.startswith(("http://", "https://", "mailto:", "#"))
    ]

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_decision_has_its_own_number_and_stands_in_the_index() -> None:
    records = sorted(ADR.glob("[0-9]*.md"))
    index = (ADR / "README.md").read_text("utf-8")

    assert len({record.name[:4] for record in records}) == len(records)
    for record in records:
        assert f"[{record.name[:4]}]({record.name})" in index


@pytest.mark.parametrize("record", sorted(ADR.glob("[0-9]*.md")), ids=lambda p: p.stem)
def test_a_decision_is_one_page_that_says_why(record: Path) -> None:
    lines = record.read_text("utf-8").splitlines()
    sections = [line.removeprefix("## ") for line in lines if line.startswith("## ")]

    assert len(lines) <= ADR_LINES_MAX
    assert lines[0].startswith(f"# {record.name[:4]}: ")
    assert ["Context", "Decision", "Consequences"] == [
        s for s in sections if s in {"Context", "Decision", "Consequences"}
    ]
    assert any(line.startswith("- Status: ") for line in lines)


def test_every_promise_names_tests_that_exist() -> None:
    """A promise whose test was renamed or deleted is no longer one."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    table = text.partition("## What is promised today")[2].partition("\n## ")[0]
    promises = [row for row in table.splitlines() if row.startswith("| ")][1:]

    assert promises
    for row in promises:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, f"no test is named: {row}"
        for path, name in named:
            assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"
