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


def test_generated_pages_are_fresh(script: ModuleType) -> None:
    """`make docs` was run after the last change of a command or an error."""
    for path, text in script.pages().items():
        assert text == path.read_text("utf-8"), f"{path.name} is stale: run `make docs`"


def test_generated_pages_do_not_depend_on_the_terminal(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = script.pages()
    for name, value in {"COLUMNS": "300", "FORCE_COLOR": "1", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)

    assert before == script.pages()
    assert "\x1b" not in "".join(before.values())


def test_every_failure_has_a_literal_kebab_case_code(script: ModuleType) -> None:
    """A computed code can be neither documented nor searched for."""
    bad = [
        failure.where
        for failure in script.failures(script.SOURCE)
        if failure.code is None or not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", failure.code)
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


def test_every_decision_stands_in_the_index_with_its_title() -> None:
    records = sorted(ADR.glob("[0-9]*.md"))
    index = (ADR / "README.md").read_text("utf-8")

    assert [int(r.name[:4]) for r in records] == list(range(1, len(records) + 1))
    for record in records:
        title = record.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        assert f"[{title[:4]}]({record.name}) | {title[6:]} |" in index


@pytest.mark.parametrize("record", sorted(ADR.glob("[0-9]*.md")), ids=lambda p: p.stem)
def test_a_decision_is_one_page_with_its_four_sections(record: Path) -> None:
    lines = record.read_text("utf-8").splitlines()

    assert len(lines) <= ADR_LINES_MAX
    assert [line for line in lines if line.startswith("## ")] == [
        "## Context",
        "## Options",
        "## Decision",
        "## Consequences",
    ]
    assert any(line.startswith("- Status: ") for line in lines)
