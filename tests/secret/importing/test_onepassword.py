"""The CSV of 1Password."""

from strongroom.secret.importing import onepassword
from strongroom.secret.value import Field, Value

HEAD = "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n"


def test_logins_and_lone_passwords() -> None:
    found = onepassword.read(
        f"{HEAD}Site,https://x.example,me,plainly-fake,,true,false,work,\n"
        "Lone,,,plainly-fake-2,,false,false,,\n"
    )
    site, lone = found.rows

    assert site.value is not None
    assert {
        "url": Field("https://x.example", secret=False),
        "username": Field("me", secret=False),
        "password": Field("plainly-fake"),
    } == dict(site.value.fields)
    assert "tags in 1Password: work" == site.description
    assert (3, Value.single("plainly-fake-2")) == (lone.number, lone.value)


def test_notes_and_seeds_are_kept_as_secrets() -> None:
    (row,) = onepassword.read(f"{HEAD}S,,,plainly-fake,otpauth://x,,,,recovery codes\n").rows

    assert row.value is not None
    assert {"password", "totp", "notes"} == {n for n, f in row.value.fields.items() if f.secret}


def test_an_older_head() -> None:
    head = "Title,Website,Username,Password,One-time password,Favorite status,Archived status"
    (row,) = onepassword.read(f"{head},Tags,Notes\nS,w,u,plainly-fake,,true,false,,\n").rows

    assert row.value is not None
    assert {"url", "username", "password"} == set(row.value.fields)


def test_two_columns_that_are_one_here_lose_nothing() -> None:
    found = onepassword.read(
        "Title,Url,Website,Password\nA,https://x.example,https://y.example,plainly-fake\n"
    )

    assert () == found.rows
    assert [(2, "row-malformed")] == [(p.row, p.code) for p in found.problems]
