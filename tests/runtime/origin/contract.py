"""What every origin keeps: inherited by the tests of each, which say how to make one."""

import pytest

from strongroom.runtime.origin.interface import Origin


class Keeper:
    """The other side of an origin under test: who writes what the origin then delivers."""

    def put(self, name: str, text: str) -> int:
        """Make `text` the current version of what the application calls `name`."""
        raise NotImplementedError

    def used(self) -> dict[str, dict[str, int]]:
        """What was acknowledged, by instance."""
        raise NotImplementedError


class OriginContract:
    """Fixtures `origin` and `keeper` come from the class that inherits."""

    acknowledges = True

    def test_a_name_that_is_not_there_is_not_in_the_answer(
        self, origin: Origin, keeper: Keeper
    ) -> None:
        keeper.put("SECRET_KEY", "first-text")
        assert set(origin.fetch(["SECRET_KEY", "ABSENT"])) == {"SECRET_KEY"}

    def test_the_current_version_is_delivered(self, origin: Origin, keeper: Keeper) -> None:
        keeper.put("SECRET_KEY", "first-text")
        number = keeper.put("SECRET_KEY", "second-text")
        found = origin.fetch(["SECRET_KEY"])["SECRET_KEY"]
        assert (found.text, found.version, found.current) == ("second-text", number, True)

    def test_all_are_delivered_when_none_is_named(self, origin: Origin, keeper: Keeper) -> None:
        keeper.put("SECRET_KEY", "first-text")
        keeper.put("API_KEY", "other-text")
        assert {name: one.text for name, one in origin.fetch().items()} == {
            "SECRET_KEY": "first-text",
            "API_KEY": "other-text",
        }

    def test_versions_begin_with_the_current_one_and_go_on_with_those_in_grace(
        self, origin: Origin, keeper: Keeper
    ) -> None:
        numbers = [keeper.put("SECRET_KEY", f"text-{n}") for n in range(2)]
        found = origin.versions("SECRET_KEY")
        assert [one.text for one in found] == ["text-1", "text-0"]
        assert [one.version for one in found] == numbers[::-1]
        assert [one.current for one in found] == [True, False]
        assert origin.versions("ABSENT") == ()

    def test_the_mark_changes_with_what_is_kept_and_only_then(
        self, origin: Origin, keeper: Keeper
    ) -> None:
        keeper.put("SECRET_KEY", "first-text")
        before = origin.mark()
        assert origin.mark() == before
        keeper.put("SECRET_KEY", "second-text")
        assert origin.mark() != before

    def test_no_representation_shows_a_value(self, origin: Origin, keeper: Keeper) -> None:
        keeper.put("SECRET_KEY", "first-text")
        found = origin.fetch()["SECRET_KEY"]
        assert "first-text" not in f"{found!r} {found} {origin!r} {origin.label}"

    def test_what_is_acknowledged_replaces_what_was_said_before(
        self, origin: Origin, keeper: Keeper
    ) -> None:
        if not self.acknowledges:
            return
        keeper.put("SECRET_KEY", "first-text")
        second = keeper.put("SECRET_KEY", "second-text")
        origin.acknowledge("node-1", {"SECRET_KEY": second - 1})
        origin.acknowledge("node-2", {"SECRET_KEY": second - 1})
        origin.acknowledge("node-1", {"SECRET_KEY": second})
        assert keeper.used() == {
            "node-1": {"SECRET_KEY": second},
            "node-2": {"SECRET_KEY": second - 1},
        }
        origin.acknowledge("node-2", {})
        assert set(keeper.used()) == {"node-1"}

    def test_a_closed_origin_opens_again(self, origin: Origin, keeper: Keeper) -> None:
        keeper.put("SECRET_KEY", "first-text")
        origin.close()
        assert origin.fetch(["SECRET_KEY"])["SECRET_KEY"].text == "first-text"
        origin.close()
        with pytest.raises(KeyError):
            _ = origin.fetch([])["SECRET_KEY"]
