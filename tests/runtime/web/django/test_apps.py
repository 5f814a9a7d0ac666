"""The system check, and keys that are rotated while Django runs."""

import secrets
from pathlib import Path

from tests.runtime.web.django.project import run

VALUE = secrets.token_hex(32)
CHECK = """
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"{deploy}])
"""
ROTATE = """
import secrets as random
from django.core import signing
from strongroom.runtime.web.django.apps import _sign_with
class Held(Service):
    held = [Secret(VALUE, name="SECRET_KEY", version=1)]
    def versions(self, name): return tuple(self.held)
settings.STRONGROOM = Held(["SECRET_KEY"])
signed = signing.dumps("ada")
fresh = Secret(random.token_hex(32), name="SECRET_KEY", version=2)
Held.held.insert(0, fresh)
_sign_with(fresh)
assert settings.SECRET_KEY == fresh.reveal()
assert signing.loads(signed) == "ada"
Held.held.pop()
_sign_with(fresh)
try:
    signing.loads(signed)
except signing.BadSignature:
    print("refused")
"""


def test_a_deployment_is_checked_and_every_problem_named(tmp_path: Path) -> None:
    """P-8.7."""
    done = run(tmp_path, CHECK.format(deploy=", '--deploy'"), UNGUARDED="1")

    assert "(strongroom.E001) SECRET_KEY is not set (P-8.7)" in done.stderr
    assert "(strongroom.W002) responses are not looked through" in done.stderr
    assert done.returncode == 1


def test_a_deployment_with_all_of_it_passes(tmp_path: Path) -> None:
    done = run(tmp_path, CHECK.format(deploy=", '--deploy'"), SECRET_KEY=VALUE)

    assert "strongroom" not in done.stderr
    assert done.returncode == 0
    assert VALUE[:12] not in done.stdout + done.stderr


def test_other_commands_need_no_secret(tmp_path: Path) -> None:
    assert run(tmp_path, CHECK.format(deploy="")).returncode == 0


def test_a_declaration_that_is_none_is_one_error(tmp_path: Path) -> None:
    code = "settings.STRONGROOM = Service()\n" + CHECK.format(deploy=", '--deploy'")

    assert "(strongroom.E002) there is no strongroom.toml" in run(tmp_path, code).stderr


def test_what_was_signed_outlives_a_rotation_by_its_grace(tmp_path: Path) -> None:
    done = run(tmp_path, ROTATE, SECRET_KEY=VALUE)

    assert done.stdout == "refused\n", done.stderr
