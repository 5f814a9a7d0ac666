"""Tests for strongroom.scan.sources.history, against the real git."""

import gzip
import os
import pickle
from pathlib import Path

import pytest
from tests.scan.sources.build import codes, git, opened, repository, save, split

from strongroom.scan.model import Medium, NotScanned, Piece
from strongroom.scan.sources.attribution import attribute
from strongroom.scan.sources.history import SHARES, History, HistoryPart


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with something in every place where something can be."""
    root = repository(tmp_path_factory.mktemp("history") / "r")
    save(root, {"kept": b"in kept", "deleted": b"in deleted"}, "message of a commit")
    (root / "deleted").unlink()
    save(root, {"token-in-a-name.txt": b"1", 'od"d\tname': b"in odd"}, when=1_700_000_100)
    git(root, "checkout", "-q", "-b", "side")
    save(root, {"side": b"in side"}, when=1_700_000_200)
    git(root, "checkout", "-q", "main")
    save(root, {"main": b"in main"}, when=1_700_000_300)
    git(root, "merge", "-q", "--no-ff", "--no-commit", "side")
    save(root, {"evil": b"in merge only"}, "merged", when=1_700_000_400)
    git(root, "tag", "-a", "v1", "-m", "message of a tag", when=1_700_000_500)
    git(root, "notes", "add", "-m", "in a note")
    for text in (b"in the older stash", b"in the newer stash"):
        (root / "kept").write_bytes(text)
        git(root, "stash", "push", "-q")
    git(root, "hash-object", "-w", "--stdin", given=b"dangling")
    save(root, {"wide": "in wide\n".encode("utf-16"), "a.gz": gzip.compress(b"in archive")})
    git(root, "config", "remote.origin.url", "https://user:word@example.com/x.git")
    return root


@pytest.fixture(scope="module")
def history(root: Path) -> History:
    return History(opened(root), root.parent / "log")


@pytest.fixture(scope="module")
def found(history: History) -> list[Piece | NotScanned]:
    return [one for part in history.parts(2) for one in part.pieces()]


def test_every_version_of_every_file_is_looked_at_once(found: list[Piece | NotScanned]) -> None:
    blobs = [one.data for one in split(found)[0] if one.origin.medium is Medium.BLOB]

    assert len(set(blobs)) == len(blobs)
    assert {
        b"in kept", b"in deleted", b"in odd", b"in side", b"in main", b"in merge only",
        b"in a note\n", b"in the older stash", b"in the newer stash", b"dangling",
        b"in wide\n", b"in archive", b"1",
    } == set(blobs)  # fmt: skip
    assert {} == codes(found)


def test_messages_names_and_the_configuration_are_looked_at(
    found: list[Piece | NotScanned],
) -> None:
    by: dict[Medium, list[bytes]] = {}
    for piece in split(found)[0]:
        by.setdefault(piece.origin.medium, []).append(piece.data)

    assert b"message of a commit\n" in by[Medium.COMMIT_MESSAGE]
    assert [b"message of a tag\n"] == by[Medium.TAG_MESSAGE]
    (names,) = by[Medium.FILE_NAME]
    assert {b"kept", b"deleted", b"token-in-a-name.txt", b"evil", b'"od\\"d\\tname"'} <= set(
        names.split(b"\n")
    )
    assert b"user:word@" in b"".join(by[Medium.GIT_CONFIG])


def test_findings_can_say_where_they_are_from(
    root: Path, history: History, found: list[Piece | NotScanned]
) -> None:
    oids = {one.data: one.origin.oid for one in split(found)[0]}
    from_log = attribute(opened(root), oids.values(), spool=history.spool)

    assert from_log == attribute(opened(root), oids.values())
    paths = {data: [seen.path for seen in from_log.get(oid, ())] for data, oid in oids.items()}
    assert paths[b"in odd"] == ['od"d\tname']
    assert paths[b"in merge only"] == ["evil"]
    assert paths[b"in the older stash"] == ["kept"]
    assert paths[b"message of a commit\n"] == [""]
    assert paths[b"message of a tag\n"] == ["refs/tags/v1"]
    assert paths[b"dangling"] == []
    assert Medium.NOTE is from_log[oids[b"in a note\n"]][0].medium


def test_parts_can_be_sent_and_little_is_one(history: History) -> None:
    (part,) = history.parts(2)
    sent: HistoryPart = pickle.loads(pickle.dumps(part))
    assert part.extent.items == sent.extent.items > 10


def test_much_is_shared(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {f"f{n}": os.urandom(600_000).hex().encode() for n in range(8)})
    parts = History(opened(root)).parts(2)
    seen = [split(part.pieces())[0] for part in parts]

    assert 2 < len(parts) <= 2 * SHARES + 1
    assert 8 == len({p.origin.oid for each in seen for p in each if p.origin.medium is Medium.BLOB})
    assert all(each for each in seen)


def test_nothing_is_nothing(tmp_path: Path) -> None:
    history = History(opened(repository(tmp_path)))
    pieces, unscanned = split(one for part in history.parts(2) for one in part.pieces())

    assert [Medium.GIT_CONFIG] == [one.origin.medium for one in pieces]
    assert ["history-empty"] == [one.code for one in unscanned]


def test_a_short_history_is_named(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{root}", "r")
    found = [one for part in History(opened(tmp_path / "r")).parts(1) for one in part.pieces()]
    assert {"": "shallow"} == codes(found)


def test_a_partial_clone_is_named_once_and_fetches_nothing(root: Path, tmp_path: Path) -> None:
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{root}", "r")
    found = [one for part in History(opened(tmp_path / "r")).parts(1) for one in part.pieces()]
    assert {"": "partial-clone"} == codes(found)


def test_what_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"lost", "b": b"kept", "c": b"broken" * 100})
    lost, broken = (git(root, "rev-parse", f"HEAD:{name}").decode() for name in "ac")
    (root / ".git/objects" / lost[:2] / lost[2:]).unlink()
    path = root / ".git/objects" / broken[:2] / broken[2:]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:14])
    found = [one for part in History(opened(root)).parts(1) for one in part.pieces()]

    assert {lost: "object-missing", broken: "object-corrupt"} == codes(found)
    assert b"kept" in {one.data for one in split(found)[0]}


def test_a_broken_history_is_named_and_its_files_are_looked_at(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"one"})
    tree = git(root, "rev-parse", "HEAD^{tree}").decode()
    save(root, {"a": b"two"})
    (root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    found = [one for part in History(opened(root)).parts(1) for one in part.pieces()]

    assert {"": "history-broken"} == codes(found)
    assert {b"one", b"two"} <= {one.data for one in split(found)[0]}


def test_a_submodule_is_not_taken_for_a_missing_file(root: Path, tmp_path: Path) -> None:
    outer = repository(tmp_path)
    git(outer, "submodule", "add", "-q", os.fspath(root), "sub")
    save(outer, {"a": b"1"})
    found = [one for part in History(opened(outer)).parts(1) for one in part.pieces()]
    assert {} == codes(found)


def test_objects_of_alternates_are_looked_at(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--shared", os.fspath(root), "r")
    found = [one for part in History(opened(tmp_path / "r")).parts(1) for one in part.pieces()]
    assert b"in deleted" in {one.data for one in split(found)[0]}

    (tmp_path / "r/.git/objects/info/alternates").write_text(f"{tmp_path}/gone\n")
    found = [one for part in History(opened(tmp_path / "r")).parts(1) for one in part.pieces()]
    assert "history-broken" in codes(found).values()


@pytest.mark.parametrize("name", ["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY"])
def test_objects_that_a_variable_tells_of_are_looked_at(
    name: str, root: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "-q", "--bare", os.fspath(root), "r")
    git(tmp_path / "r", "gc", "-q")
    empty = repository(tmp_path / "empty", "--bare")
    history = History(opened(empty, name, **{name: os.fspath(tmp_path / "r/objects")}))
    found = [one for part in history.parts(1) for one in part.pieces()]
    assert b"in deleted" in {one.data for one in split(found)[0]}


def test_a_repository_may_be_packed_meanwhile(tmp_path: Path) -> None:
    root = repository(tmp_path)
    for n in range(5):
        save(root, {str(n): b"text %d" % n})
    (part,) = History(opened(root)).parts(1)
    seen = part.pieces()
    begun = [next(seen)]
    git(root, "repack", "-adq")
    git(root, "prune-packed", "-q")

    pieces, unscanned = split([*begun, *seen])
    assert {b"text %d" % n for n in range(5)} <= {piece.data for piece in pieces}
    assert [] == unscanned


def test_a_broken_pack_is_named_and_what_is_whole_in_it_is_looked_at(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {str(n): os.urandom(300).hex().encode() for n in range(9)})
    git(root, "repack", "-adq")
    (pack,) = (root / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o600)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 0xFF
    pack.write_bytes(data)
    pieces, unscanned = split(
        one for part in History(opened(root)).parts(1) for one in part.pieces()
    )

    assert [one.code for one in unscanned].count("object-corrupt") == 1
    assert 8 == len({one.origin.oid for one in pieces if one.origin.medium is Medium.BLOB})
