"""Django's own handler, test client and page of the debugger."""

import secrets
from pathlib import Path

import pytest
from tests.runtime.web.django.project import run

VALUE = secrets.token_hex(32)
ASK = """
client = Client(raise_request_exception=False)
answer = client.get("/leak/{way}")
print(answer.status_code, answer.headers, b"".join(answer).decode("latin-1"))
"""
LATER = """
import asyncio
async def main():
    answer = await AsyncClient().get("/later")
    print(answer.headers, b"".join([piece async for piece in answer]))
asyncio.run(main())
"""


@pytest.mark.parametrize("debug", [True, False], ids=["debug", "production"])
@pytest.mark.parametrize("way", ["raise", "local", "body", "header", "stream"])
def test_no_response_and_no_log_shows_a_value(tmp_path: Path, way: str, debug: bool) -> None:
    """P-8.9, P-8.14: on the page of the debugger its settings and its frames' variables too."""
    environ = {"DEBUG": "1"} if debug else {}
    done = run(tmp_path, ASK.format(way=way), SECRET_KEY=VALUE, **environ)

    assert done.stdout[:3] in {"200", "500"}, done.stderr
    assert VALUE[:12] not in done.stdout + done.stderr
    if debug or way not in {"raise", "local"}:
        assert "[SECRET_KEY]" in done.stdout
    if debug and way == "local":
        assert "SHOP" in done.stdout
        assert "see the frames" in done.stdout


def test_without_it_the_debugger_shows_the_value(tmp_path: Path) -> None:
    done = run(tmp_path, ASK.format(way="local"), SECRET_KEY=VALUE, DEBUG="1", UNGUARDED="1")

    assert VALUE in done.stdout


def test_an_asynchronous_stream_shows_no_value(tmp_path: Path) -> None:
    done = run(tmp_path, LATER, SECRET_KEY=VALUE)

    assert "[SECRET_KEY]" in done.stdout, done.stderr
    assert VALUE[:9] not in done.stdout


def test_what_is_no_text_passes(tmp_path: Path) -> None:
    assert VALUE in run(tmp_path, ASK.format(way="image"), SECRET_KEY=VALUE).stdout


def test_the_server_is_not_made_without_its_secrets(tmp_path: Path) -> None:
    """P-8.7, P-8.8: the settings themselves do without, for commands that need no secret."""
    code = (
        "from django.core.wsgi import get_wsgi_application\nprint('set up')\nget_wsgi_application()"
    )
    done = run(tmp_path, code)

    assert done.stdout == "set up\n"
    assert "SECRET_KEY is not set (P-8.7)" in done.stderr
    assert done.returncode
