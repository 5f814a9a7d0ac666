"""The file of a set: what it holds, and what is refused of one."""

import json
import secrets
from base64 import b64encode
from datetime import date

import pytest

from strongroom.errors import InvalidError
from strongroom.scan.own import prints
from strongroom.scan.own.interface import OwnValue
from strongroom.scan.own.prints import Print, PrintSet


def made() -> PrintSet:
    own = [OwnValue("production/shop/KEY@v2", retired=False), OwnValue("a/b@v1#password", True)]
    return PrintSet(
        "0123-abc",
        secrets.token_bytes(32),
        tuple(Print(o, 43, frozenset({"lower", "upper"}), secrets.token_bytes(32)) for o in own),
        date(2026, 11, 1),
        date(2027, 1, 30),
    )


def test_a_set_comes_back_as_it_was_written_with_its_lines_sorted() -> None:
    found = made()
    again = prints.read(prints.write(found))
    assert (again.id, again.key, again.made, again.expires) == (
        found.id, found.key, found.made, found.expires,
    )  # fmt: skip
    assert set(again.prints) == set(found.prints)
    assert prints.write(again) == prints.write(found)


def test_its_representation_shows_neither_key_nor_fingerprints() -> None:
    found = made()
    assert repr(found.key)[2:12] not in repr(found)
    assert "mark" not in repr(found)


def wrong(**changes: object) -> bytes:
    document = json.loads(prints.write(made()))
    row = document["prints"][0]
    for name, what in changes.items():
        target = row if name in row else document
        target[name] = what
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="nothing in it"),
        pytest.param(wrong(format="gitleaks"), id="another format"),
        pytest.param(wrong(key="AAAA"), id="short key"),
        pytest.param(wrong(key="\u00e4"), id="key of other letters"),
        pytest.param(wrong(id="A b"), id="id"),
        pytest.param(wrong(prints=3), id="prints"),
        pytest.param(wrong(prints=[3]), id="a print"),
        pytest.param(wrong(name="x\n@v1"), id="name"),
        pytest.param(wrong(chars=0), id="length"),
        pytest.param(wrong(chars="43"), id="length as text"),
        pytest.param(wrong(retired=1), id="state"),
        pytest.param(wrong(classes=[3]), id="classes"),
        pytest.param(wrong(mark=b64encode(b"short").decode()), id="mark"),
        pytest.param(wrong(expires="soon"), id="day"),
    ],
)
def test_what_is_no_set_is_refused_without_repeating_it(data: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        prints.read(data)
    assert caught.value.code == "fingerprints-invalid"
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_file_of_any_size_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prints, "OCTETS_MAX", 10)
    with pytest.raises(InvalidError, match="more than"):
        prints.read(prints.write(made()))
