"""Tests for strongroom.rotation.group: who belongs to a group, why, and who comes first."""

from hypothesis import given
from hypothesis import strategies as st

from strongroom.rotation.group import Group, Known, Way, group, ready, stopped_by

E = "production"
MARK = b"m" * 32


def known(*of: Known) -> dict[str, Known]:
    return {one.address: one for one in of}


def a(
    name: str, target: str = "", *, to: str = "", parts: tuple[str, ...] = (), **more: object
) -> Known:
    return Known(
        f"{E}/{name}", target, frozenset(to.split()), parts=frozenset(f"{E}/{one}" for one in parts),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def whys(found: Group) -> dict[str, list[str]]:
    return {
        address.removeprefix(f"{E}/"): [str(why).replace(f"{E}/", "") for why in one.why]
        for address, one in found.members.items()
    }


def layers(found: Group) -> list[list[str]]:
    return [[one.removeprefix(f"{E}/") for one in layer] for layer in found.layers]


def of(*seeds: str, among: dict[str, Known], related: bool = True, **admins: str) -> Group:
    there = {target: f"{E}/{name}" for target, name in admins.items()}
    return group([f"{E}/{one}" for one in seeds], among, there, related=related)


SHOP = known(
    a("db/APP", "main", to="shop"), a("db/REPORT", "main"), a("db/ADMIN", "main", to="ops"),
    a("shop/KEY", to="shop"), a("shop/URL", parts=("db/APP",), composed=True),
    a("far/KEY", "elsewhere", to="other"), Known("staging/db/APP", "", frozenset({"shop"})),
)  # fmt: skip


def test_each_member_says_why_it_is_there() -> None:
    found = of("db/APP", among=SHOP, main="db/ADMIN")
    assert whys(found) == {
        "db/APP": ["asked for"],
        "db/ADMIN": ["admin credential of target main", "same target main"],
        "db/REPORT": ["same target main"],
        "shop/KEY": ["shared consumer shop"],
        "shop/URL": ["put together from db/APP"],
    }
    assert {one.address for one in found.members.values() if one.exposed} == {f"{E}/db/APP"}
    ways = {one.address.split("/", 1)[1]: one.way for one in found.members.values()}
    assert (ways["shop/KEY"], ways["shop/URL"]) == (Way.BY_HAND, Way.FOLLOWS)


def test_the_admin_credential_comes_first_and_composites_last() -> None:
    found = of("db/APP", among=SHOP, main="db/ADMIN")
    assert layers(found) == [["db/ADMIN", "shop/KEY"], ["db/APP", "db/REPORT"], ["shop/URL"]]


def test_what_is_known_to_be_out_does_not_wait_for_a_suspicion() -> None:
    near = of("db/APP", among=SHOP, main="db/ADMIN")
    assert stopped_by(near, f"{E}/db/APP", {f"{E}/db/ADMIN": False}) is None
    assert f"{E}/db/APP" in ready(near, {f"{E}/db/ADMIN": False}, set())
    out = of("db/APP", "db/ADMIN", among=SHOP, main="db/ADMIN")
    assert stopped_by(out, f"{E}/db/APP", {f"{E}/db/ADMIN": False}) == f"{E}/db/ADMIN"
    assert f"{E}/db/APP" not in ready(out, {f"{E}/db/ADMIN": False}, set())
    assert f"{E}/db/APP" in ready(out, {f"{E}/db/ADMIN": True}, set())


def test_whoever_has_an_admin_credential_has_what_it_opens() -> None:
    found = of("db/ADMIN", among=SHOP, main="db/ADMIN")
    assert whys(found)["db/REPORT"][0] == "at target main, whose admin credential is db/ADMIN"
    assert found.members[f"{E}/db/REPORT"].exposed
    # And so what shares a consumer with what it opens is near.
    assert whys(found)["shop/KEY"] == ["shared consumer shop"]


def test_a_composite_that_is_out_gives_its_parts_away_and_the_same_value_elsewhere() -> None:
    among = known(
        a("URL", parts=("PASSWORD", "gone"), composed=True), a("PASSWORD", "main", marks=frozenset({MARK})),
        a("COPY", marks=frozenset({MARK})), a("OTHER", "main"),
    )  # fmt: skip
    found = of("URL", among=among)
    assert whys(found) == {
        "URL": ["asked for", "put together from PASSWORD"],
        "PASSWORD": ["part of composite URL", "same value as COPY"],
        "COPY": ["same value as PASSWORD"],
        "OTHER": ["same target main"],
    }
    assert found.members[f"{E}/COPY"].exposed
    assert found.members[f"{E}/URL"].way is Way.FOLLOWS
    assert layers(found)[-1] == ["URL"]


def test_nearness_leads_no_further() -> None:
    among = known(
        a("A", "one", to="x"), a("B", "two", to="x y"), a("C", "three", to="y"), a("D", "two")
    )
    assert set(whys(of("A", among=among))) == {"A", "B"}
    assert MARK.hex() not in repr(a("A", marks=frozenset({MARK})))


def test_without_related_it_is_those_alone_in_their_order() -> None:
    found = of("db/APP", "db/ADMIN", among=SHOP, related=False, main="db/ADMIN")
    assert layers(found) == [["db/ADMIN"], ["db/APP"]]
    assert whys(found) == {"db/ADMIN": ["asked for"], "db/APP": ["asked for"]}


def test_a_circle_is_named_and_goes_one_by_one() -> None:
    """Each of two admin credentials is rotated with the other one."""
    among = known(a("ONE", "first"), a("TWO", "second"), a("APP", "first"))
    found = of("ONE", "TWO", among=among, first="TWO", second="ONE")
    assert [list(one) for one in found.circles] == [[f"{E}/ONE", f"{E}/TWO"]]
    assert layers(found) == [["ONE"], ["TWO"], ["APP"]]


def test_an_admin_credential_that_changes_itself_waits_for_nobody() -> None:
    found = of("db/ADMIN", among=SHOP, main="db/ADMIN")
    assert found.circles == ()
    assert "db/ADMIN" in layers(found)[0]


NAMES = [f"N{n}" for n in range(7)]


@st.composite
def houses(draw: st.DrawFn) -> tuple[dict[str, Known], dict[str, str], list[str]]:
    targets = draw(st.dictionaries(st.sampled_from(["s", "t", "u"]), st.sampled_from(NAMES)))
    of_them = [
        a(
            name, draw(st.sampled_from(["", "s", "t", "u"])), to=draw(st.sampled_from(["", "x", "y"])),
            parts=tuple(draw(st.sets(st.sampled_from(NAMES), max_size=2))),
            marks=frozenset(draw(st.sets(st.sampled_from([b"1", b"2"]), max_size=1))),
        )
        for name in NAMES
    ]  # fmt: skip
    seeds = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
    return known(*of_them), targets, seeds


@given(houses(), st.booleans(), st.data())
def test_everybody_gets_his_turn_or_is_stopped_by_a_name(
    house: tuple[dict[str, Known], dict[str, str], list[str]], related: bool, data: st.DataObject
) -> None:
    """However it is tied together: nobody is left out, comes twice, or waits for ever."""
    among, admins, seeds = house
    found = of(*seeds, among=among, related=related, **admins)
    assert sorted(one for layer in found.layers for one in layer) == sorted(found.members)
    place = {one: n for n, layer in enumerate(found.layers) for one in layer}
    assert all(place[n.address] < place[m.address] for m in found.members.values() for n in m.needs)
    settled: dict[str, bool] = {}
    while len(settled) < len(found.members):
        left = [one for one in found.members if one not in settled]
        stopped = [one for one in left if stopped_by(found, one, settled)]
        turn = ready(found, settled, set())
        assert not set(turn) & set(stopped)
        assert turn or stopped
        for one in stopped:
            settled[one] = False
        for one in turn:
            settled[one] = data.draw(st.booleans())
