"""What the example's service answers, on a real PostgreSQL and Redis, with its secrets in memory."""

import logging
import secrets
from uuid import uuid4

import psycopg
import pytest
from tests.examples.service.conftest import Here
from tests.examples.service.stage import accepted, until
from tests.services.postgres import Postgres
from tests.services.process import HOST

from local.fakes import MAIL, SENTRY, SMS

GRACE = {"name": "Grace Example", "email": "grace@example.org", "phone": "+4915112345678"}


def added(here: Here) -> str:
    answer = here.client.post("/customers", json=GRACE, headers=here.login())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def rows(postgres: Postgres, here: Here) -> str:
    """Everything that stands about customers in the database, as text."""
    with psycopg.connect(postgres.dsn(database=here.database)) as connection:
        return str(connection.execute("SELECT * FROM customer ORDER BY id").fetchall())


def test_a_customer_is_kept_bought_something_and_has_a_score(here: Here) -> None:
    number, who = added(here), here.login()
    client, key = here.client, {"X-API-Key": here.key}

    assert client.get(f"/customers/{number}", headers=key).json() == {"id": number, **GRACE}
    assert client.get(f"/customers/{number}/score", headers=key).json() == {"score": 0}
    for _ in range(3):
        bought = client.post(f"/customers/{number}/purchases", json={"cents": 100_000}, headers=who)
        assert bought.status_code == 204
    assert client.get(f"/customers/{number}/score", headers=key).json() == {"score": 77}
    assert client.get("/segments", headers=key).json() == {"counts": {"loyal": 1}}
    assert client.get("/health").json() == {"status": "ok"}

    assert client.delete(f"/customers/{number}", headers=who).status_code == 204
    for path in ("", "/score"):
        assert client.get(f"/customers/{number}{path}", headers=who).status_code == 404


def test_a_score_comes_out_of_the_cache(here: Here, postgres: Postgres) -> None:
    number, who = added(here), here.login()
    here.parts.cache.keep_score(number, 42)

    assert here.client.get(f"/customers/{number}/score", headers=who).json() == {"score": 42}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""), ("GET", "/score"), ("DELETE", ""),
        ("POST", "/purchases"), ("POST", "/messages"),
    ],
    ids=str,
)  # fmt: skip
def test_nobody_is_told_anything_without_a_key_or_a_token(
    here: Here, method: str, path: str
) -> None:
    bodies = {"/purchases": {"cents": 1}, "/messages": {"channel": "sms", "text": "x"}}
    for headers in (
        {},
        {"X-API-Key": "api_live_nonsense"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": here.password},
    ):
        answer = here.client.request(
            method, f"/customers/{uuid4()}{path}", json=bodies.get(path), headers=headers
        )
        assert answer.status_code == 401
        assert answer.json() == {"detail": "log in, or send an API key"}


def test_a_client_who_may_read_may_not_write(here: Here) -> None:
    answer = here.client.post("/customers", json=GRACE, headers={"X-API-Key": here.key})

    assert (answer.status_code, answer.json()) == (403, {"detail": "that needs the scope write"})


def test_there_are_no_customers_of_other_numbers(here: Here) -> None:
    who, client, path = here.login(), here.client, f"/customers/{uuid4()}"

    assert client.get(path, headers=who).status_code == 404
    assert client.delete(path, headers=who).status_code == 404
    assert client.post(f"{path}/purchases", json={"cents": 1}, headers=who).status_code == 404
    message = {"channel": "sms", "text": "Hello"}
    assert client.post(f"{path}/messages", json=message, headers=who).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"email": "no address"}, {"phone": "0151"}, {"name": ""}, {"email": "a@b\nBcc: c@d"}],
    ids=["email", "phone", "name", "header"],
)
def test_a_customer_who_cannot_be_is_refused_and_not_repeated(
    here: Here, change: dict[str, str]
) -> None:
    answer = here.client.post("/customers", json={**GRACE, **change}, headers=here.login())

    assert answer.status_code == 422
    assert not any(text and text in answer.text for text in (*GRACE.values(), *change.values()))


def test_whoever_fails_to_log_in_too_often_waits(here: Here) -> None:
    def tried(name: str, password: str) -> int:
        body = {"name": name, "password": password}
        return int(here.client.post("/login", json=body).status_code)

    name = f"nobody-{uuid4()}"
    assert [tried(name, "wrong") for _ in range(11)] == [401] * 10 + [429]
    assert tried("ada", "wrong") == 401
    assert tried("ada", here.password) == 200


def test_what_is_personal_is_encrypted_in_the_database(here: Here, postgres: Postgres) -> None:
    number = added(here)
    kept = rows(postgres, here)

    assert number in kept
    assert not any(text in kept for text in GRACE.values())
    assert "Grace" not in kept


def test_a_field_moved_to_another_row_does_not_open(here: Here, postgres: Postgres) -> None:
    one, other = added(here), added(here)
    with psycopg.connect(postgres.dsn(database=here.database)) as connection:
        connection.execute(
            "UPDATE customer SET email = (SELECT email FROM customer WHERE id = %s) WHERE id = %s",
            (one, other),
        )

    assert here.client.get(f"/customers/{other}", headers=here.login()).status_code == 500
    assert here.client.get(f"/customers/{one}", headers=here.login()).status_code == 200


def test_rows_are_written_anew_when_the_key_for_fields_rotates(
    here: Here, postgres: Postgres
) -> None:
    number, before = added(here), rows(postgres, here)
    here.rotate("FIELD_ENCRYPTION_KEY", secrets.token_hex(32))

    assert here.client.get(f"/customers/{number}", headers=here.login()).json()["email"]
    until(lambda: rows(postgres, here) != before, "the row to be written anew")
    here.rotate("FIELD_ENCRYPTION_KEY", secrets.token_hex(32))  # the first one is out of grace
    answer = here.client.get(f"/customers/{number}", headers=here.login())
    assert answer.json() == {"id": number, **GRACE}


def test_a_row_that_no_key_opens_does_not_keep_the_others_from_being_renewed(
    here: Here, postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = [added(here) for _ in range(3)]
    with psycopg.connect(postgres.dsn(database=here.database)) as connection:
        for number in numbers[:2]:  # what was encrypted for another column
            connection.execute("UPDATE customer SET email = name WHERE id = %s", (number,))
    here.rotate("FIELD_ENCRYPTION_KEY", secrets.token_hex(32))

    until(lambda: "2 customers can be opened by no key" in caplog.text, "all rows looked at")
    here.rotate("FIELD_ENCRYPTION_KEY", secrets.token_hex(32))
    who = here.login()
    answers = [here.client.get(f"/customers/{n}", headers=who).status_code for n in numbers]
    assert answers == [500, 500, 200]


def test_tokens_and_keys_of_before_a_rotation_are_accepted_in_its_grace_only(here: Here) -> None:
    who, key = here.login(), {"X-API-Key": here.key}
    here.rotate("SECRET_KEY", secrets.token_hex(32))
    here.rotate("API_KEY_PEPPER", secrets.token_hex(32))
    assert [here.client.get("/segments", headers=h).status_code for h in (who, key)] == [200, 200]

    here.rotate("SECRET_KEY", secrets.token_hex(32))
    here.rotate("API_KEY_PEPPER", secrets.token_hex(32))
    assert here.client.get("/segments", headers=who).status_code == 401
    # It was presented in the grace, so its record was made anew.
    assert here.client.get("/segments", headers=key).status_code == 200


def test_a_client_whose_keys_were_removed_is_refused(here: Here) -> None:
    assert here.parts.records.remove("shop") == 1
    assert here.client.get("/segments", headers={"X-API-Key": here.key}).status_code == 401


@pytest.mark.parametrize(
    ("channel", "fake", "name"),
    [("email", MAIL, "EMAIL_API_KEY"), ("sms", SMS, "SMS_API_KEY")],
    ids=["email", "sms"],
)
def test_messages_go_out_and_a_key_that_is_refused_is_fetched_anew(
    here: Here, channel: str, fake: str, name: str
) -> None:
    path, body = f"/customers/{added(here)}/messages", {"channel": channel, "text": "Good news"}
    assert here.client.post(path, json=body, headers=here.login()).status_code == 202
    assert "Good news" in here.fakes.came[fake][0]

    assert here.fakes.accepts is not None
    here.fakes.accepts[fake].clear()
    here.origin.put(name, accepted(here.fakes, fake))  # nobody has told the service
    assert here.client.post(path, json=body, headers=here.login()).status_code == 202
    assert len(here.fakes.came[fake]) == 2
    # None if the watcher came by in between; smtplib tries each of two mechanisms.
    assert here.fakes.refused[fake] <= 2


def test_a_message_that_is_not_taken_is_an_error_and_sentry_hears_of_it(
    here: Here, caplog: pytest.LogCaptureFixture
) -> None:
    path = f"/customers/{added(here)}/messages"
    assert here.fakes.accepts is not None
    here.fakes.accepts[SMS].clear()
    key = here.secrets.get("SMS_API_KEY").reveal()

    answer = here.client.post(path, json={"channel": "sms", "text": "Hi"}, headers=here.login())

    assert (answer.status_code, "Hi" in answer.text) == (502, False)
    until(lambda: bool(here.fakes.came[SENTRY]), "a report")
    (report,) = here.fakes.came[SENTRY]
    assert "the provider answered 401" in report
    for text in (report, caplog.text):
        assert not any(secret in text for secret in (key, *GRACE.values(), here.key, here.password))


def test_reports_go_where_the_newest_dsn_says(here: Here) -> None:
    assert here.fakes.accepts is not None
    old = set(here.fakes.accepts[SENTRY])
    port = here.secrets.get("SENTRY_DSN").reveal().rpartition(":")[2]
    here.rotate("SENTRY_DSN", f"http://{accepted(here.fakes, SENTRY)}@{HOST}:{port}")
    here.fakes.accepts[SENTRY] -= old
    here.fakes.accepts[SMS].clear()
    body = {"channel": "sms", "text": "Hi"}
    here.client.post(f"/customers/{added(here)}/messages", json=body, headers=here.login())

    until(lambda: bool(here.fakes.came[SENTRY]), "a report")
    assert here.fakes.refused[SENTRY] == 0


def test_an_unexpected_error_shows_nothing_to_the_caller(
    here: Here, caplog: pytest.LogCaptureFixture
) -> None:
    who = here.login()
    with here.parts.database.connection() as connection:
        connection.execute("DROP TABLE purchase")
    with caplog.at_level(logging.DEBUG):
        answer = here.client.get("/segments", headers=who)

    assert (answer.status_code, answer.json()) == (500, {"detail": "something went wrong here"})
    until(lambda: bool(here.fakes.came[SENTRY]), "a report")
    password = here.secrets.get("DATABASE_URL").reveal().partition("@")[0].rpartition(":")[2]
    assert "UndefinedTable" in here.fakes.came[SENTRY][0]
    assert password not in here.fakes.came[SENTRY][0] + caplog.text + answer.text


def test_each_new_version_counts_as_in_use_as_soon_as_it_is_noticed(here: Here) -> None:
    """Retiring the old one waits for that, also where nobody sends a message for a month."""
    names = [one.name for one in here.client.app.state.strongroom.declared()]
    for name in names:
        here.origin.put(name, here.secrets.get(name).reveal())
    here.secrets.tick()

    until(lambda: _ticked(here) == dict.fromkeys(names, 2), "versions in use")


def _ticked(here: Here) -> dict[str, int]:
    here.secrets.tick()
    return next(iter(here.origin.used.values()), {})
