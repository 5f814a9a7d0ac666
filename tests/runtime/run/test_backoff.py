from strongroom.runtime.run.backoff import QUIET_S, WAIT_MAX_S, Backoff


def test_the_first_restart_is_at_once_and_a_storm_is_slowed_down() -> None:
    backoff, now, waits = Backoff(), 100.0, []
    for _ in range(10):
        at = backoff.at(now)
        waits.append(at - now)
        now = at
        backoff.restarted(now)

    assert waits[0] == 0
    assert waits == sorted(waits)
    assert waits[1] == 1.0
    assert waits[-1] == WAIT_MAX_S


def test_after_a_quiet_time_it_is_at_once_again() -> None:
    backoff = Backoff()
    backoff.restarted(100.0)
    backoff.restarted(101.0)
    later = 101.0 + QUIET_S + WAIT_MAX_S + 1

    assert backoff.at(later) == later
