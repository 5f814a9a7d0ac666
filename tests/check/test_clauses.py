"""Each clause end to end: a violation on disk, in a real repository, is found under it."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.check.build import DOCUMENT, GENERATED, NOW, POLICY, repository, row

from strongroom.check.engine import evaluate
from strongroom.check.report import Report
from strongroom.check.repository.look import look
from strongroom.check.rule import Subject
from strongroom.model.finding import Verdict

CLEAN = {
    "app.py": "import os\nAPI_KEY = os.environ['API_KEY']\nvalidate_secrets()\n",
    "config.yaml": "level: info\n",
    ".env.example": "API_KEY=\n",
    ".gitignore": ".env\n",
    "README.md": "# App\n",
}
PLANTED: dict[str, dict[str, str | bytes]] = {
    "P-1.1": {"b.py": f"API_KEY = '{GENERATED}'\n"},
    "P-1.2": {"b.yaml": f"api_key: {GENERATED}\n"},
    "P-1.3": {"README.md": "The password is Summer-Of-24\n"},
    "P-2.11": {"deploy/staging.yaml": "password: changeme\n"},
    "P-2.12": {"deploy/production.yaml": "password: changeme\n"},
    "P-3.2": {".env": "API_KEY=x\n", ".gitignore": ""},
    "P-3.3": {".env.example": f"API_KEY={GENERATED}\n"},
    "P-3.5": {"b.py": "API_KEY = 'changeme'\n"},
    "P-3.7": {"b.py": "print(api_key)\n"},
    "P-8.8": {".env": "API_KEY=x\n", ".gitignore": ""},
    "P-8.9": {"b.py": "log.info('%s', api_key)\n"},
    "P-8.11": {"b.py": "API_KEY = 'hunting99'\n"},
    "P-8.13": {"b.yaml": f"api_key: {GENERATED}\n"},
    "P-8.14": {"b.py": "raise E(f'{api_key}')\n"},
    "P-9.1": {"b.py": "API_KEY = get_secret('API_KEY', default='x1')\n"},
    "P-9.6": {"b.py": "log.info(f'{api_key}')\n"},
    "P-9.7": {"b.py": "log.info(api_key[:8])\n"},
}
# What passes in the clean application, and rests on its files rather than on the document.
PASS = set(PLANTED) - {"P-2.11", "P-2.12"} | {"P-2.10", "P-8.6", "P-9.5"}


def checked(root: Path, files: dict[str, str | bytes]) -> Report:
    seen = look(repository(root, {**CLEAN, **files}), os.environ)
    return evaluate(Subject(seen, replace(POLICY, inventory=(row(),)), DOCUMENT, NOW))


def verdicts(report: Report) -> dict[str, Verdict]:
    return {s.clause: s.verdict for s in report.scoreboard}


def test_a_clean_application_passes_what_it_can(tmp_path: Path) -> None:
    report = checked(tmp_path, {})

    assert [] == [f for f in report.findings if f.place and f.place.path != DOCUMENT]
    assert set() == PASS - {c for c, v in verdicts(report).items() if v is Verdict.PASS}


@pytest.mark.parametrize("clause", PLANTED)
def test_a_violation_fails_its_clause(tmp_path: Path, clause: str) -> None:
    report = checked(tmp_path, PLANTED[clause])
    names = set(PLANTED[clause])

    assert Verdict.FAIL is verdicts(report)[clause]
    assert any(f.place and f.place.path in names for f in report.findings)


def test_nothing_passes_that_no_rule_can_see(tmp_path: Path) -> None:
    assert Verdict.NOT_EVALUATED is verdicts(checked(tmp_path, {}))["P-12.7"]


def test_one_broken_file_takes_the_pass_from_all_that_rests_on_python(tmp_path: Path) -> None:
    found = verdicts(checked(tmp_path, {"b.py": "API_KEY = ('x'"}))

    assert {Verdict.NOT_EVALUATED} == {found[c] for c in ("P-1.1", "P-8.9", "P-8.14", "P-9.7")}


def test_an_empty_folder_passes_nothing_about_code(tmp_path: Path) -> None:
    report = evaluate(Subject(look(tmp_path, os.environ), POLICY, DOCUMENT, NOW))

    assert set() == {c for c, v in verdicts(report).items() if v is Verdict.PASS} & PASS
