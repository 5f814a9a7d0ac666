from strongroom.notify import retry


def test_each_wait_is_longer_and_it_ends_within_two_days() -> None:
    at_us, waits = 0, []
    attempts = 0
    while True:
        attempts += 1
        then_us = retry.next_us(attempts, at_us)
        if then_us is None:
            break
        waits.append(then_us - at_us)
        at_us = then_us
    assert attempts == retry.ATTEMPTS_MAX == 8
    assert waits == sorted(waits)
    assert waits[0] == 60 * 1_000_000
    assert 24 * 60 * retry.MINUTE_US < at_us < 48 * 60 * retry.MINUTE_US


def test_what_was_never_tried_has_no_next_time() -> None:
    assert retry.next_us(0, 5) is None
