"""`get_secret` where the application's secrets are kept elsewhere."""

import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from strongroom import MissingSecretError, get_secret
from strongroom.errors import ConfigError, DeniedError, UpstreamError
from strongroom.runtime import client, lookup
from strongroom.runtime.environment import Environment
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.origin.memory import MemoryOrigin

TEXT = secrets.token_urlsafe(32)
AWAY = UpstreamError("away", "nobody answers", retryable=True)


@pytest.fixture
def origin(place: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryOrigin:
    """What strongroom.toml names."""
    one = MemoryOrigin(API_KEY=TEXT)
    (place / "strongroom.toml").write_text('[application]\norigin = "memory:"\n', "utf-8")

    def connect(*_: Any) -> MemoryOrigin:
        return one

    monkeypatch.setattr(client, "origin_of", connect)
    return one


def test_what_is_not_beside_the_process_comes_from_its_origin(
    origin: MemoryOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-8.9: and is masked from then on, with its version."""
    assert get_secret("API_KEY", required=True) == TEXT == get_secret("API_KEY")
    assert MASKER.text(TEXT) == "[API_KEY@v1]"
    monkeypatch.setenv("API_KEY", "beside-the-process")
    assert get_secret("API_KEY") == "beside-the-process"
    assert get_secret("ABSENT") is None
    with pytest.raises(MissingSecretError):
        get_secret("ABSENT", required=True)


def test_a_rotation_and_a_denial_are_seen_as_soon_as_they_are_known(origin: MemoryOrigin) -> None:
    shared = lookup._shared.secrets(Environment("production", said=False))
    assert shared is not None
    assert get_secret("API_KEY") == TEXT
    origin.put("API_KEY", TEXT + "2")
    assert get_secret("API_KEY") == TEXT
    shared.tick()
    assert get_secret("API_KEY") == TEXT + "2"
    origin.failure = DeniedError("denied", "no")
    shared.tick()
    with pytest.raises(DeniedError):
        get_secret("API_KEY")


def test_that_nobody_answers_is_not_that_there_is_none(origin: MemoryOrigin) -> None:
    """Neither a default nor None in its place."""
    origin.failure = AWAY
    with pytest.raises(UpstreamError, match="nobody answers"):
        get_secret("API_KEY")
    with pytest.raises(UpstreamError, match="nobody answers"):
        get_secret("API_KEY", required=True)


def test_in_development_dotenv_helps_out(
    origin: MemoryOrigin, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_ENV", "dev")
    (place / ".env").write_text("API_KEY=from-dotenv\nB_KEY=from-dotenv\n", "utf-8")
    assert (get_secret("API_KEY"), get_secret("B_KEY")) == (TEXT, "from-dotenv")
    lookup.forget()
    origin.failure = AWAY
    assert get_secret("API_KEY") == "from-dotenv"


def test_one_client_is_made_for_all(origin: MemoryOrigin) -> None:
    place = Environment("production", said=False)
    get_secret("API_KEY")
    one = lookup._shared.secrets(place)
    get_secret("OTHER")
    assert lookup._shared.secrets(place) is one
    lookup.forget()
    assert lookup._shared.secrets(place) is not one


def test_a_file_that_cannot_be_used_is_said_only_where_it_is_needed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "strongroom.toml").write_text("[application]\nvalue = 1\n", "utf-8")
    monkeypatch.setenv("API_KEY", TEXT)
    assert get_secret("API_KEY") == TEXT
    with pytest.raises(ConfigError, match=r"\[application\] has"):
        get_secret("ABSENT")


def test_without_an_origin_no_client_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from strongroom import get_secret; get_secret('ABSENT')\n"
        "print([n for n in sys.modules if n in {'asyncio', 'tomllib', 'concurrent.futures'}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path
    )
    assert done.stdout.decode().strip() == "[]"


ENDS = """
from strongroom import get_secret
from strongroom.runtime import acknowledging, client, lookup
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.memory import MemoryOrigin

acknowledging.TOGETHER_S = 0.0

class Telling(MemoryOrigin):
    def acknowledge(self, instance, used):
        print(dict(used), flush=True)

origin = Telling(API_KEY="text-of-a-test")
client.origin_of = lambda *_: origin
assert get_secret("API_KEY") == "text-of-a-test"
lookup._shared.secrets(Environment("production", said=False)).tick()
"""


def test_a_process_that_ends_takes_back_what_it_said_that_it_uses(place: Path) -> None:
    (place / "strongroom.toml").write_text('[application]\norigin = "memory:"\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", ENDS], cwd=place, capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    assert (lines[0], lines[-1]) == ("{'API_KEY': 1}", "{}"), done.stderr
