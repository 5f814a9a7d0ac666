"""What an application pays: for a value, for its start, for reading a `.env`."""

import os
import sys
import tempfile
from pathlib import Path

import dotenv as python_dotenv
import pydantic_settings

from benchmarks.bench_masking import per_call_us
from benchmarks.measure import Row, at_most, processes_ms
from strongroom import Secrets, dotenv, get_secret
from strongroom.runtime.application import Application
from strongroom.runtime.declaration import declared
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.sources import Sources
from strongroom.runtime.validate import problems

NAMES = [f"BENCH_{number}_API_KEY" for number in range(20)]


def run() -> list[Row]:
    """Beside what people use today, in one run."""
    os.environ.update(dict.fromkeys(NAMES, ""))
    os.environ.update({name: f"x{number:043}" for number, name in enumerate(NAMES)})
    name = NAMES[0]
    text = "".join(f"{one}='{os.environ[one]}'\n" for one in NAMES)
    cached = per_call_us(lambda: get_secret(name), 100_000) * 1000
    plain = per_call_us(lambda: os.getenv(name), 100_000) * 1000
    live = Secrets(MemoryOrigin(LIVE_KEY="x" * 43), application=Application())
    held = per_call_us(lambda: live.get("LIVE_KEY"), 100_000) * 1000
    anew = per_call_us(lambda: live.refresh("LIVE_KEY"), 1_000)
    wanted = [declared(one) for one in NAMES]
    sources = Sources(os.environ)
    place = Environment("production")
    rows = [
        at_most("get_secret, cached", cached, "ns", 300),
        Row("os.getenv", plain, "ns"),
        Row("Secrets.get, held", held, "ns"),
        Row("Secrets.refresh, from an origin in memory", anew, "µs"),
        Row("validate 20 secrets", per_call_us(lambda: problems(wanted, sources, place), 10), "µs"),
    ]
    settings = _settings()
    rows.append(Row("pydantic-settings, 20 fields", per_call_us(settings, 100), "µs"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ".env"
        path.write_text(text, "utf-8")
        ours = per_call_us(lambda: dotenv.parse(path.read_text("utf-8")), 100)
        theirs = per_call_us(lambda: python_dotenv.dotenv_values(path), 100)
    rows += [
        Row("read a .env of 20 lines", ours, "µs"),
        Row("the same by python-dotenv", theirs, "µs"),
    ]
    use = "from strongroom import get_secret, Secret; get_secret('HOME')"
    for what, code in (
        ("import strongroom and read a value", use),
        ("import dotenv", "import dotenv"),
        ("import pydantic_settings", "import pydantic_settings"),
    ):
        _, extra = processes_ms([sys.executable, "-c", code])
        rows.append(Row(f"{what}, over python -c pass", extra, "ms"))
    _, extra = processes_ms([sys.executable, "-m", "strongroom", "mask"], allowed=(0, 78))
    rows.append(Row("strongroom mask with no input, over python -c pass", extra, "ms"))
    return rows


def _settings() -> type[pydantic_settings.BaseSettings]:
    fields = {name.lower(): str for name in NAMES}
    return type("Settings", (pydantic_settings.BaseSettings,), {"__annotations__": fields})
