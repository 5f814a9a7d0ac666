"""`strongroom alarm` at the terminal, and where else an alarm shows."""

import secrets

from tests.cli.rooms import KEY, Terminal


def test_an_alarm_is_in_status_and_goes_when_it_was_seen(kept: Terminal) -> None:
    kept.run("secret", "get", KEY)
    value = kept.out
    argv = ("secret", "set", "development/x", "--type", "jwt-secret-key", "--owner", "Ada")
    assert 3 == kept.run(*argv, stdin=value)
    assert b"[value-reused]" in kept.err
    assert 0 == kept.run("status")
    assert b"strongroom alarm list" in kept.out
    (one,) = kept.json("alarm", "list")
    assert ("value-reused", "development/x", 1) == (one["code"], one["place"], one["tries"])
    assert 0 == kept.run("alarm", "list")
    assert value not in kept.out
    assert {"seen": 1} == kept.json("alarm", "seen", "--reason", "a copy by mistake")
    assert 0 == kept.json("status")["alarms"]
    assert 0 == kept.run("alarm", "list")
    assert b"no alarm waits" in kept.out


def test_a_value_by_hand_in_production_is_noted_and_written(kept: Terminal) -> None:
    """P-4.9."""
    value = secrets.token_hex(32).encode()
    argv = ("secret", "set", "production/x", "--type", "jwt-secret-key", "--owner", "Ada")
    assert 0 == kept.run(*argv, stdin=value)
    assert b"P-4.9" in kept.err
    assert b"production/x version 1" in kept.out
    assert 0 == kept.run("secret", "set", "development/x", *argv[3:], stdin=b"weak")

    assert b"" == kept.err
