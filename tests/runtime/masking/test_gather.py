"""Which values are secrets, by their names and, where names do not say, by what they are."""

import secrets
from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime.masking import gather
from strongroom.runtime.masking.gather import Gathered, looks_secret
from strongroom.runtime.sources import Sources

VALUE = secrets.token_urlsafe(32)


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("API_KEY", VALUE, True),
        ("API_KEY", "", False),
        ("DATABASE_URL", f"postgresql://app:{VALUE}@db/x", True),
        ("DATABASE_URL", "sqlite:///app.db", False),
        ("TOKEN", VALUE, True),
        ("TOKEN", "${OTHER}", False),
        ("TOKEN_TTL_SECONDS", "86400000", False),
        ("PASSWORD_RESET_URL", "https://example.com/reset", False),
        ("HOME", "/home/ada/", False),
    ],
)
def test_a_name_says_what_is_a_secret(name: str, value: str, hidden: bool) -> None:
    assert looks_secret(name, value) is hidden


def test_everything_that_looks_like_a_secret_is_gathered(tmp_path: Path) -> None:
    for name in ("smtp_password", "note"):
        (tmp_path / name).write_text(VALUE + name, "utf-8")
    (tmp_path / "config").write_text("x" * 20, "utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "key").write_text(VALUE + "1", "utf-8")
    environ = {
        "API_KEY": VALUE,
        "LOG_FILE": "/var/log/app.log",
        "JWT_SECRET_FILE": str(tmp_path / "other" / "key"),
    }
    gathered = Gathered()
    gather.automatic(gathered, Sources(environ, (tmp_path,)))

    assert gathered.masker.labels == {
        f"[{name}]" for name in ("API_KEY", "JWT_SECRET", "config", "note", "smtp_password")
    }


def test_a_file_of_secrets_that_is_no_text_is_hidden_too(tmp_path: Path) -> None:
    octets = b"\xff" + secrets.token_bytes(40)
    (tmp_path / "store.p12").write_bytes(octets)
    gathered = Gathered()
    gather.automatic(gathered, Sources({}, (tmp_path,)))

    assert gathered.masker.data(b"x" + octets) == b"x[store.p12]"
    assert gathered.masker.text(octets.hex()) == "[store.p12]"


def test_what_cannot_be_hidden_is_noted() -> None:
    gathered = Gathered()
    gather.automatic(gathered, Sources({"DB_PASSWORD": "postgres", "API_KEY": "abc"}))

    assert gathered.notes == [
        "API_KEY is not masked: shorter than 8 characters",
        "DB_PASSWORD is not masked: a word that stands in many texts",
    ]


def test_a_missing_name_is_named_and_what_may_be_a_value_is_not() -> None:
    with pytest.raises(ConfigError) as caught:
        gather.by_name(Gathered(), Sources({}), ["API_KEY", VALUE, "x y"])

    assert caught.value.code == "mask-value-missing"
    assert "API_KEY" in caught.value.message
    assert VALUE not in caught.value.message


def test_names_are_read_from_an_example(tmp_path: Path) -> None:
    (tmp_path / "e").write_text("A_TOKEN=\nHOST=x\nA_TOKEN=\nDB_PASSWORD=\n", "utf-8")

    assert gather.names_in(tmp_path / "e") == ("A_TOKEN", "HOST", "DB_PASSWORD")


def test_of_a_listed_name_that_says_nothing_the_value_is_judged(tmp_path: Path) -> None:
    (tmp_path / "e").write_text("ACME_SIGNING=\nDEBUG=\nAPI_KEY=\nUNSET=\n", "utf-8")
    gathered = Gathered()
    environ = {"ACME_SIGNING": VALUE, "DEBUG": "disabled-here", "API_KEY": VALUE[::-1]}
    gather.by_list(gathered, Sources(environ), tmp_path / "e")

    assert gathered.masker.labels == {"[ACME_SIGNING]", "[API_KEY]"}
    with pytest.raises(ConfigError):
        gather.by_list(Gathered(), Sources({"ACME_SIGNING": VALUE}), tmp_path / "e")


def test_names_are_read_from_a_declaration(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("[secrets.ANYTHING]\n[secrets.A_TOKEN]\n", "utf-8")

    assert gather.names_in(tmp_path / "s.toml") == ("ANYTHING", "A_TOKEN")


def test_a_name_that_is_too_long_for_a_label_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "my secret").write_text(VALUE[::-1], "utf-8")
    gathered = Gathered()
    long = f"{'A' * 191}_PASSWORD{'B' * 100}"  # a name is judged by its first 200 characters
    gather.automatic(gathered, Sources({long: VALUE}, (tmp_path,)))

    assert gathered.masker.text(f"{VALUE} {VALUE[::-1]}") == "[UNNAMED] [UNNAMED]"
