"""`strongroom access` at the terminal."""

import pytest
from tests.cli.rooms import KEY, Terminal


def test_a_denial_and_its_end(kept: Terminal) -> None:
    me = kept.json("whoami")["name"]
    made = kept.json(
        "access",
        "grant",
        "--deny",
        "--principal",
        me,
        "--verb",
        "read",
        "--environment",
        "production",
    )
    assert 4 == kept.run("secret", "get", KEY)
    assert b"" == kept.out
    assert b"[denied-by-grant]" in kept.err
    assert 1 == kept.run("access", "why", "read", KEY)
    assert made["id"].encode() in kept.out
    assert 1 == kept.run("access", "why", "read", KEY, "--json")
    assert b'"allowed": false' in kept.out
    assert 0 == kept.run("access", "revoke", made["id"][:10])
    assert 0 == kept.run("access", "why", "read", KEY)


def test_people_and_workloads_are_added_listed_and_disabled(kept: Terminal) -> None:
    assert 0 == kept.run("access", "add", "grace", "--role", "Developer")
    assert 0 == kept.run("access", "add", "billing", "--environment", "staging", "--path", "api/*")
    assert 0 == kept.run("access", "disable", "grace")
    found = kept.json("access", "list")

    assert {"grace": True, "billing": False}.items() <= {
        p["name"]: p["disabled"] for p in found["principals"]
    }.items()
    assert ["staging/api/*"] == next(
        p["bound"] for p in found["principals"] if p["name"] == "billing"
    )
    assert 0 == kept.run("access", "list")
    assert b"billing" in kept.out


def test_grants_carry_their_conditions(kept: Terminal) -> None:
    kept.run("access", "add", "grace")
    made = kept.json(
        "access", "grant", "--principal", "grace", "--verb", "read", "--verb", "metadata",
        "--environment", "staging", "--path", "api/*", "--days", "7", "--reason-required",
        "--uses", "3", "--source", "10.0.0.0/8", "--why", "to help",
    )  # fmt: skip
    grant = next(g for g in kept.json("access", "list")["grants"] if g["id"] == made["id"])

    assert ("allow", "grace", "metadata read", "staging/api/*", "in force", "to help") == tuple(
        grant[k] for k in ("effect", "to", "verbs", "where", "state", "why")
    )


def test_who_and_matrix(kept: Terminal) -> None:
    assert 0 == kept.run("access", "who", "read", KEY)
    assert b"matrix:DevOps:production" in kept.out
    assert 1 == len(kept.json("access", "who", "read", KEY))
    assert 0 == kept.run("access", "matrix")
    assert b"Developer" in kept.out
    assert not kept.json("access", "matrix")["matrix"]["Developer"]["Production"]


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["why", "fly", KEY], 3, b"verb-unknown"),
        (["why", "read", "nonsense"], 3, b"address-invalid"),
        (["why", "read", KEY, "--principal", "nobody"], 5, b"principal-unknown"),
        (["grant", "--role", "Admin", "--verb", "read", "--days", "0"], 3, b"days-invalid"),
        (["grant", "--role", "Admin", "--verb", "read", "--uses", "9" * 30], 3, b"uses-invalid"),
        (["revoke", "zz"], 3, b"grant-ambiguous"),
        (["grant", "--verb", "read"], 3, b"grant-invalid"),
        (["grant", "--principal", "nobody", "--verb", "read"], 5, b"principal-unknown"),
        (["add", "Ada"], 3, b"principal-invalid"),
        (["disable", "nobody"], 5, b"principal-unknown"),
    ],
)
def test_what_cannot_be_meant_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("access", *argv)
    assert b"[" + code + b"]" in kept.err


def test_nobody_may_is_said(kept: Terminal) -> None:
    me = kept.json("whoami")["name"]
    kept.run("access", "grant", "--deny", "--principal", me, "--verb", "read")
    assert 0 == kept.run("access", "who", "read", KEY)
    assert b"nobody" in kept.out
