"""Tests for strongroom.scan.engine.filters."""

import pytest

from strongroom.scan.engine.filters import Judgement, Why, around, judge
from strongroom.scan.model import Confidence

HEX = "9f86d081884c7d659a2feaa0c55ad015"
KEY = "q8Zr2Lw9Tn4Xv7Bs1Kd6"  # made up


def judged(line: str, name: str, secret: str) -> Judgement:
    at = line.rindex(secret)
    data = line.encode()
    start = len(line[:at].encode())
    return judge(secret.encode(), name.encode(), around(data, start, start + len(secret.encode())))


def assigned(secret: str, name: str = "password") -> Why | None:
    return judged(f'{name} = "{secret}"', name, secret).why


NOTHING = {
    Why.REFERENCE: ["${DB_PASSWORD}", "{{ .Values.pw }}", "vault:secret/app#pw9", "op://a/b/c1",
                    "arn:aws:secretsmanager:x1", "%(pw)s", "$DB_PASSWORD", "<password>", "{pw}",
                    "os.environ['PW1']", "#{pw}", "ENC[AES256,x1]", "@Microsoft.KeyVault(x1)"],
    Why.PLACEHOLDER: ["changeme", "your-api-key-1", "xxxxxxxx", "********", "password123", "admin1234",
                      "my-secret-key-example", "REPLACE_ME_1", "dummy-key-42", "sk-...abc1", "secret"],
    Why.REPEATED: ["aaaaaaaa", "12345678", "abcdefgh", "qwertyuiop12", "0123456789abcdef"],
    Why.ADDRESS: ["https://acme.org/token", "/etc/ssl/key1.pem", "ada@acme.org", "./a/b1", "10.20.35.4"],
    Why.NUMBER: ["20261130", "1.2.3-beta2"],
    Why.HASH: ["$2b$12$uTqZ8rX1nKw4Lm7Pd2Vs9e", "pbkdf2_sha256$1$a$b"],
    Why.CODE: ["get_password()", "widget.pw.value", "Foo::bar1"],
    Why.WORDS: ["user_password_field", "getUserToken", "refresh_token_name", "AccessDenied"],
    Why.TEXT: ["Пароль для входа", "dXNlciBuYW1lIGlzIGFkYSE="],
}  # fmt: skip


@pytest.mark.parametrize(
    ("why", "secret"), [(why, secret) for why, all_ in NOTHING.items() for secret in all_]
)
def test_what_is_no_secret(why: Why, secret: str) -> None:
    assert assigned(secret) is why


def test_a_uuid_is_one_only_where_its_name_says_so_and_not_surely() -> None:
    one = "3f2b8c1e-9a47-4d0e-8b61-5c7f2a9d0e13"
    assert assigned(one, "session_key") is Why.IDENTITY
    assert assigned(one, "password_id") is Why.NAME
    assert judged(f'client_secret = "{one}"', "client_secret", one) == Judgement(
        None, Confidence.LOW
    )


@pytest.mark.parametrize(
    "secret",
    [
        "hunter2!x9",
        "Tr0ub4dor&3",
        "k3v-9q2m7x1c8",
        KEY,
        HEX,
        "Summer2024!",
        "P@ssw0rd!9zQ",
        "xkqzvbnmwq",
    ],
)
def test_what_is_one(secret: str) -> None:
    assert assigned(secret) is None


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("token", "next_token"),
        ("token_type", "token_type"),
        ("Secret", "AWS::MSK::BatchScramSecret"),
        ("token", "errtoken"),
        ("key", "primary_key"),
    ],
)
def test_a_name_may_say_that_it_is_no_secret(name: str, whole: str) -> None:
    assert judged(f'"{whole}": "{KEY}"', name, KEY).why is Why.NAME


@pytest.mark.parametrize(
    "whole", ["dbpassword", "userSecret", "API_KEY", "smtp.password", "passwort"]
)
def test_a_name_may_say_that_it_is_one(whole: str) -> None:
    assert judged(f'{whole} = "k3v-9q2m7"', whole, "k3v-9q2m7").why is None


def test_an_uncertain_name_needs_a_value_that_looks_drawn() -> None:
    assert judged('token = "lb9racket"', "token", "lb9racket").why is Why.WORDS
    assert judged(f'token = "{KEY}"', "token", KEY).why is None
    assert judged('if password == "letter9x":', "password", "letter9x").why is Why.WORDS


def test_without_quotes_a_name_is_code() -> None:
    assert judged("password: OAuth2Token", "password", "OAuth2Token").why in {Why.CODE, Why.WORDS}
    assert judged("password: k3v-9q2m7", "password", "k3v-9q2m7").why is None


def test_a_hash_is_known_by_what_stands_before_it() -> None:
    assert judged(f'passwordHash = "{HEX}"', "password", HEX).why in {Why.HASH, Why.NAME}


def test_the_more_random_the_surer() -> None:
    assert judged(f'password = "{KEY}"', "password", KEY).at_most is Confidence.HIGH
    assert judged('password = "hunter2!x"', "password", "hunter2!x").at_most is Confidence.MEDIUM
