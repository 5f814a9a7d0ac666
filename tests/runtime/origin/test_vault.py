"""A server as an origin: the real OpenBao, and servers that misbehave in every way."""

import itertools
import os
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from tests.runtime.origin.contract import Keeper, OriginContract
from tests.runtime.origin.serving import Act, http, says, serving
from tests.services.openbao import Openbao

from strongroom import Secrets
from strongroom.errors import ConfigError, DeniedError, SealedError, StrongroomError, UpstreamError
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.choose import origin_of
from strongroom.runtime.origin.vault import VaultOrigin, connect

TOKEN = secrets.token_urlsafe(24)
VALUE = secrets.token_urlsafe(24)
PRODUCTION = Environment("production")
API = Application("api", "api")
_folders = itertools.count()


class _Bao(Keeper):
    def __init__(self, server: Openbao, folder: str) -> None:
        self.server, self.folder = server, folder

    def put(self, name: str, text: str) -> int:
        return self.write(name, {"value": text})

    def write(self, path: str, data: dict[str, object]) -> int:
        where = f"secret/data/production/{self.folder}/{path}"
        return int(self.server.call("POST", where, {"data": data})["data"]["version"])


@pytest.fixture
def keeper(openbao: Openbao) -> _Bao:
    return _Bao(openbao, f"app{os.getpid()}-{next(_folders)}")


@pytest.fixture
def origin(
    openbao: Openbao, keeper: _Bao, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VaultOrigin]:
    token(monkeypatch, openbao.token)
    made = connect(f"{openbao.url}/secret", Application("api", keeper.folder), PRODUCTION)
    yield made
    made.close()


def token(monkeypatch: pytest.MonkeyPatch, text: str = TOKEN) -> None:
    for name in ("STRONGROOM_TOKEN_FILE", "CREDENTIALS_DIRECTORY", "STRONGROOM_CACERT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAULT_TOKEN", text)


class TestVaultOrigin(OriginContract):
    acknowledges = False


def test_fields_and_folders_have_names(origin: VaultOrigin, keeper: _Bao) -> None:
    keeper.write("db", {"username": "app", "password": "pw", "port": 5432, "more": {"a": [1]}})
    keeper.write("third/party/mail", {"value": "m"})
    found = {name: one.text for name, one in origin.fetch().items()}

    assert {
        "DB_USERNAME": "app", "DB_PASSWORD": "pw", "DB_PORT": "5432", "DB_MORE": '{"a":[1]}',
        "THIRD_PARTY_MAIL": "m",
    } == found  # fmt: skip
    one = origin.fetch(["DB_PASSWORD"])["DB_PASSWORD"]
    assert f"secret/production/{keeper.folder}/db#password" == one.place


def test_many_secrets_are_each_themselves(origin: VaultOrigin, keeper: _Bao) -> None:
    texts = {f"KEY_{n}": f"text-{n}" for n in range(20)}
    for name, text in texts.items():
        keeper.put(name, text)
    before = origin.mark()

    assert texts == {name: one.text for name, one in origin.fetch().items()}
    assert before == origin.mark()
    keeper.put("KEY_19", "other")
    assert before != origin.mark()


def test_a_deleted_secret_is_not_there(origin: VaultOrigin, keeper: _Bao) -> None:
    keeper.put("SECRET_KEY", "first-text")
    keeper.put("SECRET_KEY", "second-text")
    keeper.server.call("DELETE", f"secret/data/production/{keeper.folder}/SECRET_KEY")

    assert {} == origin.fetch()
    assert () == origin.versions("SECRET_KEY")


def test_an_environment_is_a_mount_of_its_own(
    openbao: Openbao, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount = f"env{secrets.token_hex(4)}"
    openbao.call("POST", f"sys/mounts/{mount}", {"type": "kv", "options": {"version": "2"}})
    openbao.call("POST", f"{mount}/data/api/KEY", {"data": {"value": "k"}})
    token(monkeypatch, openbao.token)
    made = origin_of(Application("api", "api", openbao.url), Environment(mount))
    assert made is not None

    assert f"{mount}/api/KEY" == made.fetch(["KEY"])["KEY"].place
    made.close()


def test_a_token_that_may_only_read_reads(
    openbao: Openbao, origin: VaultOrigin, keeper: _Bao, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.put("SECRET_KEY", "text")
    rule = f'path "secret/data/production/{keeper.folder}/*" {{ capabilities = ["read"] }}'
    openbao.call("PUT", f"sys/policies/acl/{keeper.folder}", {"policy": rule})
    made = openbao.call("POST", "auth/token/create", {"policies": [keeper.folder]})
    token(monkeypatch, made["auth"]["client_token"])

    assert "text" == origin.fetch(["SECRET_KEY"])["SECRET_KEY"].text
    with pytest.raises(DeniedError) as caught:
        origin.fetch()
    assert "origin-denied" == caught.value.code


def test_a_wrong_token_is_denied(origin: VaultOrigin, monkeypatch: pytest.MonkeyPatch) -> None:
    token(monkeypatch, VALUE)
    with pytest.raises(DeniedError) as caught:
        origin.fetch(["SECRET_KEY"])
    assert VALUE not in repr(vars(caught.value))


def test_threads_share_it_and_a_child_has_its_own(origin: VaultOrigin, keeper: _Bao) -> None:
    keeper.put("SECRET_KEY", "text")
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda _: origin.fetch(["SECRET_KEY"])["SECRET_KEY"].text, range(40)))
    assert ["text"] * 40 == texts
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os._exit(0 if origin.fetch(["SECRET_KEY"])["SECRET_KEY"].text == "text" else 1)
        os._exit(2)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert "text" == origin.fetch(["SECRET_KEY"])["SECRET_KEY"].text


# --- servers that misbehave -------------------------------------------------------------------


def drips(wire: socket.socket) -> None:
    wire.recv(65_536)
    for byte in itertools.chain(b"HTTP/1.1 200 OK\r\nX: ", itertools.repeat(65)):
        wire.sendall(bytes([byte]))
        time.sleep(0.02)


def body_drips(wire: socket.socket) -> None:
    wire.recv(65_536)
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        wire.sendall(b"[")
        time.sleep(0.02)


def waits(wire: socket.socket) -> None:
    while wire.recv(65_536):
        pass


SECRET = f'{{"errors":["{VALUE}"],"data":{{"data":"{VALUE}"}}}}'.encode()
BAD: dict[str, tuple[Act, str, type[StrongroomError]]] = {
    "slow": (waits, "origin-slow", UpstreamError),
    "drips": (drips, "origin-slow", UpstreamError),
    "body drips": (body_drips, "origin-slow", UpstreamError),
    "sealed": (http("503 x", b'{"errors":["Vault is sealed"]}'), "origin-sealed", SealedError),
    "unavailable": (http("503 x", SECRET), "origin-failed", UpstreamError),
    "broken": (http("500 x", SECRET), "origin-failed", UpstreamError),
    "busy": (http("429 x", SECRET), "origin-failed", UpstreamError),
    "denies": (http("403 x", SECRET), "origin-denied", DeniedError),
    "unknown caller": (http("401 x", SECRET), "origin-denied", DeniedError),
    "no such method": (http("405 x", SECRET), "origin-request-refused", UpstreamError),
    "redirects": (
        http("307 x", b"", more=f"Location: http://127.0.0.1:1/{VALUE}\r\n"),
        "origin-redirects", UpstreamError,
    ),
    "garbage": (says(VALUE.encode() * 9), "origin-garbled", UpstreamError),
    "nothing": (says(b""), "origin-unreachable", UpstreamError),
    "long head": (says(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 99_999), "origin-garbled", UpstreamError),
    "many heads": (
        says(b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 999 + b"\r\n"), "origin-garbled", UpstreamError,
    ),
    "half": (
        says(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"),
        "origin-garbled", UpstreamError,
    ),
    "half of JSON": (http("200 OK", SECRET[:-4]), "origin-garbled", UpstreamError),
    "deep JSON": (http("200 OK", b"[" * 99_999), "origin-garbled", UpstreamError),
    "a list": (http("200 OK", b"[1]"), "origin-garbled", UpstreamError),
    "other JSON": (http("200 OK", SECRET), "origin-garbled", UpstreamError),
    "no text": (http("200 OK", b"\xff\xfe" + SECRET), "origin-garbled", UpstreamError),
    "a page": (http("200 OK", SECRET, "text/html"), "origin-garbled", UpstreamError),
    "a proxy's page": (http("404 x", SECRET, "text/html"), "origin-failed", UpstreamError),
    "too much": (http("200 OK", b" " * 5_000_000), "origin-answer-too-large", UpstreamError),
}  # fmt: skip


def ends(act: Callable[[], object], code: str, kind: type[StrongroomError]) -> StrongroomError:
    """The act fails so, soon, and says nothing of what came."""
    begun = time.monotonic()
    with pytest.raises(kind) as caught:
        act()
    error = caught.value
    shown = repr(
        (str(error), error.fix, error.args, vars(error), error.__cause__, error.__context__)
    )

    assert code == error.code
    assert time.monotonic() - begun < 5
    assert VALUE not in shown
    assert TOKEN not in shown
    return error


@pytest.mark.parametrize("name", BAD)
def test_a_bad_server_is_one_clear_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    act, code, kind = BAD[name]
    token(monkeypatch)
    with serving(act) as port:
        origin = VaultOrigin(f"http://127.0.0.1:{port}", API, PRODUCTION, seconds=0.4)
        # A page of HTML where names are listed, and where a value is read.
        error = ends(origin.fetch, code, kind)
        origin.close()

    assert f"http://127.0.0.1:{port}" in str(error)
    held = code in {"origin-slow", "origin-failed", "origin-unreachable"}
    assert held is getattr(error, "retryable", False)


def test_a_server_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    token(monkeypatch)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    origin = VaultOrigin(f"http://127.0.0.1:{port}", API, PRODUCTION, seconds=1)

    assert getattr(ends(origin.mark, "origin-unreachable", UpstreamError), "retryable", False)


def authority(folder: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(folder / "ca.pem")
    token(monkeypatch)
    monkeypatch.setenv("STRONGROOM_CACERT", str(folder / "ca.pem"))
    return made


def certified(cert: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)
    return context


@pytest.mark.parametrize("case", ["expired", "other host", "other authority"])
def test_a_certificate_that_is_wrong(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = authority(tmp_path, monkeypatch)
    cert = {
        "expired": lambda: ca.issue_cert(
            "127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1),  # noqa: TID251
            not_before=datetime.now(UTC) - timedelta(days=2),  # noqa: TID251
        ),
        "other host": lambda: ca.issue_cert("example.org"),
        "other authority": lambda: trustme.CA().issue_cert("127.0.0.1"),
    }[case]()  # fmt: skip
    with serving(http("200 OK", b"{}"), certified(cert)) as port:
        origin = VaultOrigin(f"https://127.0.0.1:{port}", API, PRODUCTION, seconds=2)
        error = ends(lambda: origin.fetch(["A"]), "origin-certificate", UpstreamError)

    assert {"expired": "expired", "other host": "not valid for", "other authority": "issuer"}[
        case
    ] in str(error)


def test_tls_that_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = authority(tmp_path, monkeypatch)
    body = b'{"data":{"keys":[],"data":{},"metadata":{"version":1}}}'
    with serving(http("200 OK", body), certified(ca.issue_cert("127.0.0.1"))) as port:
        origin = VaultOrigin(f"https://127.0.0.1:{port}", API, PRODUCTION, seconds=2)
        assert {} == origin.fetch()
        # The server has closed the connection that was kept: a new one is made.
        assert {} == origin.fetch()
        origin.close()


def test_the_wrong_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = authority(tmp_path, monkeypatch)
    with serving(http("200 OK", b"{}")) as port:
        origin = VaultOrigin(f"https://127.0.0.1:{port}", API, PRODUCTION, seconds=1)
        error = ends(origin.mark, "origin-tls", UpstreamError)
        assert "TLS" in str(error)
    with serving(waits, certified(ca.issue_cert("127.0.0.1"))) as port:
        origin = VaultOrigin(f"http://127.0.0.1:{port}", API, PRODUCTION, seconds=1)
        with pytest.raises(UpstreamError):
            origin.mark()


def test_a_handshake_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority(tmp_path, monkeypatch)
    with serving(waits) as port:
        origin = VaultOrigin(f"https://127.0.0.1:{port}", API, PRODUCTION, seconds=0.3)
        ends(origin.mark, "origin-slow", UpstreamError)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://vault.example.org", "origin-not-encrypted"),
        ("http://10.0.0.1:8200", "origin-not-encrypted"),
        (f"https://u:{VALUE}@h", "origin-address-invalid"),
        (f"https://h/?token={VALUE}", "origin-address-invalid"),
        ("https://", "origin-address-invalid"),
        ("https://[::1", "origin-address-invalid"),
        ("https://h:99999", "origin-address-invalid"),
        ("https://h/a/b", "origin-address-invalid"),
        (f"https://{'a' * 64}.example", "origin-address-invalid"),
        ("https://a..example", "origin-address-invalid"),
        ("https://h/..", "origin-address-invalid"),
    ],
)
def test_an_address_that_cannot_be_used(address: str, code: str) -> None:
    ends(lambda: connect(address, API, PRODUCTION), code, ConfigError)


@pytest.mark.parametrize("name", ["", "..", "a/../b", "a b", "a?b"])
def test_an_environment_leads_nowhere_else(name: str) -> None:
    ends(lambda: connect("https://h", API, Environment(name)), "environment-unknown", ConfigError)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "origin-token-missing"),
        (f"{VALUE}\r\nX-Evil: 1", "origin-token-invalid"),
        (VALUE * 999, "origin-token-invalid"),
        (f"{VALUE}é", "origin-token-invalid"),
    ],
)
def test_a_token_that_cannot_be_used(text: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token(monkeypatch, text)
    ends(connect("http://127.0.0.1:1", API, PRODUCTION).mark, code, ConfigError)


def test_the_token_is_read_anew_from_its_file(
    tmp_path: Path, openbao: Openbao, origin: VaultOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    token(monkeypatch, "none")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "strongroom-token").write_text("wrong\n")
    with pytest.raises(DeniedError):
        origin.mark()
    (tmp_path / "strongroom-token").write_text(f"{openbao.token}\n")

    assert origin.mark()


def test_no_proxy_of_the_environment_sees_a_token(
    origin: VaultOrigin, keeper: _Bao, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.put("SECRET_KEY", "text")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert "text" == origin.fetch(["SECRET_KEY"])["SECRET_KEY"].text


def test_a_client_has_both_versions_and_ends_at_a_denial(
    openbao: Openbao, keeper: _Bao, monkeypatch: pytest.MonkeyPatch
) -> None:
    token(monkeypatch, openbao.token)
    keeper.put("SECRET_KEY", "first-text")
    app = Application("api", keeper.folder)
    origin = VaultOrigin(f"{openbao.url}/secret", app, PRODUCTION)
    with Secrets(origin, application=app, environment=PRODUCTION, last_good=False) as client:
        assert "first-text" == client.get("SECRET_KEY").reveal()
        keeper.put("SECRET_KEY", "second-text")
        assert "second-text" == client.refresh("SECRET_KEY").reveal()
        assert ["second-text", "first-text"] == [
            one.reveal() for one in client.versions("SECRET_KEY")
        ]
        token(monkeypatch, "no-longer-valid")
        with pytest.raises(DeniedError):
            client.refresh("SECRET_KEY")
    origin.close()
