"""Against a stand-in that does as MySQL's manual says: shape only."""

from dataclasses import replace

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench, RotatorContract, no_wait, plain_draw
from strongroom.rotation.rotators import mysql
from strongroom.rotation.rotators.interface import (
    Credential,
    Job,
    Step,
    Target,
    TargetChangedError,
    TargetFullError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.mysql import MysqlRotator
from tests.rotation.rotators.mysql_stand_in import Account, StandIn

NOW = "current-password-of-the-test"


def a_bench(**options: str) -> tuple[StandIn, Bench]:
    server = StandIn({"app": Account(NOW), "root": Account("root-password-of-the-test")})
    job = Job(
        Target(
            "main", "127.0.0.1", options,
            {"username": "root", "password": "root-password-of-the-test"},
        ),
        "production/app/DATABASE", "database-password", {},
        Credential(1, {"username": "app", "password": NOW}), plain_draw, no_wait,
    )  # fmt: skip
    return server, Bench(MysqlRotator(server.connect), job, server.works, server.hold)


class TestDual(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench()[1]


class TestSingle(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(mode="single")[1]


def test_the_statements_are_those_of_the_manual() -> None:
    _, bench = a_bench()
    shown = [(one.step, one.text) for one in bench.rotator.statements(bench.job)]
    assert shown[1:] == [
        (Step.SET, "ALTER USER 'app'@'%' IDENTIFIED BY '<the new password>' RETAIN CURRENT PASSWORD"),
        (Step.TEST, "START TRANSACTION READ ONLY; SELECT 1"),
        (Step.RETIRE, "ALTER USER 'app'@'%' DISCARD OLD PASSWORD"),
        (Step.RETIRE, "KILL CONNECTION <each session of 'app'>"),
        (Step.UNDO, "ALTER USER 'app'@'%' IDENTIFIED BY '<the old password>'"),
        (Step.UNDO, "ALTER USER 'app'@'%' DISCARD OLD PASSWORD"),
    ]  # fmt: skip
    assert shown[0][0] is Step.SET


def test_retain_is_sent_once_however_often_set_is_called() -> None:
    """Twice would end the password that applications still use."""
    server, bench = a_bench()
    job = bench.set()
    bench.rotator.set(job)
    assert [statement for statement, _ in server.ran].count(mysql.RETAIN) == 1
    assert job.current is not None
    assert server.works(job.current)


def test_a_place_that_is_taken_is_said_to_be() -> None:
    server, bench = a_bench()
    server.accounts["app"].retained = "an-older-password-in-grace"
    with pytest.raises(TargetFullError) as caught:
        bench.set()
    assert caught.value.fix == "ALTER USER 'app'@'%' DISCARD OLD PASSWORD"
    assert [one.name for one in bench.rotator.doctor(bench.job) if not one.well] == [
        "second password"
    ]


def test_what_was_changed_by_hand_needs_a_person() -> None:
    server, bench = a_bench()
    server.accounts["app"].primary = "set-by-somebody-by-hand"
    with pytest.raises(TargetChangedError):
        bench.set()


def test_the_last_password_is_never_discarded() -> None:
    server, bench = a_bench()
    job = bench.minted()
    assert job.current is not None
    with pytest.raises(TargetChangedError):
        bench.rotator.retire(job, job.current)
    assert server.works(job.current)


def test_without_a_successor_nothing_is_left() -> None:
    server, bench = a_bench()
    old = bench.job.current
    assert old is not None
    for _ in range(2):
        bench.rotator.retire(bench.job, old)
        assert not server.works(old)


def test_an_error_of_the_server_is_one_of_the_interface() -> None:
    server, bench = a_bench()
    server.refuse = [1040]
    with pytest.raises(TargetUnreachableError):
        bench.set()
    server.refuse = [1040]
    assert not bench.rotator.doctor(bench.job)[-1].well


def test_two_passwords_need_an_admin() -> None:
    _, bench = a_bench()
    with pytest.raises(InvalidError):
        bench.rotator.check(replace(bench.job, target=replace(bench.job.target, admin=None)))
