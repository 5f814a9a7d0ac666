"""Files of ciphertexts move to the current version, whole or later, and nothing else in them changes."""

import json
from pathlib import Path

import pytest
from tests.ops.test_data_key import DATA, KEY, make

from strongroom.errors import ConflictError, InvalidError, LimitError, MachineError
from strongroom.gate.changes.version import Compromise
from strongroom.keysets import ciphertext
from strongroom.ops import data_key, rewrap
from strongroom.ops.local import Local, done
from strongroom.ops.rewrap import RewrapRequest


def encrypted(room: Local, count: int, context: str = "c") -> list[str]:
    key = data_key.KeySet(room, KEY).current()
    return [ciphertext.encrypt(key, b"%d" % n, context) for n in range(count)]


@pytest.fixture
def file(room: Local, tmp_path: Path) -> Path:
    """Two texts of version 1, an empty line, two of version 2; version 3 is current."""
    make(room)
    texts = encrypted(room, 2)
    data_key.rotate(room, KEY)
    texts = [*texts, "", *encrypted(room, 2)]
    data_key.rotate(room, KEY)
    path = tmp_path / "column.txt"
    path.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    return path


def opened(room: Local, path: Path, context: str = "c") -> list[bytes]:
    lines = path.read_text("utf-8").split("\n")[:-1]
    return [data_key.decrypt(room, KEY, line, context) if line else b"" for line in lines]


def test_a_file_of_lines_moves_and_counts(room: Local, file: Path) -> None:
    target = file.with_name("new.txt")
    request = RewrapRequest(KEY, file, target, context="c")
    seen: list[tuple[int, int]] = []
    found = rewrap.rewrap(room, request, lambda n, of: seen.append((n, of)))
    assert (5, 0, 4, {1: 2, 2: 2}, {3: 4}) == (
        found.lines, found.resumed, found.rewrapped, found.before, found.after,
    )  # fmt: skip
    assert [b"0", b"1", b"", b"0", b"1"] == opened(room, target)
    assert {3} == {
        ciphertext.parse(text).version for text in target.read_text("utf-8").split() if text
    }
    assert seen[-1] == (file.stat().st_size, file.stat().st_size)
    assert 0o600 == target.stat().st_mode & 0o777
    assert not target.with_name("new.txt.part").exists()
    assert {3: 4} == rewrap.count(room, RewrapRequest(KEY, target, target))
    again = rewrap.rewrap(room, RewrapRequest(KEY, target, file.with_name("b"), context="c"))
    assert 0 == again.rewrapped
    assert file.with_name("b").read_bytes() == target.read_bytes()


def test_json_lines_keep_every_other_byte(room: Local, tmp_path: Path) -> None:
    make(room)
    key = data_key.KeySet(room, KEY).current()
    rows = [
        (1, '{"id": 1,"n":1.10, "e":1e400,"email":"%s","phone":null,"ü":"\\u00fc"}'),
        (2, '{"email":"%s","id":2,"big":123456789012345678901234567890}'),
        (3, '{"id":3,"email":"%s","phone":"+1"}'),
    ]
    texts = [ciphertext.encrypt(key, DATA, f"customers.email:{n}") for n, _ in rows]
    source = tmp_path / "rows.jsonl"
    lines = [line % text for (_, line), text in zip(rows, texts, strict=True)]
    lines[2] = lines[2].replace('"phone":"+1"', '"phone":17')
    source.write_text("\n".join(lines) + "\n", "utf-8")
    data_key.rotate(room, KEY)
    target = tmp_path / "new.jsonl"
    request = RewrapRequest(KEY, source, target, ("email", "phone"), "customers.email:{id}")
    assert 3 == rewrap.rewrap(room, request).rewrapped
    for before, after, old, (n, _) in zip(
        lines, target.read_text("utf-8").splitlines(), texts, rows, strict=True
    ):
        new = json.loads(after)["email"]
        assert after == before.replace(old, new)
        assert new != old
        assert DATA == data_key.decrypt(room, KEY, new, f"customers.email:{n}")


@pytest.mark.parametrize("kept", [1, 2, 4])
def test_it_goes_on_where_it_was_cut_off(room: Local, file: Path, kept: int) -> None:
    target, part = file.with_name("new.txt"), file.with_name("new.txt.part")
    request = RewrapRequest(KEY, file, target, context="c")
    rewrap.rewrap(room, request)
    lines = target.read_bytes().splitlines(keepends=True)
    target.unlink()
    part.write_bytes(b"".join(lines[:kept]) + lines[kept][: len(lines[kept]) // 2])
    found = rewrap.rewrap(room, request)
    assert (5, kept, {1: 2, 2: 2}) == (found.lines, found.resumed, found.before)
    assert target.read_bytes().splitlines(keepends=True)[:kept] == lines[:kept]
    assert [b"0", b"1", b"", b"0", b"1"] == opened(room, target)


def test_what_was_begun_from_another_file_is_not_gone_on_with(room: Local, file: Path) -> None:
    part = file.with_name("new.txt.part")
    other = data_key.encrypt(room, KEY, b"of another file", "c")
    part.write_text(f"{other}\n", "utf-8")
    with pytest.raises(ConflictError) as caught:
        rewrap.rewrap(room, RewrapRequest(KEY, file, file.with_name("new.txt"), context="c"))
    assert caught.value.code == "rewrap-differs"
    assert part.read_text("utf-8") == f"{other}\n"


def test_data_is_moved_away_from_a_compromised_version(room: Local, file: Path) -> None:
    done(room.gate.change(room.caller, Compromise(KEY, 1)))
    target = file.with_name("new.txt")
    assert 4 == rewrap.rewrap(room, RewrapRequest(KEY, file, target, context="c")).rewrapped


@pytest.mark.parametrize(
    ("line", "fields", "context"),
    [
        ("hello", (), "c"),
        ("srd1.AAAA", (), "c"),
        ("ü", (), "c"),
        ("{TEXT}", (), "another"),
        ("{TEXT}", ("email",), "c"),
        ("[1]", ("email",), "c"),
        ('{"email":"{TEXT}"}', ("email",), "c:{id}"),
        ('{"email":"{TEXT}","id":true}', ("email",), "c:{id}"),
        ('{"email":"{TEXT}","email":"{TEXT}"}', ("email",), "c"),
        ('{"email":"\\u0073rd1.AAAA"}', ("email",), "c"),
        ("[" * 100_000, ("email",), "c"),
    ],
    ids=range(11),
)
def test_a_line_that_is_wrong_is_named_and_what_is_done_stays(
    room: Local, tmp_path: Path, line: str, fields: tuple[str, ...], context: str
) -> None:
    make(room)
    text = data_key.encrypt(room, KEY, DATA, "c")
    data_key.rotate(room, KEY)
    good = json.dumps({"email": text}) if fields and "{id}" not in context else ""
    source = tmp_path / "in"
    source.write_text(f"{good}\n{line.replace('{TEXT}', text)}\n", "utf-8")
    with pytest.raises(InvalidError, match="line 2") as caught:
        rewrap.rewrap(room, RewrapRequest(KEY, source, tmp_path / "out", fields, context))
    assert caught.value.code == "rewrap-line"
    assert caught.value.__context__ is None
    assert text not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_files_that_cannot_be_are_refused(room: Local, tmp_path: Path) -> None:
    make(room)
    source = tmp_path / "in"
    with pytest.raises(MachineError) as missing:
        rewrap.rewrap(room, RewrapRequest(KEY, source, tmp_path / "out"))
    assert missing.value.code == "file-unreadable"
    with pytest.raises(MachineError) as uncounted:
        rewrap.count(room, RewrapRequest(KEY, source, source))
    assert uncounted.value.code == "file-unreadable"
    source.write_text("", "utf-8")
    with pytest.raises(MachineError) as nowhere:
        rewrap.rewrap(room, RewrapRequest(KEY, source, tmp_path / "none" / "out"))
    assert nowhere.value.code == "file-unwritable"
    found = rewrap.rewrap(room, RewrapRequest(KEY, source, tmp_path / "out"))
    assert (0, {}, {}) == (found.lines, found.before, found.after)
    with pytest.raises(ConflictError) as there:
        rewrap.rewrap(room, RewrapRequest(KEY, source, tmp_path / "out"))
    assert there.value.code == "file-exists"
    source.write_bytes(b"x" * (rewrap.LINE_OCTETS_MAX + 1))
    with pytest.raises(LimitError) as long:
        rewrap.rewrap(room, RewrapRequest(KEY, source, tmp_path / "out2"))
    assert long.value.code == "line-too-long"
