"""What MariaDB and MySQL do alike, where their own tests do not show it."""

from dataclasses import replace

import pytest

from strongroom.rotation.rotators.interface import TargetDeniedError
from strongroom.rotation.rotators.mysql_family import end_sessions, quoted
from tests.rotation.rotators.test_mysql import a_bench


def test_a_session_that_has_gone_by_itself_is_no_error() -> None:
    server, _ = a_bench()
    server.sessions = {7: "app", 8: "app"}
    server.goes = {7}
    end_sessions(server, "app")
    assert server.sessions == {}


def test_a_session_that_may_not_be_ended_is_one() -> None:
    server, _ = a_bench()
    server.sessions = {7: "app"}
    server.ends = 1227
    with pytest.raises(TargetDeniedError):
        end_sessions(server, "app")


def test_who_uses_it_by_the_time_of_the_promotion() -> None:
    server, bench = a_bench()
    server.sessions = {7: "app", 8: "other"}
    old = bench.job.current
    assert old is not None
    for promoted_us, count in ((None, 1), (1_001_000_000, 1), (1_000_000_000, 0)):
        uses = bench.rotator.in_use(replace(bench.job, promoted_us=promoted_us), old)
        assert len(uses) == count
        assert all((use.who, use.last_us) == ("10.0.0.7", 1_000_000_000) for use in uses)


def test_literals_for_people() -> None:
    assert quoted("it's a \\") == "'it\\'s a \\\\'"
