"""`strongroom secret` at the terminal: what goes in comes out, and nothing else does."""

import json

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal

from strongroom.secret.value import VALUE_BYTES_MAX

NEW = ("--type", "database-password", "--owner", "Ada")


def test_get_prints_the_value_and_nothing_else(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "get", WEAK)

    assert (b"weak-1", b"") == (kept.out, kept.err)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"a\nb",
        b"\x00\xff\xfe",
        "ключ 鍵".encode(),
        b"-----BEGIN X-----\nabc\n-----END X-----",
        b"x" * VALUE_BYTES_MAX,
    ],
    ids=["empty", "lines", "bytes", "scripts", "pem", "1 MiB"],
)
def test_a_value_from_standard_input_comes_back(kept: Terminal, value: bytes) -> None:
    assert 0 == kept.run("secret", "set", "development/v", *NEW, stdin=value)
    assert 0 == kept.run("secret", "get", "development/v")

    assert value == kept.out


def test_a_value_from_a_file_keeps_its_last_line_end(kept: Terminal) -> None:
    (kept.folder / "value").write_bytes(b"with an end\n")
    assert 0 == kept.run("secret", "set", "development/v", *NEW, "--file", "value")
    assert 0 == kept.run("secret", "get", "development/v")

    assert b"with an end\n" == kept.out


def test_fields_are_chosen_by_name(kept: Terminal) -> None:
    body = {"username": "app", "password": "weak", "port": 5432, "ok": True, "none": None}
    assert 0 == kept.run(
        "secret", "set", "development/db", *NEW, "--fields", stdin=json.dumps(body).encode()
    )

    assert 2 == kept.run("secret", "get", "development/db")
    assert b"[field-needed]" in kept.err
    assert 0 == kept.run("secret", "get", "development/db", "--field", "port")
    assert b"5432" == kept.out
    assert 3 == kept.run("secret", "get", "development/db", "--field", "nope")
    assert {
        "username": "app",
        "password": "weak",
        "port": "5432",
        "ok": "true",
        "none": "null",
    } == kept.json("secret", "get", "development/db")["fields"]


def test_a_composite_is_put_together_when_it_is_read(kept: Terminal) -> None:
    body = json.dumps({"username": "app", "password": "we/ak", "host": "db"}).encode()
    derive = ("--derive", "url=redis://{username}:{password}@{host}/0")
    assert 0 == kept.run("secret", "set", "development/db", *NEW, "--fields", *derive, stdin=body)
    assert 0 == kept.run("secret", "get", "development/db", "--field", "url")
    assert b"redis://app:we%2Fak@db/0" == kept.out
    assert ["url"] == kept.json("secret", "get", "development/db")["derived"]
    over = ("--derive", "value=x:{@db#password}")
    assert 0 == kept.run("secret", "set", "development/over", *NEW, *over)
    assert 0 == kept.run("secret", "get", "development/over")
    assert b"x:we/ak" == kept.out


def test_a_credential_is_generated_by_its_field(kept: Terminal) -> None:
    at = ("secret", "generate", "production/db", "--field", "password")
    derive = ("--derive", "url=redis://{username}:{password}@{host}/0")
    new = (*NEW, "--set", "username=app", "--set", "host=db", *derive)
    assert 0 == kept.run(*at, *new)
    first = kept.json("secret", "get", "production/db")["fields"]
    assert 0 == kept.run(*at)
    second = kept.json("secret", "get", "production/db")["fields"]

    assert ("app", "db") == (second["username"], second["host"])
    assert first["password"] != second["password"]
    assert first["url"] != second["url"]


def test_bytes_stand_apart_from_text_in_json(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "set", "development/v", *NEW, stdin=b"\xff\xfe")
    assert 0 == kept.run("secret", "set", "development/w", *NEW, stdin=b"//4=")
    binary, text = (kept.json("secret", "get", f"development/{name}") for name in "vw")

    assert ({}, {"value": "//4="}) == (binary["fields"], binary["binary"])
    assert ({"value": "//4="}, {}) == (text["fields"], text["binary"])


def test_a_line_end_follows_the_value_at_a_terminal_only(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert 0 == kept.run("secret", "get", WEAK)

    assert b"weak-1\n" == kept.out


def test_versions_are_kept_and_chosen(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "set", WEAK, "--after", "1", stdin=b"weak-2")
    assert 6 == kept.run("secret", "set", WEAK, "--after", "1", stdin=b"weak-3")
    assert b"[version-not-current]" in kept.err
    kept.run("secret", "get", WEAK, "--version", "1")
    assert b"weak-1" == kept.out
    shown = kept.json("secret", "show", WEAK)
    assert (2, 2) == (shown["current"], len(shown["versions"]))


def test_show_and_list_have_no_value(kept: Terminal) -> None:
    kept.run("secret", "get", KEY)
    value = kept.out
    assert 0 == kept.run("secret", "show", KEY)
    assert b"Ada Lovelace" in kept.out
    assert value[:8] not in kept.out
    assert 0 == kept.run("secret", "list")
    assert [b"development/api/", b"production/api/"] == sorted(kept.out.split())
    assert {"production/api": ["SECRET_KEY"]} == kept.json("secret", "list", "production/api")


def test_what_is_written_is_told_to_machines(kept: Terminal) -> None:
    written = kept.json(
        "secret", "generate", "production/api/API_KEY", "--type", "api-key", "--owner", "Ada"
    )

    assert ("production/api/API_KEY", 1, "api-key") == (
        written["address"],
        written["version"],
        written["type"],
    )
    assert written["bits"] >= 256


@pytest.mark.parametrize(
    ("argv", "stdin", "status", "code"),
    [
        (["set", "development/v", *NEW], b"x" * (VALUE_BYTES_MAX + 1), 7, b"value-too-large"),
        (["set", "development/v", *NEW, "--fields"], b"{", 3, b"fields-not-json"),
        (["set", "development/v", *NEW, "--file", "none"], b"", 8, b"value-unreadable"),
        (["set", "development/v", *NEW, "--file", "."], b"", 3, b"value-not-a-file"),
        (["set", "development/v"], b"x", 3, b"type-missing"),
        (["set", "production/v", *NEW], b"changeme", 3, b"value-refused"),
        (["set", "production/../v", *NEW], b"x", 3, b"address-invalid"),
        (["set", "production/a\x00b", *NEW], b"x", 3, b"address-invalid"),
        (["set", "prоduction/v", *NEW], b"x", 3, b"address-invalid"),
        (["set", "production/" + "a" * 10_000, *NEW], b"x", 3, b"address-invalid"),
        (["set", "Production/v", *NEW], b"x", 3, b"environment-unknown"),
        (["get", "production/none"], b"", 5, b"secret-unknown"),
        (["get", "production"], b"", 3, b"address-invalid"),
        (["get", KEY, "--version", "7"], b"", 5, b"version-unknown"),
        (["get", KEY, "--version", "0"], b"", 3, b"version-invalid"),
        (["get", KEY, "--version", "9" * 40], b"", 3, b"version-invalid"),
        (["rollback", KEY, "--version", "9" * 40], b"", 3, b"version-invalid"),
        (["destroy", KEY, "--yes", "--version", "9" * 40], b"", 3, b"version-invalid"),
        (["set", WEAK, "--after", "9" * 40], b"x", 6, b"version-not-current"),
        (["set", WEAK, "--expires-days", "9" * 40], b"x", 3, b"expiry-too-far"),
        (["set", WEAK, "--owner", "Bob"], b"x", 6, b"secret-exists"),
        (["set", WEAK, *NEW], b"x", 6, b"secret-exists"),
        (["set", "development/v", *NEW, "--fields"], b"[1]", 3, b"fields-not-flat"),
        (["set", "development/v", *NEW, "--fields"], b'"a"', 3, b"fields-not-flat"),
        (["set", "development/v", *NEW, "--fields"], b"1", 3, b"fields-not-flat"),
        (["set", "development/v", *NEW, "--fields"], b"null", 3, b"fields-not-flat"),
        (["set", "development/v", *NEW, "--fields"], b"true", 3, b"fields-not-flat"),
        (["set", "development/v", *NEW, "--fields"], b"{}", 3, b"value-without-fields"),
        (["set", "development/v", *NEW, "--fields"], b'{"a": [1]}', 3, b"fields-not-flat"),
        (["set", "development/v", *NEW, "--fields"], b'{"a": NaN}', 3, b"fields-not-json"),
        (["set", "development/v", *NEW, "--fields"], b'{"\xc3\xa9": 1}', 3, b"field-name-invalid"),
        (["set", "development/v", *NEW, "--fields"], b'{"a": "\\ud800"}', 3, b"value-not-text"),
        (["set", "development/v", *NEW, "--fields"], b"\xff", 3, b"fields-not-json"),
        (["set", "development/v", *NEW, "--fields"], b"[" * 100_000, 3, b"fields-not-json"),
        (["set", "development/v", *NEW, "--derive", "url"], b"x", 2, b"field-malformed"),
        (["set", "development/v", *NEW, "--derive", "=x"], b"x", 2, b"field-malformed"),
        (["set", "development/v", *NEW, "--derive", "u={x"], b"x", 3, b"template-syntax"),
        (["set", "development/v", *NEW, "--derive", "u={x}"], b"x", 3, b"template-field-unknown"),
        (["set", "development/v", *NEW, "--derive", "u=x"], b"x", 3, b"template-constant"),
        (["set", "development/v", *NEW, *["--derive", "u={value}"] * 2], b"x", 3, b"fields-twice"),
        (
            ["set", "development/v", *NEW, "--fields", "--derive", "a={a}"],
            b'{"a": 1}',
            3,
            b"fields-twice",
        ),
        (["set", "development/v", *NEW, "--derive", "value={@v}"], b"", 3, b"template-cycle"),
        (["set", "development/v", *NEW, "--derive", "value={@w}"], b"", 5, b"secret-unknown"),
        (["set", "development/v", *NEW, "--derive", "value={@../w}"], b"", 3, b"reference-invalid"),
        (["generate", "development/v", *NEW, "--derive", "u={v}"], b"", 2, b"option-unfit"),
        (
            ["generate", "development/v", *NEW, "--field", "p", "--set", "pin=1"],
            b"",
            2,
            b"field-secret",
        ),
        (["generate", "development/v", *NEW, "--field", "a b"], b"", 3, b"field-name-invalid"),
        (["generate", "development/v", "--field", "p"], b"", 3, b"type-missing"),
        (["list", "development//"], b"", 3, b"folder-invalid"),
        (["list", ""], b"", 3, b"environment-unknown"),
        (["tree", "development//"], b"", 3, b"folder-invalid"),
        (["list", "mars"], b"", 3, b"environment-unknown"),
        (["list", "production/../x"], b"", 3, b"folder-invalid"),
        (
            ["generate", "production/x", "--type", "sentry-dsn", "--owner", "Ada"],
            b"",
            3,
            b"provider-issues",
        ),
        (
            ["generate", "production/x", "--type", "api-key", "--owner", ""],
            b"",
            3,
            b"owner-missing",
        ),
        (["set", "development/v", "the-value"], b"", 2, b"usage"),
    ],
)
def test_what_cannot_be_done_is_said_by_a_code(
    kept: Terminal, argv: list[str], stdin: bytes, status: int, code: bytes
) -> None:
    assert status == kept.run("secret", *argv, stdin=stdin)
    assert b"[" + code + b"]" in kept.err
    assert b"" == kept.out


def test_a_list_of_everything_leaves_out_what_is_refused_and_says_so(kept: Terminal) -> None:
    me = kept.json("whoami")["name"]
    kept.run(
        "access",
        "grant",
        "--deny",
        "--principal",
        me,
        "--verb",
        "metadata",
        "--environment",
        "production",
    )

    assert 0 == kept.run("secret", "list")
    assert b"development/api/" == kept.out.strip()
    assert b"production: refused" in kept.err
    assert 4 == kept.run("secret", "list", "production")
