"""Both exports of Bitwarden."""

import json

from strongroom.secret.importing import bitwarden
from strongroom.secret.value import Field, Value

HEAD = (
    "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,"
    "login_totp\n"
)
LOGIN = Value(
    {
        "username": Field("me", secret=False),
        "password": Field("plainly-fake"),
        "url": Field("https://x.example", secret=False),
    }
)


def test_the_table_of_one_person() -> None:
    found = bitwarden.read(
        f"{HEAD}Social,1,login,Site,,,0,https://x.example,me,plainly-fake,\n"
        ",,note,My-Note,remember this,,,,,,\n"
    )

    assert ["Social/Site", "My-Note"] == [row.name for row in found.rows]
    site, note = (row.value for row in found.rows)
    assert site is not None
    assert dict(LOGIN.fields) == dict(site.fields)
    assert note == Value({"notes": Field("remember this")})


def test_the_table_of_an_organisation() -> None:
    found = bitwarden.read(
        "collections,type,name,notes,fields,reprompt,login_uri,login_username,login_password,"
        'login_totp\nFinance,login,Bank,,"PIN: 0000",0,,,plainly-fake,SEED\n'
    )
    (row,) = found.rows

    assert "Finance/Bank" == row.name
    assert row.value is not None
    assert {"fields", "password", "totp"} == set(row.value.fields)
    assert all(field.secret for field in row.value.fields.values())


def test_json_with_folders_and_fields() -> None:
    body = {
        "encrypted": False,
        "folders": [{"id": "f1", "name": "Social"}],
        "items": [
            {
                "folderId": "f1", "type": 1, "name": "Site", "notes": None,
                "login": {
                    "uris": [{"uri": "https://x.example"}], "username": "me",
                    "password": "plainly-fake", "totp": None,
                },
            },
            {"folderId": None, "type": 2, "name": "Note", "notes": "remember"},
            {"type": 1, "name": "K", "fields": [{"name": "pin", "value": "0000", "type": 1}]},
            {"type": 3, "name": "Card"},
        ],
    }  # fmt: skip
    found = bitwarden.read(json.dumps(body))

    assert ["Social/Site", "Note", "K"] == [row.name for row in found.rows]
    first, third = found.rows[0].value, found.rows[2].value
    assert first is not None
    assert dict(LOGIN.fields) == dict(first.fields)
    assert third == Value({"field_pin": Field("0000")})
    assert [(4, "row-malformed")] == [(p.row, p.code) for p in found.problems]


NOTE = {"type": 2, "name": "N", "notes": "n"}


def test_nothing_is_lost_without_a_word() -> None:
    pin = {"name": "pin", "value": "0000"}
    uri = {"uri": "https://x.example"}
    items: list[object] = [
        1, {**NOTE, "fields": [pin, pin]}, {**NOTE, "fields": [1]},
        {**NOTE, "type": 1, "login": {"uris": [uri, uri], "password": "plainly-fake"}},
    ]  # fmt: skip
    found = bitwarden.read(json.dumps({"encrypted": False, "items": items}))

    assert () == found.rows
    assert [(n, "row-malformed") for n in range(1, 5)] == [(p.row, p.code) for p in found.problems]


def test_a_column_twice_is_not_read() -> None:
    found = bitwarden.read("name,login_password,login_password\nA,plainly-fake,plainly-fake-2\n")

    assert () == found.rows
    assert ["file-malformed"] == [p.code for p in found.problems]


def test_anything_in_the_place_of_anything_is_no_fault() -> None:
    odd: list[object] = [5, [], {}, [[]], "x", None]
    for one in odd:
        items = [
            one, {**NOTE, "type": one}, {**NOTE, "collectionIds": one}, {**NOTE, "folderId": one},
            {**NOTE, "fields": one}, {**NOTE, "type": 1, "login": {"uris": one}},
            {"login": one, "type": 1}, {"type": 2, "name": one},
        ]  # fmt: skip
        for folders in (one, [{"id": one, "name": "F"}]):
            bitwarden.read(json.dumps({"encrypted": False, "items": items, "folders": folders}))
        bitwarden.read(json.dumps({"encrypted": False, "items": one}))
