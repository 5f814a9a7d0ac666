"""Tests for strongroom.ops.adopt."""

import os
import secrets
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.check.build import NOW, git, write
from tests.conftest import POLICY as DOCUMENT

from strongroom.errors import ConflictError, InvalidError, MachineError
from strongroom.model.severity import Severity
from strongroom.ops.adopt import INVENTORY, Adoption, AdoptRequest, application, apply, plan
from strongroom.ops.policy import load
from strongroom.runtime.declaration import load as declared

POLICY = load(DOCUMENT)
LITERAL = f"Zq{secrets.token_urlsafe(18)}7"
FILES: dict[str, str | bytes] = {
    "app/settings.py": (
        "import os\n"
        f"SECRET_KEY = os.getenv('SECRET_KEY', '{LITERAL}')\n"
        "DB_PASSWORD = os.environ['DB_PASSWORD']\n"
        "TOKEN_EXPIRE_MINUTES = int(os.getenv('TOKEN_EXPIRE_MINUTES', '30'))\n"
    ),
    "docker-compose.yml": (
        f"services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: {LITERAL}\n"
    ),
    ".github/workflows/ci.yml": "env:\n  PYPI_API_TOKEN: ${{ secrets.PYPI_API_TOKEN }}\n",
    "web/api.js": "export const key = import.meta.env.VITE_STRIPE_SECRET_KEY;\n",
    ".env": f"SECRET_KEY={LITERAL}\nDB_PASSWORD=weak-1\n",
    "terraform.tfstate": "{}\n",
}


def request(root: Path, **more: object) -> AdoptRequest:
    told = {"policy": POLICY, "document": DOCUMENT, "owner": "Ada", "environ": os.environ, **more}
    return AdoptRequest(root, NOW, **told)  # type: ignore[arg-type]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "billing api", FILES)


def _contents(root: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(root)): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and ".git" not in p.relative_to(root).parts
    }


def _adopt(root: Path, **more: object) -> Adoption:
    adoption = plan(request(root, **more))
    apply(adoption)
    return adoption


def test_a_plan_writes_nothing(root: Path) -> None:
    before = _contents(root)
    adoption = plan(request(root))

    assert _contents(root) == before
    assert {c.path.name for c in adoption.changes if c.changed} == {
        "strongroom.toml", ".env.example", ".gitignore", INVENTORY,
    }  # fmt: skip


def test_everything_is_written_and_a_second_run_changes_nothing(root: Path) -> None:
    first = _adopt(root)
    after = _contents(root)
    second = _adopt(root)

    assert {d.name for d in declared(root / "strongroom.toml")} >= {"SECRET_KEY", "DB_PASSWORD"}
    assert "TOKEN_EXPIRE_MINUTES" not in after["strongroom.toml"].decode()
    assert tomllib.loads(after["strongroom.toml"].decode())["application"]["name"] == "billing-api"
    assert b".env\n" in after[".gitignore"]
    assert b"| production | SECRET_KEY |" in after[INVENTORY]
    assert not any(c.changed for c in second.changes)
    assert _contents(root) == after
    assert [i.name for i in first.secrets] == [i.name for i in second.secrets]


def test_no_value_is_in_anything_that_is_written_or_said(root: Path) -> None:
    adoption = _adopt(root)
    written = {n: d for n, d in _contents(root).items() if n not in FILES}

    assert [n for n, data in written.items() if LITERAL.encode() in data] == []
    assert LITERAL not in repr((adoption.report, adoption.check, adoption.violations()))


def test_what_is_there_is_kept(root: Path) -> None:
    write(root, {
        "strongroom.toml": "# ours\n[application]\nname = 'mine'\n\n[secrets.OTHER_KEY]\n",
        ".gitignore": "# ours\n*.log",
        ".env.example": "# ours\nLEVEL=info\n",
        INVENTORY: "ours\n",
    })  # fmt: skip
    before = _contents(root)
    _adopt(root)
    after = _contents(root)

    for name in ("strongroom.toml", ".gitignore", ".env.example"):
        assert after[name].startswith(before[name])
        assert len(after[name]) > len(before[name])
    assert after[INVENTORY] == b"ours\n"
    assert tomllib.loads(after["strongroom.toml"].decode())["application"] == {"name": "mine"}


def test_what_violates_the_policy_today_comes_by_clause_from_both_who_looked(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", "--all", "--force")
    git(root, "commit", "-qm", "x")
    adoption = plan(request(root))
    found = {v.clause: v for v in adoption.violations()}

    assert found["P-3.2"].places == (".env",)  # tracked
    assert found["P-8.11"].severity is Severity.HIGH
    assert "app/settings.py:2" in found["P-8.11"].places
    assert "docker-compose.yml:4" in found["P-1.2"].places
    assert "web/api.js:1" in found["P-1.1"].places  # a browser is sent it
    assert [i.name for i in adoption.only_elsewhere] == ["PYPI_API_TOKEN"]
    assert [t.code for t in adoption.report.troubles] == ["terraform-state"]


def test_uncommitted_work_is_looked_at_and_left_as_it_is(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", "app")
    git(root, "commit", "-qm", "x")
    write(root, {"app/new.py": "import os\nos.environ['NEW_API_KEY']\n"})
    adoption = _adopt(root)

    assert "NEW_API_KEY" in {i.name for i in adoption.secrets}
    assert git(root, "diff", "--cached", "--name-only").split() == []


def test_without_a_policy_nothing_is_judged_and_the_files_are_written(root: Path) -> None:
    adoption = _adopt(root, policy=None, document=None)

    assert adoption.check is None
    assert (root / "strongroom.toml").exists()


def test_an_empty_folder_gets_no_empty_declaration(tmp_path: Path) -> None:
    _adopt(write(tmp_path / "new", {"README.md": "x\n"}))

    assert {p.name for p in (tmp_path / "new").iterdir()} == {"README.md", ".gitignore"}


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("name = 'mine'", "mine"),
        ("name = 'mine'\nfolder = 'team/mine'", "team/mine"),
        ("name = '../x y'", "billing-api"),
        ("name = 7", "billing-api"),
    ],
)
def test_secrets_lie_where_the_declaration_says(root: Path, table: str, name: str) -> None:
    write(root, {"strongroom.toml": f"[application]\n{table}\n"})

    assert plan(request(root)).application == name


def test_a_room_is_kept_out_of_git_and_named_as_the_origin(root: Path) -> None:
    _adopt(root, room=True)
    after = _contents(root)
    _adopt(root, room=True)

    assert b".strongroom/\n" in after[".gitignore"]
    assert tomllib.loads(after["strongroom.toml"].decode())["application"]["origin"] == "room"
    assert _contents(root) == after


@pytest.mark.parametrize(
    "said",
    [
        'application.name = "shop"\n',
        'application = {name = "shop"}\n',
        '["application"]\nname = "shop"\n',
        '[application.more]\nname = "shop"\n',
        '[[application]]\nname = "shop"\n',
    ],
)
def test_an_application_is_seen_however_it_is_written(root: Path, said: str) -> None:
    write(root, {"strongroom.toml": said})
    _adopt(root, room=True)
    after = tomllib.loads((root / "strongroom.toml").read_text())

    assert tomllib.loads(said)["application"] == after["application"]
    assert "SECRET_KEY" in after["secrets"]


def test_what_only_looks_like_an_application_is_none(root: Path) -> None:
    write(root, {"strongroom.toml": 'text = """\n[application]\n"""\n'})
    _adopt(root)

    assert tomllib.loads((root / "strongroom.toml").read_text())["application"] == {
        "name": "billing-api"
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('application = {name = "shop", origin = "room"}\n', True),
        ('application.name = "shop"\nsecrets.OTHER_KEY = {}\n[x]\norigin = "room"\n', False),
    ],
)
def test_the_origin_is_that_of_the_application(root: Path, said: str, told: bool) -> None:
    write(root, {"strongroom.toml": said})
    write(root, {"app/settings.py": "import os\nos.environ['OTHER_KEY']\n"})
    (root / "docker-compose.yml").unlink()
    (root / ".env").unlink()
    (root / "web/api.js").unlink()

    assert told is plan(request(root)).says_origin


def test_nothing_is_written_when_one_file_cannot_be(root: Path) -> None:
    adoption = plan(request(root))
    before = _contents(root)
    (root / ".gitignore").write_text("somebody else\n")

    with pytest.raises(ConflictError) as caught:
        apply(adoption)
    assert caught.value.code == "file-changed"
    assert set(_contents(root)) == {*before, ".gitignore"}


def test_a_link_is_not_written_through(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("")
    (root / ".gitignore").symlink_to(tmp_path / "outside")

    with pytest.raises((InvalidError, MachineError)):
        _adopt(root)
    assert (tmp_path / "outside").read_text() == ""


def test_a_folder_that_may_not_be_written_is_refused_before_anything_is(root: Path) -> None:
    script = (
        "import os,sys; from pathlib import Path; from tests.ops.test_adopt import plan, request, apply\n"
        "from strongroom.errors import MachineError\n"
        "root=Path(sys.argv[1]); adoption=plan(request(root))\n"
        "os.setgroups([]) if os.getuid()==0 else None\n"
        "os.setuid(65534) if os.getuid()==0 else None\n"
        "try: apply(adoption)\n"
        "except MachineError as error: print(error.code)\n"
    )
    before = _contents(root)
    root.chmod(0o555)
    run = subprocess.run(
        [sys.executable, "-c", script, str(root)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    root.chmod(0o755)

    assert (run.stdout.strip(), run.stderr) == ("output-unwritable", "")
    assert _contents(root) == before


def test_an_environment_that_the_policy_does_not_have_is_refused(root: Path) -> None:
    with pytest.raises(InvalidError) as caught:
        plan(request(root, environment="nowhere"))
    assert caught.value.code == "environment-unknown"


def test_a_name_is_made_of_the_folder(tmp_path: Path) -> None:
    names = ("my app", "-x-", "日本")

    assert [application(tmp_path / n) for n in names] == ["my-app", "x", "application"]


def test_a_repository_gets_a_hook_where_it_has_none(root: Path) -> None:
    assert plan(request(root, hooks=True)).hook is None  # no repository
    git(root, "init", "-q")
    made = _adopt(root, hooks=True)
    again = plan(request(root, hooks=True))

    assert made.hook is not None
    assert os.access(root / ".git/hooks/pre-commit", os.X_OK)
    assert made.changed
    assert (None, False) == (again.hook, again.changed)


def test_a_hook_of_somebody_else_is_left_alone(root: Path) -> None:
    git(root, "init", "-q")
    theirs = root / ".git/hooks/pre-commit"
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("#!/bin/sh\n")
    git(root, "config", "core.hooksPath", ".git/hooks")

    assert plan(request(root, hooks=True)).hook is None
    git(root, "config", "core.hooksPath", str(root.parent))
    assert plan(request(root, hooks=True)).hook is None
