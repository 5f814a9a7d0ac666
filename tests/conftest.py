"""For all tests: names of cases, and rooms of the example's policy."""

import gc
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from strongroom import config, wiring
from strongroom.config import Config
from strongroom.model.policy import Policy
from strongroom.ops.local import Local
from strongroom.policy.compiler import compile as compile_

POLICY = (
    Path(__file__).parents[1] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
RESERVE_BYTES = 4096

# Servers, each started when a test first asks for it.
pytest_plugins = [
    "tests.services.tls",  # first: the others import it
    "tests.services.aws",
    "tests.services.mariadb",
    "tests.services.openbao",
    "tests.services.postgres",
    "tests.services.rabbitmq",
    "tests.services.receiver",
    "tests.services.redis_server",
    "tests.services.smtp",
]

VALUE_CHARS_MIN = 16

# Whoever runs the tests in the background may ignore these, and what tests start inherits that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

# How long a machine takes for an example says nothing about the example.
settings.register_profile("strongroom", deadline=None)
settings.load_profile("strongroom")

# No test keeps values in the home of whoever runs it; those of the cache name a folder.
os.environ["STRONGROOM_CACHE"] = "off"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long words by their argument: generated values differ in each worker and run."""
    if isinstance(val, str | bytes) and any(len(w) >= VALUE_CHARS_MIN for w in val.split()):
        return argname
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first: at the end all but one worker would wait for them."""
    gc.freeze()  # what was loaded so far stays
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True, scope="module")
def nothing_left_open() -> Iterator[None]:
    """What is left to the collector is told of here, and not by chance in the test of another."""
    yield
    gc.collect()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where everything is installed, a test that was skipped has not passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if os.environ.get("CI") and skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def needs(*programs: str) -> None:
    """Skip a test whose program is missing, and say how to get it; CI has all of them."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} missing: make services")


@dataclass(frozen=True)
class Place:
    """Where a room is, and how to open it again."""

    folder: Path
    environ: Mapping[str, str]
    settings: Config

    def opened(self) -> AbstractContextManager[Local]:
        return wiring.open_room(
            self.settings, self.environ, self.folder, reserve_bytes=RESERVE_BYTES
        )


@pytest.fixture(scope="session")
def document() -> bytes:
    """The example's policy document."""
    return POLICY.read_bytes()


@pytest.fixture(scope="session")
def compiled(document: bytes) -> Policy:
    return compile_(document)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder with a configuration of its own; nothing of the machine's user is touched."""
    environ = {"STRONGROOM_CONFIG": str(tmp_path / "config.toml")}
    return Place(tmp_path / "room", environ, config.load(environ, tmp_path))


@pytest.fixture
def room(place: Place, document: bytes, compiled: Policy) -> Iterator[Local]:
    """A room of the example's policy, founded by a Developer who may do everything."""
    wiring.found(
        place.settings, place.environ, place.folder, document, compiled, ["Developer"],
        reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip
    with place.opened() as local:
        yield local
