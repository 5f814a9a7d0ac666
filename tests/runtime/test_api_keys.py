"""P-8.5: clients' keys are kept as records that open nothing, and looked up without showing which."""

import hashlib
import json
import secrets as random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from strongroom import Secret
from strongroom.errors import ConfigError, UnauthenticatedError
from strongroom.generate import api_key
from strongroom.keysets.api_key_records import Record, RecordSet
from strongroom.runtime.api_keys import ApiKeys, record, verify_api_key
from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin

PAGE = Path(__file__).parents[2] / "docs/spec/api-key-record.md"
NOW = 1_800_000_000.0
PEPPER = Secret(random.token_hex(32), name="PEPPER")


def fresh(marker: str = "live", brand: str = "api") -> str:
    return api_key.generate(brand=brand, marker=marker).value


KEY = fresh()
RECORD = record(KEY, PEPPER, "ada", scopes=["read"], expires_s=NOW + 60)


def kept(*records: Record) -> RecordSet:
    return RecordSet(json.dumps([asdict(one) for one in records or (RECORD,)]))


def verified(presented: Any, records: RecordSet | None = None, now: float = NOW) -> Record:
    return verify_api_key(
        presented, peppers=[PEPPER], records=records or kept(), brand="api", marker="live", now=now
    )


def code(presented: Any, records: RecordSet | None = None, now: float = NOW) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        verified(presented, records, now)
    error = caught.value
    assert not isinstance(presented, str) or not presented.strip() or presented not in str(error)
    return error.code


def test_a_key_is_known_by_its_record_until_its_time_is_over() -> None:
    assert verified(KEY) == RECORD
    assert (RECORD.who, RECORD.scopes) == ("ada", ("read",))
    assert verified(KEY, now=NOW + 59.9) == RECORD
    assert code(KEY, now=NOW + 60) == "api-key-expired"


def test_a_record_holds_no_part_of_its_key_and_says_nothing_without_the_pepper() -> None:
    body = KEY.split("_")[2]
    text = json.dumps(asdict(RECORD))
    assert not any(body[n : n + 6] in text for n in range(len(body) - 5))
    other = record(KEY, Secret(random.token_hex(32)), "ada")
    assert (other.id, other.digest) != (RECORD.id, RECORD.digest)
    assert not RECORD.digest.startswith(RECORD.id)
    assert RECORD.digest not in repr(RECORD)


@pytest.mark.parametrize(
    ("presented", "expected"),
    [
        ("", "api-key-malformed"),
        (" ", "api-key-malformed"),
        (None, "api-key-malformed"),
        (b"api_live", "api-key-malformed"),
        (KEY[:-1], "api-key-malformed"),
        (KEY + " ", "api-key-malformed"),
        (KEY.replace("live", "test"), "api-key-malformed"),  # the checksum is over it
        (KEY.upper(), "api-key-malformed"),
        ("api_live_" + "é" * 43 + "_000000", "api-key-malformed"),
        ("x" * 100_000, "api-key-malformed"),
        (fresh("test"), "api-key-environment"),
        (fresh("dev"), "api-key-environment"),
        (fresh(), "api-key-unknown"),
        (fresh(brand="other"), "api-key-unknown"),
    ],
    ids=range(14),
)
def test_what_is_not_ours_is_refused_without_being_repeated(presented: Any, expected: str) -> None:
    assert code(presented) == expected


def test_a_record_put_under_anothers_id_opens_nothing() -> None:
    """Who can write the table of records and not read the pepper gains no key."""
    forged = Record(RECORD.id, "00" * 32, "mallory")
    assert code(KEY, kept(forged)) == "api-key-unknown"


@pytest.fixture
def origin() -> MemoryOrigin:
    return MemoryOrigin(PEPPER=PEPPER.reveal(), WEAK="fake-weak-pepper")


@pytest.fixture
def secrets(origin: MemoryOrigin) -> Iterator[Secrets]:
    with Secrets(origin, environment="production", poll=3600.0) as held:
        yield held


def test_uses_are_counted_by_client_and_refusals_by_reason(secrets: Secrets) -> None:
    keys = ApiKeys(
        secrets, pepper="PEPPER", records=kept(), brand="api", marker="live", clock=lambda: NOW
    )
    for _ in range(3):
        assert keys.verify(KEY).who == "ada"
    for presented in (fresh(), "", fresh("test")):
        with pytest.raises(UnauthenticatedError):
            keys.verify(presented)
    assert keys.counts() == {
        "client:ada": 3,
        "refused:api-key-unknown": 1,
        "refused:api-key-malformed": 1,
        "refused:api-key-environment": 1,
    }
    assert keys.counts() == {}


def test_keys_are_known_while_the_old_pepper_is_in_grace(
    secrets: Secrets, origin: MemoryOrigin
) -> None:
    """P-5.7."""
    origin.put("PEPPER", random.token_hex(32))
    keys = ApiKeys(
        secrets, pepper="PEPPER", records=kept(), brand="api", marker="live", clock=lambda: NOW
    )
    assert keys.verify(KEY).who == "ada"


@pytest.mark.parametrize("name", ["WEAK", "ABSENT"])
def test_a_weak_or_missing_pepper_is_refused(secrets: Secrets, name: str) -> None:
    """P-4.1."""
    keys = ApiKeys(secrets, pepper=name, records=kept(), brand="api", marker="live")
    with pytest.raises(ConfigError, match=name):
        keys.verify(KEY)
    with pytest.raises(ConfigError):
        record(KEY, Secret("fake-weak-pepper"), "ada")


def test_a_weak_current_pepper_is_refused_and_a_weak_old_one_finds_nothing() -> None:
    """P-4.1."""
    weak = Secret("fake-weak-pepper", name="PEPPER", version=1)
    with pytest.raises(ConfigError) as caught:
        verify_api_key(
            KEY, peppers=[weak, PEPPER], records=kept(), brand="api", marker="live", now=NOW
        )
    assert caught.value.code == "api-key-pepper-weak"
    found = verify_api_key(
        KEY, peppers=[PEPPER, weak], records=kept(), brand="api", marker="live", now=NOW
    )
    assert found == RECORD


@pytest.mark.parametrize(
    "old", ["fake-weak-pepper", PEPPER.reveal() + "\ud800"], ids=["weak", "half"]
)
def test_an_old_pepper_that_cannot_be_used_stops_nobody_and_is_reported_once(
    secrets: Secrets, origin: MemoryOrigin, caplog: pytest.LogCaptureFixture, old: str
) -> None:
    origin.put("PEPPER", old)
    origin.put("PEPPER", PEPPER.reveal())
    keys = ApiKeys(
        secrets, pepper="PEPPER", records=kept(), brand="api", marker="live", clock=lambda: NOW
    )
    for _ in range(3):
        assert keys.verify(KEY).who == "ada"
    assert [one.getMessage().count("PEPPER@v2") for one in caplog.records] == [1]
    assert old not in caplog.text


def test_a_pepper_that_cannot_be_encoded_is_an_error_without_it() -> None:
    half = Secret(PEPPER.reveal() + "\ud800", name="PEPPER")
    with pytest.raises(ConfigError) as caught:
        record(KEY, half, "ada")
    assert caught.value.code == "secret-undecodable"
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


@pytest.mark.parametrize(
    "given", [{"scopes": "read"}, {"who": ""}, {"expires_s": float("nan")}], ids=["scopes", "who", "end"]
)  # fmt: skip
def test_a_record_that_cannot_be_is_not_made(given: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        record(KEY, PEPPER, **{"who": "ada", **given})
    assert caught.value.code == "api-key-record-invalid"


def test_the_record_is_as_its_specification_says() -> None:
    """docs/spec/api-key-record.md, section 3."""
    made = record(
        api_key.build("api", "test", bytes(range(32))),
        Secret(hashlib.sha256(b"pepper").hexdigest(), name="PEPPER"), "ada",
    )  # fmt: skip
    page = PAGE.read_text("utf-8")
    assert made.id in page
    assert made.digest in page


def test_of_two_records_of_a_key_that_of_the_newest_pepper_counts() -> None:
    """A right that a record made anew does not have is not lent by the old one."""
    newest = Secret(random.token_hex(32), name="PEPPER")
    wider = record(KEY, PEPPER, "ada", scopes=["read", "admin"])
    narrower = record(KEY, newest, "ada", scopes=["read"], expires_s=NOW + 60)
    records = kept(wider, narrower)

    found = verify_api_key(
        KEY, peppers=[newest, PEPPER], records=records, brand="api", marker="live", now=NOW
    )
    assert found == narrower
