"""Reports of what refers to a key, from numbers and from files."""

from pathlib import Path

import pytest
from tests.ops.test_data_key import KEY, make

from strongroom.errors import ConflictError, InvalidError
from strongroom.ops import data_key, lifecycle, references, rewrap, use
from strongroom.ops.local import Local
from strongroom.ops.rewrap import RewrapRequest


def said(room: Local) -> dict[tuple[str, int], int]:
    return {(one.holder, one.version): one.items for one in use.references(room, KEY)}


def test_a_version_lasts_until_its_data_has_moved(room: Local, tmp_path: Path) -> None:
    """As a person does it: rotate, rewrap, put the new file in place, report it, destroy."""
    make(room)
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text(data_key.encrypt(room, KEY, b"ada") + "\n", "utf-8")
    references.report(room, KEY, "file", rewrap.count(room, RewrapRequest(KEY, old, old)))
    assert said(room) == {("file", 1): 1}
    data_key.rotate(room, KEY)
    with pytest.raises(ConflictError) as caught:
        lifecycle.destroy(room, KEY, 1)
    assert caught.value.code == "version-referenced"
    rewrap.rewrap(room, RewrapRequest(KEY, old, new, holder="file"))
    assert said(room) == {("file", 1): 1, ("file", 2): 1}
    assert [one.holder for one in use.standing(room, KEY, 1).references] == ["file"]
    new.replace(old)
    references.report(room, KEY, "file", rewrap.count(room, RewrapRequest(KEY, old, old)))
    assert said(room) == {("file", 2): 1}
    lifecycle.destroy(room, KEY, 1)
    assert b"ada" == data_key.decrypt(room, KEY, old.read_text("utf-8").strip())


def test_numbers_are_read_strictly() -> None:
    assert {1: 5, 12: 0} == references.parsed(["1=5", "12=0"])
    for bad in ("", "1", "=5", "1=", "a=1", "1=-1", "1=1.0", "1=5=6", "1=" + "9" * 30, "²=1"):
        with pytest.raises(InvalidError) as caught:
            references.parsed([bad])
        assert caught.value.code == "references-invalid"
    with pytest.raises(InvalidError):
        references.parsed(["1=5", "1=6"])
