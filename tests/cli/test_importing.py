"""`strongroom import` at the terminal."""

import json
import secrets
from contextlib import nullcontext

import pytest
from tests.cli.rooms import WEAK, Terminal
from tests.ops.importing.conftest import strong
from tests.ops.importing.test_run import stop_at

from strongroom.cli import progress
from strongroom.ops.importing import run

NEW = ("--owner", "Ada", "--type", "database-password")


def env(terminal: Terminal, **values: str) -> str:
    text = "".join(f"{name}='{value}'\n" for name, value in values.items())
    (terminal.folder / "source.env").write_text(text, "utf-8")
    return "source.env"


def test_a_file_comes_in_and_is_read_back(kept: Terminal) -> None:
    value = strong()
    source = env(kept, ONE=value, TWO=strong())
    assert 0 == kept.run("import", source, "--into", "production/api", *NEW, "--dry-run")
    assert b"nothing was written" in kept.out
    assert 5 == kept.run("secret", "get", "production/api/ONE")
    assert 0 == kept.run("import", source, "--into", "production/api", *NEW)
    assert b"published: 2 secrets" in kept.out
    assert 0 == kept.run("secret", "get", "production/api/ONE")
    assert value.encode() == kept.out
    assert 0 == kept.run("import", "list")
    assert b"no import is unfinished" in kept.out
    (one,) = kept.json("import", "list", "--all")
    assert ("published", 2) == (one["state"], one["total"])


def test_problems_end_with_one_and_name_no_value(kept: Terminal) -> None:
    source = env(kept, ONE="short-one", DATABASE_PASSWORD="short-two")
    assert 1 == kept.run("import", source, "--into", "production/api", *NEW)
    assert b"2 problems; nothing was written" in kept.out
    assert b"P-4.7" in kept.out
    assert b"short-" not in kept.out + kept.err
    assert 1 == kept.run("import", source, "--into", "production/api", *NEW, "--json")
    found = json.loads(kept.out)
    assert not found["ok"]
    assert found["imported"] is None
    assert ["P-4.7", "P-4.8", "P-4.9"] == found["problems"][0]["clauses"]


def test_what_stands_there_is_left_or_gets_a_version(kept: Terminal) -> None:
    source = env(kept, DATABASE_PASSWORD="weak-2")
    into = ("--into", "development/api", *NEW)
    assert 1 == kept.run("import", source, *into)
    assert 0 == kept.run("import", source, *into, "--on-conflict", "skip")
    assert b"1 skipped" in kept.out
    assert 0 == kept.run("import", source, *into, "--on-conflict", "new-version")
    kept.run("secret", "get", WEAK)
    assert b"weak-2" == kept.out


def test_an_interrupted_import_is_named_resumed_and_taken_back(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {f"N{n}": secrets.token_urlsafe(12) for n in range(run.PART + 1)}
    source = env(kept, **values)
    into = ("--into", "development/many", *NEW)
    for ending in ("abort", "resume"):
        with monkeypatch.context() as patched:
            patched.setattr(progress, "shown", lambda: nullcontext(stop_at("staging", run.PART)))
            assert 70 == kept.run("import", source, *into)
        for command in ("status", "fsck", ("import", "list")):
            assert 0 == kept.run(*([command] if isinstance(command, str) else command))
            assert b"resume" in kept.out or b"staging" in kept.out
        assert 1 == len(kept.json("status")["unfinished"])
        assert 1 == len(kept.json("fsck")["unfinished"])
        if ending == "resume":
            assert 6 == kept.run("import", "resume")
            assert b"[source-needed]" in kept.err
            assert 0 == kept.run("import", "resume", source, *into)
        else:
            assert 0 == kept.run("import", "abort")
    assert len(values) == len(kept.json("secret", "list", "development/many")["development/many"])


def test_standard_input_needs_its_format(kept: Terminal) -> None:
    into = ("--into", "development/in", *NEW)
    assert 0 == kept.run("import", "--format", "env", *into, stdin=b"A=weak\n")
    assert 3 == kept.run("import", "--format", "xlsx", *into, stdin=b"A=weak\n")
    assert b"[format-unknown]" in kept.err
    assert 8 == kept.run("import", "missing.env", *into)


def test_who_stops_an_import_is_told_how_to_go_on(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    def interrupt(name: str, done: int, total: int) -> None:
        del total
        if name == "staging" and done:
            raise KeyboardInterrupt

    source = env(kept, **{f"N{n}": secrets.token_urlsafe(12) for n in range(run.PART + 1)})
    monkeypatch.setattr(progress, "shown", lambda: nullcontext(interrupt))
    with pytest.raises(SystemExit) as ended:
        kept.run("import", source, "--into", "development/many", *NEW)
    said = capsysbinary.readouterr().err
    assert 130 == ended.value.code
    assert b"is unfinished" in said
    assert b"import abort" in said
