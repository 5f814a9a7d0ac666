"""The standalone verifier: it finds each fault, and agrees with the verifier of the package."""

import importlib
import json
import subprocess
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.audit.logs import KEY, ORIGIN, SIGNER, START_US, STRANGER, Log, honest
from tests.standalone import exports

from strongroom.audit.checkpoint import Checkpoint, open_by_one_of, sign
from strongroom.audit.note import VerifierKey
from strongroom.audit.tree import leaf_hash, node_hash
from strongroom.audit.verifier import Row, verify
from strongroom.errors import AuditBrokenError
from strongroom.standalone import strongroom_verify as standalone

ROOT = Path(__file__).parents[2]
Lines = list[bytes]


def checked(folder: Path, lines: Lines, *anchors: str, key: str = str(KEY)) -> set[str]:
    """The kinds of problems, in this process."""
    export = folder / "export.jsonl"
    export.write_bytes(b"".join(lines))
    log = standalone.run(str(export), key, list(anchors))
    return {kind for kind, _, _ in log.problems}


def exported(log: Log) -> Lines:
    return exports.lines(log.rows, log.notes, ORIGIN)


@lru_cache
def whole() -> Lines:
    return exported(honest(100, every=25))


def drop(lines: Lines) -> Lines:
    return [line for line in lines if b'"place":57,' not in line]


def edit(lines: Lines) -> Lines:
    """As somebody would who edits the words and the leaf alike, verbs being of one length."""
    old, new = b'"verb":"read"', b'"verb":"list"'
    at = next(i for i, line in enumerate(lines) if old in line)
    changed = lines[at].replace(old, new).replace(b"read".hex().encode(), b"list".hex().encode())
    return [*lines[:at], changed, *lines[at + 1 :]]


def words(lines: Lines) -> Lines:
    return [
        line.replace(b'"environment":"production"', b'"environment":"staging"') for line in lines
    ]


def end(lines: Lines) -> Lines:
    return lines[:-20]


def swap(lines: Lines) -> Lines:
    return [*lines[:30], lines[31], lines[30], *lines[32:]]


def twice(lines: Lines) -> Lines:
    return [*lines[:30], lines[29], *lines[30:]]


def forge(lines: Lines) -> Lines:
    at = max(i for i, line in enumerate(lines) if b"checkpoint" in line)
    return [*lines[:at], lines[at].replace(b"\\n100\\n", b"\\n101\\n"), *lines[at + 1 :]]


def blob(lines: Lines) -> Lines:
    return [line.replace(b"somebody", b"somebodi") for line in lines]


def garbage(lines: Lines) -> Lines:
    return [*lines[:40], b"\xff\x00 not json\n", *lines[41:]]


def unsigned(lines: Lines) -> Lines:
    return [line for line in lines if b"checkpoint" not in line]


def forge_end(lines: Lines) -> Lines:
    """An entry that nobody signed, behind the last checkpoint; the header counts it."""
    more = honest(101, every=25)
    head = lines[0].replace(b'"end":100', b'"end":101')
    return [head, *lines[1:], exports.lines(more.rows, more.notes, ORIGIN)[-1]]


FAULTS: dict[str, tuple[Callable[[Lines], Lines], set[str]]] = {
    "an entry is deleted": (drop, {"deleted"}),
    "an entry is edited": (edit, {"edited"}),
    "the words beside a leaf are edited": (words, {"words-edited"}),
    "the end is cut off": (end, {"truncated"}),
    "two entries are exchanged": (swap, {"reordered"}),
    "an entry is there twice": (twice, {"repeated"}),
    "a checkpoint is forged": (forge, {"checkpoint-forged"}),
    "a detail is edited": (blob, {"detail-edited"}),
    "a line is no JSON": (garbage, {"deleted"}),
    "nothing is signed": (unsigned, {"unsigned"}),
    "an entry is added behind what is signed": (forge_end, {"unsigned"}),
}


@pytest.fixture(scope="module")
def hundred() -> Log:
    return honest(100, every=25)


def test_it_is_read_in_one_sitting() -> None:
    assert len(Path(standalone.__file__).read_text("utf-8").splitlines()) < 400


def test_it_runs_where_nothing_of_ours_can_be_imported(tmp_path: Path, hundred: Log) -> None:
    command = exports.alone(tmp_path)
    probe = [*command[:4], command[4].split("runpy.run_path")[0] + "import strongroom", "x"]
    assert (
        b"No module named 'strongroom'"
        in subprocess.run(probe, capture_output=True, check=False).stderr
    )
    export = tmp_path / "export.jsonl"
    export.write_bytes(b"".join(exported(hundred)))
    status, report = exports.run(command, export, str(KEY))

    assert (status, report["ok"], report["problems"]) == (0, True, [])
    assert (report["size"], report["good"], report["held"]) == (100, 100, 4)
    export.write_bytes(b"".join(drop(exported(hundred))))
    status, report = exports.run(command, export, str(KEY))
    assert (status, report["ok"]) == (11, False)
    assert exports.run(command, tmp_path / "none", str(KEY)) == (2, {})
    assert exports.run(command, export, "no key") == (2, {})


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(tmp_path: Path, hundred: Log, fault: str) -> None:
    plant, expected = FAULTS[fault]
    whole = exported(hundred)
    assert checked(tmp_path, whole) == set()

    assert expected <= checked(tmp_path, plant(whole))


def test_an_entry_that_was_cut_out_and_everything_renumbered(tmp_path: Path, hundred: Log) -> None:
    cut = exports.lines([*hundred.rows[:57], *hundred.rows[58:]], hundred.notes, ORIGIN)

    assert checked(tmp_path, cut) == {"deleted"}


def test_another_key_shows_nothing(tmp_path: Path, hundred: Log) -> None:
    other = VerifierKey(ORIGIN, STRANGER.public_key().public_bytes_raw())
    renamed = VerifierKey("strongroom/other", SIGNER.public_key().public_bytes_raw())

    assert {"checkpoint-foreign", "unsigned"} <= checked(
        tmp_path, exported(hundred), key=str(other)
    )
    assert "wrong-key" in checked(tmp_path, exported(hundred), key=str(renamed))
    for bad in ("", "a+b+c", str(KEY)[:-1], str(KEY).replace("+", "+0", 1)):
        with pytest.raises(standalone.UnusableError):
            standalone.read_key(bad)


def test_an_anchor_shows_what_the_log_alone_cannot(tmp_path: Path, hundred: Log) -> None:
    """A log cut off with its checkpoints, and one that the key's holder wrote anew."""
    anchor = tmp_path / "anchor"
    anchor.write_text("".join(json.dumps({"checkpoint": n}) + "\n" for n in hundred.notes), "utf-8")
    note = tmp_path / "note"
    note.write_text(hundred.notes[1], "utf-8")
    shorter = exports.lines(hundred.rows[:50], hundred.notes[:2], ORIGIN)
    anew = honest(100, every=25, lanes=2)

    for kept in (anchor, note):
        assert checked(tmp_path, exported(hundred), str(kept)) == set()
        assert checked(tmp_path, exported(anew)) == set()
        assert "split-view" in checked(tmp_path, exported(anew), str(kept))
    assert checked(tmp_path, shorter) == set()
    assert checked(tmp_path, shorter, str(anchor)) == {"truncated"}


def test_two_anchors_that_contradict_are_a_split_view(tmp_path: Path, hundred: Log) -> None:
    forged = sign(Checkpoint(ORIGIN, 60, bytes(32), START_US + 60), SIGNER)
    anchor = tmp_path / "anchor"
    anchor.write_text(forged, "utf-8")

    assert checked(tmp_path, exported(hundred), str(anchor)) == {"split-view"}


@pytest.mark.parametrize("kept", [b"", b'{"x":1}\n', b"\n", b'{"checkpoint":1}\n'])
def test_an_anchor_with_which_nothing_is_compared_is_a_problem(
    tmp_path: Path, hundred: Log, kept: bytes
) -> None:
    anchor = tmp_path / "anchor"
    anchor.write_bytes(kept)
    found = checked(tmp_path, exported(hundred), str(anchor))
    assert found == {"anchor-empty", "checkpoint-malformed"}

    good = json.dumps({"checkpoint": hundred.notes[0]}).encode() + b"\n"
    anchor.write_bytes(good + b'{"x":1}\n')
    assert checked(tmp_path, exported(hundred), str(anchor)) == {"checkpoint-malformed"}
    anchor.write_bytes(good[:40] + b"\n")
    assert checked(tmp_path, exported(hundred), str(anchor)) == {"anchor-empty"}
    anchor.write_bytes(good[:40] + b"\n" + good)
    assert checked(tmp_path, exported(hundred), str(anchor)) == set(), "a crash cut off its first"


def test_an_anchor_from_before_the_part_is_not_compared(tmp_path: Path, hundred: Log) -> None:
    hashes = [leaf_hash(row.leaf or b"") for row in hundred.rows[:32]]
    while len(hashes) > 1:
        hashes = [node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    head = {"strongroom_log": 1, "origin": ORIGIN, "first": 32, "end": 100}
    part = [
        json.dumps(head | {"before": [hashes[0].hex()]}).encode() + b"\n",
        *exported(hundred)[34:],
    ]
    anchor = tmp_path / "anchor"
    for note, problems in ((0, {"anchor-empty"}), (1, set())):
        anchor.write_text(hundred.notes[note], "utf-8")

        assert checked(tmp_path, part, str(anchor)) == problems


def test_an_export_of_a_part_verifies_from_the_tree_before_it(tmp_path: Path, hundred: Log) -> None:
    hashes = [leaf_hash(row.leaf or b"") for row in hundred.rows[:3]]
    peaks = [node_hash(hashes[0], hashes[1]).hex(), hashes[2].hex()]
    head = {"strongroom_log": 1, "origin": ORIGIN, "first": 3, "end": 100, "before": peaks}
    part = [json.dumps(head).encode() + b"\n", *exported(hundred)[4:]]

    assert checked(tmp_path, part) == set()
    assert {"deleted"} <= checked(tmp_path, drop(part))
    head["before"] = peaks[::-1]
    assert "edited" in checked(tmp_path, [json.dumps(head).encode() + b"\n", *part[1:]])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{}",
        b"[]",
        b'{"strongroom_log":2,"first":0,"end":1,"before":[]}',
        b'{"strongroom_log":1,"first":-1,"end":1,"before":["00"]}',
        b'{"strongroom_log":1,"first":3,"end":1,"before":["00"]}',
        b'{"strongroom_log":1,"first":"0","end":1,"before":[]}',
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, head: bytes) -> None:
    with pytest.raises(standalone.UnusableError):
        checked(tmp_path, [head])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400), st.integers(0, 110))
def test_no_line_ends_the_verifier(tmp_path: Path, line: bytes, at: int) -> None:
    lines = whole()
    checked(tmp_path, [lines[0], *lines[1:at], line + b"\n", *lines[max(1, at) :]])


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
FIELDS = ("place", "lane", "seq", "leaf", "says", "salt", "blob", "checkpoint")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), JSONS), st.integers(1, 100))
def test_a_line_of_any_fields_is_a_problem(tmp_path: Path, fields: dict[str, Any], at: int) -> None:
    lines = whole()
    changed = json.dumps(json.loads(lines[at]) | fields).encode() + b"\n"
    problems = checked(tmp_path, [*lines[:at], changed, *lines[at + 1 :]])

    same = {k: v for k, v in json.loads(changed).items() if k != "checkpoint"} == json.loads(
        lines[at]
    )
    assert problems or same or b"checkpoint" in lines[at] or fields.keys() <= {"salt", "blob"}


# --- agreement --------------------------------------------------------------------------------


def both(
    folder: Path, rows: list[Row], notes: list[str], key: VerifierKey
) -> tuple[set[str], set[str]]:
    """A room's log goes on behind its last checkpoint, which an export may not."""
    report = verify(iter(rows), notes, key)
    alone = checked(folder, exports.lines(rows, notes, key.name), key=str(key))
    behind = {"unsigned"} if len(rows) > covered(notes, key) else set()
    return {str(problem.kind) for problem in report.problems} | behind, alone


def covered(notes: list[str], key: VerifierKey) -> int:
    """Up to where the key has signed."""
    size = 0
    for note in notes:
        with suppress(AuditBrokenError):
            size = max(size, open_by_one_of(note, [key])[0].size)
    return size


def _pair(hexed: list[str]) -> tuple[bytes, bytes]:
    return bytes.fromhex(hexed[0]), bytes.fromhex(hexed[1])


def test_it_agrees_on_every_vector_of_a_log(tmp_path: Path) -> None:
    vectors = json.loads((ROOT / "vectors" / "audit-log.json").read_text("utf-8"))
    for vector in vectors:
        asked = vector["input"]
        rows = [
            Row(
                bytes.fromhex(row["lane"]),
                row["seq"],
                None if row["leaf"] is None else bytes.fromhex(row["leaf"]),
                None if row["detail"] is None else _pair(row["detail"]),
            )
            for row in asked["rows"]
        ]
        ours, alone = both(tmp_path, rows, asked["notes"], VerifierKey.parse(asked["vkey"]))

        assert ours == alone, vector["comment"]


def test_it_reads_the_exports_among_the_vectors(tmp_path: Path) -> None:
    vectors = json.loads((ROOT / "vectors" / "audit-export.json").read_text("utf-8"))
    log = json.loads((ROOT / "vectors" / "audit-log.json").read_text("utf-8"))[0]["input"]
    found = [
        checked(tmp_path, [line.encode() for line in one["expect"]["lines"]], key=log["vkey"])
        for one in vectors
    ]

    assert found == [set(), set(), set(), {"deleted"}]


def mutate(draw: Any, log: Log) -> None:
    at = draw(st.integers(0, len(log.rows) - 1))
    row = log.rows[at]
    match draw(
        st.sampled_from(
            ["cut", "none", "leaf", "swap", "copy", "detail", "erase", "end", "note", "sign"]
        )
    ):
        case "cut" if len(log.rows) > 1:
            del log.rows[at]
        case "none":
            log.rows[at] = row._replace(leaf=None)
        case "leaf":
            raw = bytearray(row.leaf or b"\0")
            raw[draw(st.integers(0, len(raw) - 1))] ^= 1 << draw(st.integers(0, 7))
            log.rows[at] = row._replace(leaf=bytes(raw))
        case "swap":
            other = draw(st.integers(0, len(log.rows) - 1))
            log.rows[at], log.rows[other] = log.rows[other], row
        case "copy":
            log.rows.insert(draw(st.integers(0, len(log.rows))), row)
        case "detail":
            log.rows[at] = row._replace(detail=(bytes(16), b'{"name":"other"}'))
        case "erase":
            log.rows[at] = row._replace(detail=None)
        case "end":
            del log.rows[max(1, at) :]
        case "note":
            del log.notes[draw(st.integers(0, len(log.notes) - 1))]
            log.notes = log.notes or honest(1, every=1).notes
        case "sign":
            log.notes.append(sign(Checkpoint(ORIGIN, draw(st.integers(0, 60)), bytes(32)), SIGNER))


@pytest.mark.long
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_it_agrees_on_logs_that_anything_was_done_to(tmp_path: Path, data: st.DataObject) -> None:
    log = honest(data.draw(st.integers(1, 50)), every=data.draw(st.integers(3, 12)))
    log.notes = log.notes or honest(1, every=1).notes
    for _ in range(data.draw(st.integers(0, 3))):
        mutate(data.draw, log)
    ours, alone = both(tmp_path, log.rows, log.notes, KEY)

    assert ours == alone


def test_the_shipped_file_is_the_one_that_is_tested() -> None:
    module = importlib.import_module("strongroom.standalone.strongroom_verify")
    from strongroom.ops.audit_export import verifier_source

    assert Path(module.__file__ or "").read_bytes() == verifier_source()
