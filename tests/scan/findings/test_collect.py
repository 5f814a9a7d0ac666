"""Tests for strongroom.scan.findings.collect."""

from itertools import permutations

from tests.scan.findings.build import RULES, hit, piece, token

from strongroom.scan.findings import collect, found
from strongroom.scan.findings.collect import Collector
from strongroom.scan.findings.found import Found
from strongroom.scan.model import Confidence, Medium, Validity
from strongroom.scan.sources.attribution import Seen


def at(
    secret: bytes, path: str, rule: str = "acme-token", oid: str = "", tail: bytes = b""
) -> list[Found]:
    text = piece(
        b"x\nkey = '" + secret + b"'" + tail, path, Medium.BLOB if oid else Medium.FILE, oid
    )
    return found.of(text, [hit(text, secret, rule)], keep=True)


def test_one_secret_is_one_leak_with_all_its_places() -> None:
    one, two = token(), token()
    every = [*at(one, "b.py"), *at(one, "a.py"), *at(two, "a.py"), *at(one, "a.py")]
    leaks = collect.collect(every, RULES)

    assert 2 == len(leaks)
    assert {("a.py", "b.py"), ("a.py",)} == {tuple(p.path for p in leak.places) for leak in leaks}
    assert one.decode() not in repr(leaks)


def test_a_file_that_is_named_by_a_secret_does_not_show_it_at_any_place() -> None:
    one, two = token(), token()
    name = f"keys/{one.decode()}.txt"
    leaks = collect.collect([*at(one, "a.py"), *at(one, name), *at(two, name)], RULES)

    assert one.decode() not in repr(leaks)
    assert {"a.py", "keys/********.txt"} == {p.path for leak in leaks for p in leak.places}


def called(secret: bytes, name: bytes, rule: str = "acme-token") -> list[Found]:
    names = piece(b"other/name\n" + name + b"\nlast", "", Medium.FILE_NAME)
    return found.of(names, [hit(names, secret, rule)], keep=True)


def test_a_name_is_a_place_of_its_own_and_what_is_below_it_is_none() -> None:
    one = token()
    first, second = (called(one, b"keys/" + one + b"/" + name) for name in (b"a", b"b/c"))
    (leak,) = collect.collect([*first, *second], RULES)

    assert ["keys/********/"] == [place.path for place in leak.places]


def test_a_short_secret_that_names_a_file_is_covered_in_all_of_them() -> None:
    short, one = b"hunter2", token()
    every = [*called(short, b"pw=hunter2.txt"), *at(one, "pw=hunter2.txt")]
    leaks = collect.collect(every, RULES)

    assert ["pw=********.txt"] * 2 == [p.path for leak in leaks for p in leak.places]


def test_what_is_called_by_a_secret_elsewhere_is_covered_too() -> None:
    one = token()
    collector = Collector(RULES)
    collector.add(at(one, "a.py"))
    cover = collector.cover(["a", f"{one.decode()}.png"])

    assert cover is not None
    assert "********.png" == cover(f"{one.decode()}.png")
    assert collector.cover(["a", "b"]) is None


def test_a_packages_version_in_a_name_is_no_password() -> None:
    made = called(b"4.13", b"passwd_1%3a4.13.deb", "generic-secret")
    decoded = made[0]._replace(place=made[0].place._replace(via=("percent",)))

    assert 1 == len(collect.collect(made, RULES))
    assert () == collect.collect([decoded], RULES)


def test_a_rule_for_some_files_is_for_their_names_alone() -> None:
    one = token()
    rules = {"acme-token": RULES["acme-token"]._replace(paths=("*.env",))}

    assert () == collect.collect(called(one, one + b".txt"), rules)
    assert 1 == len(collect.collect(called(one, one + b".env"), rules))


def test_the_most_specific_rule_names_it_in_any_order() -> None:
    one = token()
    every = [
        *at(one, "a.py", "generic-secret"),
        *at(one, "a.py"),
        *at(one, "b.py", "generic-secret"),
    ]
    made = {collect.collect(order, RULES) for order in permutations(every)}
    ((leak,),) = made

    assert "acme-token" == leak.rule
    assert ("generic-secret",) == leak.related
    assert (Confidence.HIGH, Validity.WELL_FORMED) == (leak.confidence, leak.validity)
    assert "Acme, settings" == leak.remedy


def test_a_history_is_told_oldest_first_and_versions_of_a_line_are_one_place() -> None:
    one = token()
    every = [f for oid in ("aa", "bb", "cc") for f in at(one, "", oid=oid)]
    seen = {
        "aa": [Seen("c3", "Ada", 3_000_000, "x.py")],
        "bb": [Seen("c1", "Ada", 1_000_000, "x.py"), Seen("c2", "Bob", 2_000_000, "y.py")],
    }
    (leak,) = collect.collect(every, RULES, seen=seen)

    assert [("x.py", "c1", 2), ("y.py", "c2", 1), ("", "", 1)] == [
        (p.path, p.commit, p.versions) for p in leak.places
    ]


def test_a_note_is_a_blob_until_it_is_known_as_one() -> None:
    seen = {"aa": [Seen("c", "A", 1, "0123", Medium.NOTE)]}
    (leak,) = collect.collect(at(token(), "", oid="aa"), RULES, seen=seen)

    assert Medium.NOTE == leak.places[0].medium


def test_what_is_inside_of_an_archive_keeps_its_way() -> None:
    (leak,) = collect.collect(
        at(token(), "!in.txt", oid="aa"), RULES, seen={"aa": [Seen("c", "A", 1, "x.zip")]}
    )

    assert "x.zip!in.txt" == leak.places[0].path


def test_a_name_in_an_archive_of_a_history_keeps_its_way() -> None:
    secret = token()
    text = piece(b"!d/" + secret, "", Medium.FILE_NAME, "aa")
    every = found.of(text, [hit(text, secret, "acme-token")])
    (leak,) = collect.collect(every, RULES, seen={"aa": [Seen("c", "A", 1, "x.zip")]})

    assert ("x.zip!d/********", "c") == (leak.places[0].path, leak.places[0].commit)


def test_an_author_who_is_called_by_a_secret_is_covered() -> None:
    secret = token()
    seen = {"aa": [Seen("c", f"Ada {secret.decode()}", 1, "x.py")]}
    (leak,) = collect.collect(at(secret, "", oid="aa"), RULES, seen=seen)

    assert "Ada ********" == leak.places[0].author


def test_a_marked_place_does_not_count_and_the_others_do() -> None:
    one, two = token(), token()
    mark = b" # strongroom:allow a test"
    every = [*at(one, "a.py", tail=mark), *at(one, "b.py"), *at(two, "a.py", tail=mark)]
    (leak,) = collect.collect(every, RULES)

    assert ["b.py"] == [place.path for place in leak.places]


def test_a_mark_speaks_for_all_versions_of_its_file() -> None:
    one = token()
    every = [*at(one, "", oid="aa"), *at(one, "", oid="bb", tail=b" # strongroom:allow a test")]
    seen = {oid: [Seen(f"c{oid}", "A", 1, "x.py")] for oid in ("aa", "bb")}
    collector = Collector(RULES)
    collector.add(every)
    (one_of,) = collector.gathered(seen)

    assert one_of.allowed
    assert frozenset({"aa", "bb"}) == collector.oids()


def test_the_rules_own_exceptions_are_asked_with_path_and_commit() -> None:
    one = token()
    collector = Collector(RULES, passes=lambda _, place: place.path == "a.py")
    collector.add([*at(one, "a.py"), *at(one, "b.py")])
    (leak,) = (g.leak for g in collector.gathered())

    assert ["b.py"] == [place.path for place in leak.places]


def test_values_are_kept_where_they_are_asked_for() -> None:
    one = token()
    collector = Collector(RULES)
    collector.add(at(one, "a.py"))

    assert b"" == collector.gathered()[0].secret
    assert one == collector.gathered(values=True)[0].secret
    assert one.decode() not in repr(collector.gathered(values=True))


def test_places_are_bounded_and_the_rest_counted() -> None:
    one = token()
    (first,) = at(one, "a.py")
    places = [
        first._replace(place=first.place._replace(line=n)) for n in range(collect.PLACES_MAX + 5)
    ]
    collector = Collector(RULES)
    collector.add(places)
    (made,) = collector.gathered()

    assert collect.PLACES_MAX == len(made.leak.places)
    assert 6 == made.leak.places[-1].versions
    assert 1 == len(collector)


def test_a_rule_for_some_files_is_asked_again_when_a_blob_has_its_path() -> None:
    one, two = token(), token()
    rules = {**RULES, "acme-token": RULES["acme-token"]._replace(paths=(".npmrc",))}
    every = [*at(one, "", oid="aa"), *at(two, "", oid="bb")]
    seen = {
        "aa": [Seen("c1", "Ada", 1, "web/.npmrc"), Seen("c1", "Ada", 1, "web/forms.py")],
        "bb": [Seen("c1", "Ada", 1, "web/forms.py")],
    }
    (leak,) = collect.collect(every, rules, seen=seen)

    assert ["web/.npmrc"] == [place.path for place in leak.places]
    assert 2 == len(collect.collect(every, rules))  # unattributed, they are for every rule
