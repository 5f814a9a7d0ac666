"""FastAPI with its real application, test client and server."""

import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, HTTPException, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel
from tests.runtime.web.conftest import World

from strongroom.runtime.fields import Declaration
from strongroom.runtime.problems import SecretsError
from strongroom.runtime.secret import Secret
from strongroom.runtime.web import fastapi
from strongroom.runtime.web.service import Service


class Ours(Declaration):
    SECRET_KEY: Secret


class Login(BaseModel):  # type: ignore[misc]  # the library is not typed here
    name: int
    password: str


def application(world: World, **more: Any) -> FastAPI:
    app = FastAPI(**more)
    service = Service(Ours)
    fastapi.install(app, service)

    @app.get("/name")  # type: ignore[untyped-decorator]
    def name(key: Annotated[Secret, Depends(fastapi.secret("SECRET_KEY"))]) -> str:
        return str(key)

    @app.get("/all")  # type: ignore[untyped-decorator]
    def all_(values: Annotated[Any, Depends(fastapi.values)]) -> str:
        return repr(values)

    @app.get("/leak/{way}")  # type: ignore[untyped-decorator]
    def leak(way: str) -> Any:
        match way:
            case "raise":
                raise RuntimeError(f"bad key {world.value}")
            case "detail":
                raise HTTPException(400, f"bad key {world.value}")
            case "body":
                return {"key": world.value}
            case "header":
                raise HTTPException(401, "no", {"X-Why": world.value})
            case _:
                half = len(world.value) // 2
                return StreamingResponse(
                    iter([world.value[:half], world.value[half:]]), media_type="text/plain"
                )

    @app.post("/login")  # type: ignore[untyped-decorator]
    def login(body: Login) -> None: ...

    @app.websocket("/ws")  # type: ignore[untyped-decorator]
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(world.value)
        await socket.send_bytes(world.value.encode())
        await socket.close()

    return app


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(application(world), raise_server_exceptions=False) as made:
        yield made


def test_dependencies_give_the_secret_and_the_declaration(client: TestClient) -> None:
    assert client.get("/name").json() == "Secret(SECRET_KEY)"
    assert client.get("/all").json() == "Ours(Secret(SECRET_KEY))"
    parameters = client.get("/openapi.json").json()["paths"]["/name"]["get"].get("parameters")
    assert parameters is None


@pytest.mark.parametrize("debug", [True, False], ids=["debug", "production"])
@pytest.mark.parametrize("way", ["raise", "detail", "body", "header", "stream"])
def test_no_response_and_no_log_shows_a_value(
    world: World, way: str, debug: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """P-8.9, P-8.14: the page of the debugger included."""
    app = application(world, debug=debug)
    with TestClient(app, raise_server_exceptions=False) as client, caplog.at_level(logging.DEBUG):
        answer = client.get(f"/leak/{way}")

    assert not world.shows(answer.content, str(answer.headers), caplog.text)
    if way != "raise":
        assert "[SECRET_KEY]" in answer.text + str(answer.headers)
        assert f"a response to GET /leak/{way} held [SECRET_KEY]" in caplog.text


def test_the_exception_that_the_server_logs_shows_no_value(world: World) -> None:
    with TestClient(application(world)) as client, pytest.raises(RuntimeError) as caught:
        client.get("/leak/raise")

    assert str(caught.value) == "bad key [SECRET_KEY]"


def test_a_socket_shows_no_value(client: TestClient) -> None:
    with client.websocket_connect("/ws") as socket:
        assert socket.receive_text() == "[SECRET_KEY]"
        assert socket.receive_bytes() == b"[SECRET_KEY]"


def test_what_somebody_typed_is_not_said_back(client: TestClient) -> None:
    """A password in a request that is wrong elsewhere stood in pydantic's answer."""
    answer = client.post("/login", json={"name": "x", "password": "typed-by-a-person"})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "name"]
    assert "typed-by" not in answer.text


def test_a_handler_of_the_application_stays(world: World) -> None:
    app = FastAPI()

    async def mine(request: Any, error: Any) -> Any: ...

    from fastapi.exceptions import RequestValidationError

    app.exception_handlers[RequestValidationError] = mine
    fastapi.install(app, world.service)

    assert app.exception_handlers[RequestValidationError] is mine


def test_it_does_not_start_without_its_secrets(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-8.7, P-8.8."""
    monkeypatch.delenv("SECRET_KEY")

    with pytest.raises(SecretsError, match="SECRET_KEY is not set"), TestClient(application(world)):
        pass


def test_the_own_lifespan_runs_inside(world: World) -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        seen.append(str(app.state.strongroom.get("SECRET_KEY")))
        yield
        seen.append("end")

    with TestClient(application(world, lifespan=lifespan)):
        pass
    assert seen == ["Secret(SECRET_KEY)", "end"]


def test_a_server_that_lacks_secrets_says_so_once_and_ends_with_78(tmp_path: Path) -> None:
    """P-8.8."""
    (tmp_path / "service.py").write_text(
        "from fastapi import FastAPI\n"
        "from strongroom.runtime.web.fastapi import install\n"
        "from strongroom.runtime.web.service import Service\n"
        "app = FastAPI()\n"
        "install(app, Service(['A_KEY', 'B_KEY']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "uvicorn", "service:app", "--port", "0"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 78
    assert "A_KEY is not set (P-8.7)\n  B_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr
