"""Seals at the command line: who opens what, by which kind, and what nobody can do by mistake."""

import re
import stat
from pathlib import Path

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal

from strongroom.cli import render
from strongroom.errors import MachineError

PHRASE = "plaza viking mossy unfold drench"


def _ids(terminal: Terminal, kind: str) -> list[str]:
    return [seal["id"] for seal in terminal.json("seal", "list") if seal["kind"] == kind]


def _file(terminal: Terminal, text: str, name: str = "typed") -> Path:
    path = terminal.folder / name
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def _open_with(monkeypatch: pytest.MonkeyPatch, terminal: Terminal, kind: str, text: str) -> None:
    monkeypatch.setenv("STRONGROOM_SEAL", kind)
    monkeypatch.setenv("STRONGROOM_SEAL_FILE", str(_file(terminal, text)))


def _added(terminal: Terminal, *argv: str, stdin: bytes = b"") -> dict[str, object]:
    made = terminal.json("seal", "add", *argv, stdin=stdin)
    assert isinstance(made, dict)
    return made


def test_a_key_file_of_one_environment_opens_no_other(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A development node cannot open production, however it is asked to."""
    _added(kept, "keyfile", "--environment", "development", "--out", "dev.key")
    assert 0o600 == stat.S_IMODE((kept.folder / "dev.key").stat().st_mode)
    monkeypatch.setenv("STRONGROOM_KEYFILE", "dev.key")

    assert 0 == kept.run("secret", "get", WEAK)
    assert b"weak-1" == kept.out
    sealed = [
        ["secret", "get", KEY],
        ["secret", "generate", "production/new", "--type", "api-key", "--owner", "Ada"],
        ["secret", "generate", KEY],
        ["key", "rotate", "--environment", "production"],
        ["seal", "add", "recovery", "--environment", "production"],
        ["seal", "add", "recovery"],
        ["seal", "add", "recovery", "--environment", "development", "--log"],
    ]
    for argv in sealed:
        assert 0 != kept.run(*argv), argv
        assert re.search(rb"environment-sealed|key-sealed", kept.err), (argv, kept.err)
    # But what it has it may give on.
    made = _added(kept, "recovery", "--environment", "development")
    assert ["development", "room"] == made["opens"]


def test_each_kind_opens_the_room(kept: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    shares = _added(kept, "shamir", "--shares", "5", "--threshold", "3")["shares"]
    code = _added(kept, "recovery")["recovery"]
    _added(kept, "passphrase", stdin=PHRASE.encode() + b"\n")
    assert isinstance(shares, list)
    typed = {
        "shamir": "\n".join(share.lower() for share in (shares[4], shares[0], shares[2])),
        "recovery": str(code),
        "passphrase": PHRASE + "\n",
    }

    for kind, text in typed.items():
        _open_with(monkeypatch, kept, kind, text)
        assert 0 == kept.run("secret", "get", WEAK), (kind, kept.err)
        assert b"weak-1" == kept.out
        (mine,) = [seal for seal in kept.json("seal", "list") if seal["in_use"]]
        assert kind == mine["kind"]


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("passphrase", "plaza viking mossy unfold", b"seal-wrong-credential"),
        ("passphrase", "", b"passphrase-unusable"),
        ("recovery", "0" * 64, b"recovery-group"),
        ("shamir", "", b"shares-too-few"),
        ("shamir", "nothing", b"share-length"),
        ("smartcard", "", b"seal-kind-unknown"),
    ],
)
def test_what_does_not_open_it_is_refused_by_name(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch, kind: str, text: str, code: bytes
) -> None:
    _added(kept, "passphrase", stdin=PHRASE.encode())
    _added(kept, "shamir", "--shares", "3", "--threshold", "2")
    _open_with(monkeypatch, kept, kind, text)

    assert 0 != kept.run("secret", "get", WEAK)
    assert code in kept.err
    assert not text or text.encode() not in kept.err


def test_each_bad_share_is_named(kept: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _added(kept, "shamir", "--shares", "4", "--threshold", "3")["shares"]
    other = _added(kept, "shamir", "--shares", "4", "--threshold", "3")["shares"]
    assert isinstance(first, list)
    assert isinstance(other, list)
    letter = "7" if first[1][12] != "7" else "8"
    mistyped = first[1][:12] + letter + first[1][13:]
    cases = {
        "shares-too-few": first[:2],
        "share-repeated": [first[0], first[1], first[1]],
        "share-other-set": [first[0], first[1], other[2]],
        "share-group": [first[0], mistyped, first[2]],
    }

    for code, lines in cases.items():
        _open_with(monkeypatch, kept, "shamir", "\n".join(lines))
        assert 0 != kept.run("secret", "get", WEAK)
        assert code.encode() in kept.err, kept.err
        assert first[0][9:17].encode() not in kept.err
    assert b"line 2: group 2 of 10" in kept.err


def test_either_of_two_passphrases_opens_the_room(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = PHRASE.replace("plaza", "amber")
    for text in (PHRASE, other):
        _added(kept, "passphrase", stdin=text.encode())

    for text in (PHRASE, other):
        _open_with(monkeypatch, kept, "passphrase", text)
        assert 0 == kept.run("secret", "get", WEAK), kept.err


def test_a_weak_passphrase_is_refused_without_repeating_it(kept: Terminal) -> None:
    for weak in ("plaza viking", "password123456789", "correct horse battery staple", "x" * 40):
        assert 3 == kept.run("seal", "add", "passphrase", stdin=weak.encode())
        assert b"passphrase-weak" in kept.err
        assert weak.encode() not in kept.err
    assert not _ids(kept, "passphrase")


def test_a_passphrase_is_never_an_argument(kept: Terminal) -> None:
    assert 2 == kept.run("seal", "add", "passphrase", PHRASE)
    assert PHRASE.encode() not in kept.err
    assert not _ids(kept, "passphrase")


def test_a_file_that_others_can_read_opens_nothing(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _added(kept, "passphrase", stdin=PHRASE.encode())
    _open_with(monkeypatch, kept, "passphrase", PHRASE)
    (kept.folder / "typed").chmod(0o644)

    assert 0 != kept.run("secret", "get", WEAK)
    assert b"keyfile-exposed" in kept.err


def test_without_a_terminal_nobody_is_asked(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard input may hold a value, and is not taken for a passphrase."""
    monkeypatch.setattr("strongroom.cli.credentials._has_terminal", lambda: False)
    monkeypatch.setenv("STRONGROOM_SEAL", "passphrase")

    assert 0 != kept.run("secret", "set", WEAK, stdin=PHRASE.encode())
    assert b"seal-not-given" in kept.err
    assert b"STRONGROOM_SEAL_FILE" in kept.err


def test_a_code_and_shares_are_shown_once(kept: Terminal) -> None:
    assert 0 == kept.run("seal", "add", "shamir", "--shares", "3", "--threshold", "2")
    shares = re.findall(rb"(?:[0-9A-Z]{8}-){9}[0-9A-Z]{8}", kept.out)
    assert 0 == kept.run("seal", "add", "recovery")
    codes = re.findall(rb"(?:[0-9A-Z]{8}-){7}[0-9A-Z]{8}", kept.out)
    assert (3, 1) == (len(shares), len(codes))

    for argv in (["seal", "list"], ["seal", "list", "--json"], ["audit", "list", "--json"]):
        assert 0 == kept.run(*argv)
        assert not [text for text in (*shares, *codes) if text[:8] in kept.out + kept.err]
    for path in kept.folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not [text for text in (*shares, *codes) if text in data]


def test_the_last_seal_of_a_key_stays(kept: Terminal) -> None:
    (file,), (code,) = _ids(kept, "keyfile"), _ids(kept, "recovery")
    _added(kept, "recovery", "--environment", "development")
    assert 0 == kept.run("seal", "remove", code, "--json")

    assert 6 == kept.run("seal", "remove", file, "--force", file)
    assert b"seal-last" in kept.err
    assert 0 == kept.run("secret", "get", KEY)


def test_the_seal_in_use_goes_only_by_name(kept: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = _ids(kept, "keyfile")
    for force in ([], ["--force", file[:8]], ["--force", "yes"]):
        assert 6 == kept.run("seal", "remove", file, *force)
        assert b"seal-in-use" in kept.err
    assert 0 == kept.run("seal", "remove", file, "--force", file)
    assert b"key rotate --environment production" in kept.out

    assert 0 != kept.run("secret", "get", KEY)
    assert b"slot-missing" in kept.err


def test_a_removed_seal_opens_nothing_and_is_not_handed_the_next_key(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _added(kept, "passphrase", stdin=PHRASE.encode())
    assert 0 == kept.run("seal", "remove", str(made["id"])[:8])
    rotated = kept.json("key", "rotate", "--environment", "production")
    assert {"keyfile", "recovery"} == {seal["kind"] for seal in rotated["handed_to"]}
    _open_with(monkeypatch, kept, "passphrase", PHRASE)

    assert 0 != kept.run("secret", "get", KEY)
    assert b"slot-missing" in kept.err


def test_a_rotated_key_file_replaces_the_old_one_where_it_stands(kept: Terminal) -> None:
    (path,) = (kept.folder / "config" / "keys").iterdir()
    before = path.read_bytes()
    (old,) = _ids(kept, "keyfile")
    made = kept.json("seal", "rotate", old[:8])

    assert [path] == list(path.parent.iterdir())
    assert before != path.read_bytes()
    assert [made["id"]] == _ids(kept, "keyfile")
    assert 0 == kept.run("secret", "get", KEY)
    path.write_bytes(before)
    assert 0 != kept.run("secret", "get", KEY)
    assert b"keyfile-other" in kept.err


def test_a_key_file_behind_a_link_is_replaced_where_it_is(kept: Terminal) -> None:
    (path,) = (kept.folder / "config" / "keys").iterdir()
    there = path.rename(kept.folder / "stick.key")
    path.symlink_to(there)
    before = there.read_bytes()

    assert 0 == kept.run("seal", "rotate", "keyfile")
    assert path.is_symlink()
    assert before != there.read_bytes()
    assert 0 == kept.run("secret", "get", KEY)


@pytest.mark.parametrize("step", ["move", "remove"])
def test_a_rotation_of_the_key_file_that_breaks_off_locks_nobody_out(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Between the new slots, the new file in its place, and the old slots' end."""
    from strongroom.ops import seal as ops
    from strongroom.wiring import keyfiles

    def broken(*_: object, **__: object) -> None:
        raise MachineError("drill", "the machine stopped here")

    with monkeypatch.context() as patch:
        patch.setattr(keyfiles if step == "move" else ops, step, broken)
        assert 8 == kept.run("seal", "rotate", "keyfile")
    assert 0 == kept.run("secret", "get", KEY), kept.err

    assert 2 == len(_ids(kept, "keyfile"))
    assert 0 == kept.run("seal", "rotate", "keyfile"), kept.err
    assert 0 == kept.run("secret", "get", KEY), kept.err
    spare = [
        s["id"] for s in kept.json("seal", "list") if s["kind"] == "keyfile" and not s["in_use"]
    ]
    assert 0 == kept.run("seal", "remove", *spare)


def test_seals_of_before_holders_are_rotated_and_then_their_keys_are(kept: Terminal) -> None:
    """A room made by an older release: direct slots, and nothing that a key is handed to."""
    _make_old(kept)
    listed = kept.json("seal", "list")
    assert [True, True] == [seal["before_holders"] for seal in listed]
    assert ["keyfile"] == [seal["kind"] for seal in listed if seal["in_use"]]
    assert 6 == kept.run("key", "rotate", "--environment", "production")
    assert b"seal-without-holder" in kept.err

    for kind in ("keyfile", "recovery"):
        assert 0 == kept.run("seal", "rotate", kind), kept.err
    assert 0 == kept.run("key", "rotate", "--environment", "production"), kept.err
    assert 0 == kept.run("secret", "get", KEY)
    assert [False, False] == [seal["before_holders"] for seal in kept.json("seal", "list")]


def _make_old(terminal: Terminal) -> None:
    from strongroom import config, wiring
    from strongroom.crypto import seal
    from strongroom.crypto.keyfile import KeyFile
    from strongroom.crypto.recovery import RecoveryCode
    from strongroom.gate.changes.house import ChangeSlots, SetSlot
    from strongroom.ops import seal as ops
    from strongroom.ops.local import done

    environ = {"STRONGROOM_CONFIG": str(terminal.folder / "config" / "config.toml")}
    (path,) = (terminal.folder / "config" / "keys").iterdir()
    with wiring.open_room(config.load(environ, terminal.folder), environ) as local:
        room_id = local.keys.room_id
        keys = {n: k for n, k in local.ring.keys.items() if not n.startswith("anchor:")}
        made = [
            SetSlot.of(seal.create(room_id, name, key, credential))
            for credential in (KeyFile.decode(path.read_bytes()), RecoveryCode.new())
            for name, key in keys.items()
        ]
        gone = map(SetSlot.gone, ops.active(local))
        done(local.gate.change(local.caller, ChangeSlots((*made, *gone))))


def test_rotated_shares_and_codes_open_and_the_old_ones_do_not(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = _added(kept, "shamir", "--shares", "3", "--threshold", "2", "--environment", "staging")
    assert isinstance(shares["shares"], list)
    fresh = kept.json("seal", "rotate", str(shares["id"]))
    assert (["room", "staging"], 3) == (fresh["opens"], len(fresh["shares"]))

    _open_with(monkeypatch, kept, "shamir", "\n".join(fresh["shares"][1:]))
    assert 0 == kept.run("status"), kept.err
    _open_with(monkeypatch, kept, "shamir", "\n".join(shares["shares"][1:]))
    assert 0 != kept.run("status")
    assert b"share-other-set" in kept.err


@pytest.mark.parametrize("kind", ["recovery", "shamir"])
def test_what_could_not_be_shown_is_not_the_only_way_in(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The reader went away, or standard output is closed: the old code or shares still open."""
    _added(kept, "shamir", "--shares", "3", "--threshold", "2")
    (old,) = _ids(kept, kind)

    def gone(_: bytes) -> None:
        raise MachineError("drill", "nobody reads this")

    with monkeypatch.context() as patch:
        patch.setattr(render, "raw", gone)
        assert 0 != kept.run("seal", "rotate", kind)
        assert 0 != kept.run("seal", "add", "recovery")
    assert [old] == _ids(kept, kind)
    assert 1 == len(_ids(kept, "recovery"))


def test_a_key_file_never_lands_in_the_rooms_folder_or_over_another_file(kept: Terminal) -> None:
    assert 3 == kept.run("seal", "add", "keyfile", "--out", ".strongroom/x.key")
    assert b"keyfile-inside" in kept.err
    _file(kept, "mine", "x.key")
    assert 6 == kept.run("seal", "add", "keyfile", "--out", "x.key")
    assert b"keyfile-exists" in kept.err
    assert 2 == kept.run("seal", "add", "keyfile")
    assert b"keyfile-place-missing" in kept.err

    assert 1 == len(_ids(kept, "keyfile"))
    assert "mine" == (kept.folder / "x.key").read_text("utf-8")


def test_a_failed_addition_leaves_no_key_file(kept: Terminal) -> None:
    name = kept.json("whoami")["name"]
    kept.run("access", "grant", "--deny", "--principal", name, "--verb", "administer")

    assert 0 != kept.run("seal", "add", "keyfile", "--out", "x.key")
    assert not (kept.folder / "x.key").exists()


@pytest.mark.parametrize("kind", ["passphrase", "shamir"])
def test_a_lost_key_file_is_made_anew_by_what_a_person_has(kept: Terminal, kind: str) -> None:
    (path,) = (kept.folder / "config" / "keys").iterdir()
    if kind == "shamir":
        made = _added(kept, "shamir", "--shares", "3", "--threshold", "2")["shares"]
        assert isinstance(made, list)
        typed = "\n".join(made[:2])
    else:
        _added(kept, "passphrase", stdin=PHRASE.encode())
        typed = PHRASE
    path.unlink()

    assert 0 == kept.run("recover", "--with", kind, stdin=typed.encode() + b"\n"), kept.err
    assert 0 == kept.run("secret", "get", KEY), kept.err


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["add", "shamir"], b"shares-missing"),
        (["add", "shamir", "--shares", "2", "--threshold", "3"], b"shares-invalid"),
        (["add", "shamir", "--shares", "99", "--threshold", "98"], b"shares-invalid"),
        (["add", "recovery", "--environment", "mars"], b"environment-unknown"),
        (["add", "smartcard"], b"usage"),
        (["remove", "ffff"], b"seal-unknown"),
        (["remove", ""], b"seal-unknown"),
        (["rotate", "zz"], b"seal-unknown"),
    ],
)
def test_bad_input_changes_nothing(kept: Terminal, argv: list[str], code: bytes) -> None:
    before = kept.json("seal", "list")

    assert 0 != kept.run("seal", *argv)
    assert code in kept.err
    assert before == kept.json("seal", "list")


def test_the_log_says_what_was_done_to_seals_and_keys(kept: Terminal) -> None:
    made = _added(kept, "recovery", "--environment", "development", "--log")
    assert 0 == kept.run("seal", "remove", str(made["id"]))
    assert 0 == kept.run("key", "rotate", "--environment", "staging")
    details = [entry["detail"] for entry in kept.json("audit", "list")]

    assert "recovery opens development, log, room" in [d.get("added") for d in details]
    assert "recovery opens development, log, room" in [d.get("removed") for d in details]
    changes = [d["change"] for d in details if d.get("object") == "staging"]
    assert {"AddKek", "Rewrap", "DestroyKek"} == set(changes)


def test_a_list_says_what_each_seal_opens(kept: Terminal) -> None:
    _added(kept, "recovery", "--environment", "development", "--log")
    assert 0 == kept.run("seal", "list")

    assert b"development, log, room" in kept.out
    _added(kept, "shamir", "--shares", "5", "--threshold", "3")
    assert 0 == kept.run("seal", "list")
    assert b"shamir, 3 of 5" in kept.out
    assert 1 == kept.out.count(b"*")
