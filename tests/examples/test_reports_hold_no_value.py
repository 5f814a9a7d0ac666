"""No value of the example, nor a part of one, is in any form of any report about it."""

import io
import re
import secrets
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from demonstration.stage import Stage, prepare

PART_CHARS = 6
DOCUMENT = "docs/SECRETS_POLICY.md"
# Where a value stands, as a pattern whose group is replaced by a fresh one.
PLACES = {
    "app/config.py": (r'"(dev-secret-[\w-]+)"', r'default="([\w-]+)"'),
    "app/db.py": (r'REPORTING_DB_PASSWORD = "([^"]+)"',),
    "app/main.py": (r"support uses password: (\S+)",),
    "docker-compose.yml": (r"POSTGRES_PASSWORD: (\S+)",),
    "deploy/staging.env": (r"REDIS_PASSWORD=(\S+)",),
    ".env.example": (r"API_KEY=(\S+)",),
    ".env": (r"SECRET_KEY=(\S+)", r"API_KEY=(\S+)"),
}
FORMS = (
    (),
    ("--json",),
    ("--sarif",),
    ("--clause", "P-8.11"),
    ("--rule", "env-example-value", "--json"),
)


def fresh() -> str:
    """A value with a figure in it, drawn so that no part of it is in a report by chance."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(39)) + "7"


def parts(value: str) -> Iterator[str]:
    return (value[i : i + PART_CHARS] for i in range(len(value) - PART_CHARS + 1))


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Stage, list[str]]:
    """The example with a fresh value in each place, and those values."""
    stage = prepare(tmp_path, Console(file=io.StringIO()))
    values: list[str] = []
    for path, patterns in PLACES.items():
        text = (stage.folder / path).read_text("utf-8")
        for pattern in patterns:
            found = re.search(pattern, text)
            assert found is not None, f"{path}: {pattern}"
            values.append(fresh())
            text = text[: found.start(1)] + values[-1] + text[found.end(1) :]
        (stage.folder / path).write_text(text, "utf-8")
    (stage.folder / "settings.yaml").write_text(
        f"smtp:\n  password: {_added(values)}\nbroker_url: amqp://app:{_added(values)}@mq/\n",
        "utf-8",
    )
    (stage.folder / "service.toml").write_text(f'api_key = "{_added(values)}"\n', "utf-8")
    (stage.folder / "broken.py").write_text(f'password = "{_added(values)}\n', "utf-8")
    (stage.folder / "broken.json").write_text(f'{{"token": "{_added(values)}\n', "utf-8")
    return stage, values


def _added(values: list[str]) -> str:
    values.append(fresh())
    return values[-1]


def test_a_report_names_secrets_and_never_shows_one(planted: tuple[Stage, list[str]]) -> None:
    stage, values = planted
    for options in FORMS:
        outcome = stage.strongroom("check", ".", "--policy", DOCUMENT, *options)
        text = outcome.out + outcome.err

        assert outcome.status == 1
        assert "API_KEY" in text
        assert [v for v in values if any(part in text for part in parts(v))] == []


def test_every_file_that_holds_a_value_is_reported(planted: tuple[Stage, list[str]]) -> None:
    """Otherwise the silence above would prove nothing."""
    stage, _ = planted
    report = stage.strongroom("check", ".", "--policy", DOCUMENT, "--json").json
    found = {finding["place"]["path"] for finding in report["findings"]}
    unread = {item["path"] for item in report["not_looked_at"]}

    assert {*PLACES, "settings.yaml", "service.toml"} <= found
    assert {"broken.py"} <= unread


def test_the_search_for_parts_finds_a_planted_slice() -> None:
    value = fresh()

    assert any(part in f"the key begins with {value[:8]}…" for part in parts(value))
    assert not any(part in "the key is there" for part in parts(value))
