"""Tests for strongroom.ops.scan."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.scan.build import token
from tests.scan.repos import ENVIRON, commit, git, repository

from strongroom.errors import ConfigError, NotFoundError
from strongroom.ops import scan as ops
from strongroom.ops import scan_source as sources
from strongroom.ops.scan import Outcome, ScanRequest
from strongroom.ops.scan_source import Chosen
from strongroom.scan.findings import baseline
from strongroom.scan.findings.baseline import Entry
from strongroom.scan.findings.fingerprint import COMMON_KEY
from strongroom.scan.model import Confidence, NotScanned

TODAY = date(2026, 11, 30)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = repository(tmp_path / "work")
    monkeypatch.chdir(folder)
    return folder


def run(chosen: Chosen, **more: object) -> Outcome:
    told = {"rules": sources.project(chosen).rules or Path(".strongroom-scan.toml")} | more
    return ops.scan(
        ScanRequest(
            chosen.source, chosen.what, TODAY, chosen.repository, chosen.revisions,
            chosen.reachable, empty=chosen.empty, whole=chosen.whole,
            **told,  # type: ignore[arg-type]
        )
    )  # fmt: skip


def test_a_folder(work: Path) -> None:
    one = token()
    (work / "a.py").write_text(f"k = '{one}'\n")
    outcome = run(sources.folder([], work))
    (leak,) = outcome.report.leaks

    assert ("acme-token", "Acme token", "a.py") == (leak.rule, leak.title, leak.places[0].path)
    assert (1, False) == (outcome.report.rules, outcome.nothing)
    assert one not in repr(outcome)


def test_a_secret_that_names_a_file_is_found_and_never_shown(work: Path) -> None:
    one, two = token(), token()
    (work / f"{one}.txt").write_text("nothing\n")
    (work / two).mkdir()
    (work / two / "node_modules").mkdir()
    outcome = run(sources.folder([], work))

    assert {"********.txt", "********/"} == {
        place.path for leak in outcome.report.leaks for place in leak.places
    }
    assert "********/node_modules" in {gap.path for gap in outcome.report.not_scanned}
    assert one not in repr(outcome)
    assert two not in repr(outcome)
    by_name = run(sources.folder([Path(f"{one}.txt")], work))
    assert "folder ********.txt" == by_name.report.what
    assert one not in repr(by_name)


def test_names_are_counted_with_the_files_that_they_are_of(work: Path) -> None:
    assert 1 == run(sources.folder([Path(".strongroom-scan.toml")], work)).report.items
    (work / "empty").mkdir()
    (work / "empty" / "link").symlink_to("x")
    assert run(sources.folder([Path("empty")], work)).nothing


def test_a_history_is_attributed_and_the_unreachable_told_of(work: Path) -> None:
    one, two = token(), token()
    first = commit(work, "a.py", f"k = '{one}'\n")
    commit(work, "a.py", f"k = '{one}'  \n\nmore\n")
    git(work, "checkout", "-q", "--detach")
    commit(work, "b.py", two)
    git(work, "checkout", "-q", "main")
    git(work, "reflog", "expire", "--expire=all", "--all")
    outcome = run(sources.history(work, ENVIRON))
    (leak,) = outcome.report.leaks
    (place,) = leak.places

    assert (first, "Ada", "a.py", 2) == (place.commit, place.author, place.path, place.versions)
    assert "1 more in what no branch or tag reaches" in outcome.report.warnings[0]
    assert 2 == len(run(sources.history(work, ENVIRON, unreachable=True)).report.leaks)


def test_what_a_broken_history_hides_is_no_leak_less(work: Path) -> None:
    first = commit(work, "a.py", "nothing\n")
    commit(work, "b.py", f"k = '{token()}'\n")
    commit(work, "c.py", "nothing more\n")
    (work / ".git" / "objects" / first[:2] / first[2:]).unlink()
    outcome = run(sources.history(work, ENVIRON))

    assert 1 == len(outcome.report.leaks)
    assert "history-broken" in {one.code for one in outcome.gaps}


def test_rules_that_leave_nothing_to_look_for_are_refused(work: Path) -> None:
    (work / "a.py").write_text("nothing\n")
    (work / "empty.toml").write_text("extend = false\n")
    (work / "foreign.toml").write_text('[[rules]]\nid = "x"\nregex = "(a+)+$"\n')

    for name in ("empty.toml", "foreign.toml"):
        with pytest.raises(ConfigError, match="no rule to look for"):
            run(sources.folder([], work), rules=Path(name))


def test_a_range_and_both_sides_of_a_push(work: Path) -> None:
    commit(work, "old.py", token())
    new = commit(work, "new.py", token())
    zeros = "0" * 40
    old = git(work, "rev-parse", "HEAD~")
    git(work, "update-ref", "refs/remotes/origin/main", old)
    by_range = run(sources.history(work, ENVIRON, "HEAD~..HEAD"))
    pushed = run(sources.pre_push(work, ENVIRON, [f"r {new} r {zeros}"], "origin"))
    git(work, "update-ref", "refs/heads/main", old)
    received = run(sources.pre_receive(work, ENVIRON, [f"{old} {new} refs/heads/main"]))

    for outcome in (by_range, pushed, received):
        (leak,) = outcome.report.leaks
        assert [("new.py", new)] == [(place.path, place.commit) for place in leak.places]


def test_what_is_staged(work: Path) -> None:
    commit(work, "a.py", f"{token()}\n" * 30)
    assert () == run(sources.staged(work, ENVIRON)).report.leaks
    with (work / "a.py").open("a") as stream:
        stream.write(f"x = '{token()}'\n")
    git(work, "add", "a.py")
    outcome = run(sources.staged(work, ENVIRON))

    assert [31] == [leak.places[0].line for leak in outcome.report.leaks]
    assert 1 == outcome.report.items


def test_a_history_of_which_nothing_can_be_read_is_no_scan(work: Path) -> None:
    commit(work, "a.py", f"{token()}\n")
    git(work, "gc", "-q")
    (pack,) = (work / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:12] + b"\xff" * (pack.stat().st_size - 12))
    outcome = run(sources.history(work, ENVIRON))

    assert outcome.gaps
    assert outcome.nothing


def test_a_baseline_accepts_expires_and_says_what_it_is_not_used_for(work: Path) -> None:
    (work / "a.py").write_text(f"{token()}\n{token()}\n")
    chosen = sources.folder([], work)
    one, two = run(chosen).report.leaks
    entries = (
        Entry(one.fingerprint, one.rule, "a test"),
        Entry(two.fingerprint, two.rule, "a test", expires=date(2026, 1, 1)),
        Entry("0" * 32, "acme-token", "gone"),
    )
    report = run(chosen, baseline=entries).report

    assert ((two,), one) == (report.leaks, report.accepted[0].leak)
    assert ["expired", "fits nothing"] == [
        word for word, said in zip(("expired", "fits nothing"), report.warnings, strict=True)
        if word in said
    ]  # fmt: skip


def test_marks_allow_and_poor_ones_are_told(work: Path) -> None:
    (work / "a.py").write_text(f"{token()} # strongroom:allow\n")
    report = run(sources.folder([], work)).report

    assert (0, 1) == (len(report.leaks), len(report.allowed))
    assert ("a.py:1: strongroom:allow gives no reason",) == report.warnings


def test_exceptions_of_the_rules_file(work: Path) -> None:
    with (work / ".strongroom-scan.toml").open("a") as stream:
        stream.write('[[allow]]\nreason = "made up"\npaths = ["t/**"]\n')
    one = token()
    for name in ("t/a.py", "b.py"):
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(one)
    (leak,) = run(sources.folder([], work)).report.leaks

    assert ["b.py"] == [place.path for place in leak.places]


def test_rules_are_chosen_by_id_and_by_confidence(work: Path) -> None:
    (work / "a.py").write_text(token())
    chosen = sources.folder([], work)

    assert 1 == len(run(chosen, only=frozenset({"acme-token"})).report.leaks)
    assert not run(chosen, skip=frozenset({"acme-token"})).report.leaks
    assert not run(chosen, min_confidence=Confidence.CERTAIN).report.leaks
    with pytest.raises(NotFoundError) as caught:
        run(chosen, only=frozenset({"acme-tokn"}))
    assert "scan-rule-unknown" == caught.value.code


def test_values_come_where_they_are_asked_for(work: Path) -> None:
    one = token()
    (work / "a.py").write_text(one)
    outcome = run(sources.folder([], work), values=True)

    assert [one.encode()] == list(outcome.values.values())
    assert one not in repr(outcome)


def test_nothing_and_gaps_are_no_success(work: Path) -> None:
    (work / "empty").mkdir()
    nothing = run(sources.folder([Path("empty")], work))
    gap = Outcome(nothing.report, (NotScanned("a", "path-unreadable", "w"),))
    codes = [
        error.code if (error := ops.nothing_scanned(one, strict=strict)) else None
        for one in (nothing, gap)
        for strict in (False, True)
    ]

    assert ["scan-nothing-scanned", "scan-nothing-scanned", None, "scan-incomplete"] == codes
    assert ops.nothing_scanned(run(sources.staged(work, ENVIRON)), strict=True) is None


def test_the_key_of_fingerprints(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("0123456789abcdef\n")

    assert COMMON_KEY == ops.key({})
    assert b"0123456789abcdefg" == ops.key({ops.KEY: "0123456789abcdefg"})
    assert b"0123456789abcdef" == ops.key({ops.KEY_FILE: str(tmp_path / "key")})
    request = sources.folder([], tmp_path)
    assert "abcdefg" not in repr(ops.ScanRequest(request.source, request.what, key=b"abcdefg" * 3))
    for wrong in ({ops.KEY: "short"}, {ops.KEY_FILE: str(tmp_path)}):
        with pytest.raises(ConfigError):
            ops.key(wrong)


def test_whether_rules_are_compiled(work: Path, tmp_path: Path) -> None:
    chosen = sources.folder([], work)
    request = ScanRequest(
        chosen.source, "x", rules=work / ".strongroom-scan.toml", cache=tmp_path / "cache"
    )
    (work / "a").write_text("a")

    assert "once" in ops.compiling(request)
    ops.scan(request)
    assert ops.compiling(request) == ""
    assert request.cache is not None
    request.cache.chmod(0o755)
    assert f"chmod 700 {request.cache}\n" in ops.compiling(request)


def test_where_compiled_rules_are_kept() -> None:
    assert Path("/c/strongroom/scan") == ops.cache({"XDG_CACHE_HOME": "/c", "HOME": "/h"})
    assert Path("/h/.cache/strongroom/scan") == ops.cache({"HOME": "/h"})
    assert ops.cache({"XDG_CACHE_HOME": "relative"}) is None
    assert 3 == ops.jobs(3)
    assert 1 <= ops.jobs(None) <= len(os.sched_getaffinity(0))


def test_a_baseline_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "b"
    path.write_text(baseline.render([Entry("0" * 32, "r", "x")]))

    assert 1 == len(ops.read_baseline(path, must=True))
    assert () == ops.read_baseline(tmp_path / "none", must=False)
    with pytest.raises(NotFoundError):
        ops.read_baseline(tmp_path / "none", must=True)
    for wrong in (tmp_path, Path("/dev/zero")):
        with pytest.raises(ConfigError):
            ops.read_baseline(wrong, must=True)


def _blob(work: Path, text: str) -> str:
    (work.parent / "blob").write_text(text)
    return git(work, "hash-object", "-w", str(work.parent / "blob"))


def _message_of_nothing(work: Path, one: str) -> None:
    git(work, "commit", "-q", "--allow-empty", "-m", f"hi, {one}")


def _message_of_what_only_goes(work: Path, one: str) -> None:
    git(work, "rm", "-q", "b")
    git(work, "commit", "-qm", f"without {one}")


def _author_with_a_mark(work: Path, one: str) -> None:
    (work / "c").write_text(f"k = '{one}'\n")
    git(work, "add", "c")
    git(work, "commit", "-qm", "c", environ=ENVIRON | {"GIT_AUTHOR_NAME": "J\x01D"})


def _light_tag_of_a_blob(work: Path, one: str) -> None:
    git(work, "tag", "t", _blob(work, one))


def _tag_of_a_blob(work: Path, one: str) -> None:
    git(work, "tag", "-am", "hi", "t", _blob(work, one))


def _tag_behind_a_tag(work: Path, one: str) -> None:
    git(work, "tag", "-am", one, "inner")
    git(work, "tag", "-am", "outer", "outer", "inner")
    git(work, "tag", "-d", "inner")


def _tag_elsewhere(work: Path, one: str) -> None:
    git(work, "tag", "-am", one, "inner")
    git(work, "update-ref", "refs/releases/1", git(work, "rev-parse", "inner"))
    git(work, "tag", "-d", "inner")


def _replacement(work: Path, one: str) -> None:
    git(work, "replace", git(work, "rev-parse", "HEAD:b"), _blob(work, one))


def _grafted(work: Path, one: str) -> None:
    commit(work, "c", f"k = '{one}'\n")
    git(work, "rm", "-q", "c")
    git(work, "commit", "-qm", "gone")
    commit(work, "d", "d\n")
    (work / ".git/info").mkdir(exist_ok=True)
    (work / ".git/info/grafts").write_text(f"{git(work, 'rev-parse', 'HEAD')}\n")
    git(work, "reflog", "expire", "--expire=now", "--all")


@pytest.mark.parametrize(
    "make",
    [
        _message_of_nothing, _message_of_what_only_goes, _author_with_a_mark, _light_tag_of_a_blob,
        _tag_of_a_blob, _tag_behind_a_tag, _tag_elsewhere, _replacement, _grafted,
    ],
)  # fmt: skip
def test_whatever_a_reference_reaches_is_told_of(
    work: Path, make: Callable[[Path, str], None]
) -> None:
    one = token()
    commit(work, "b", "b\n")
    make(work, one)
    outcome = run(sources.history(work, ENVIRON))

    assert [1] == [len(leak.places) for leak in outcome.report.leaks]
    assert () == outcome.report.warnings


@pytest.mark.parametrize("packed", [False, True])
def test_wide_text_behind_text_is_seen_wherever_git_keeps_it(work: Path, packed: bool) -> None:
    text = b"line of text here\n" * 600 + f"k = '{token()}'\n".encode("utf-16-le")
    (work / "log").write_bytes(text)
    git(work, "add", ".")
    git(work, "commit", "-qm", "log")
    if packed:
        git(work, "gc", "-q")

    assert 1 == len(run(sources.history(work, ENVIRON)).report.leaks)
