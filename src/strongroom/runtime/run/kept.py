"""The values that an origin gave last, for a start while it is away."""

import time
from collections.abc import Iterable, Mapping
from typing import Final

from strongroom.runtime.last_good import LastGood
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.sealed import Kept

TRIES: Final = 50  # while another process writes
PAUSE_S: Final = 0.02


def keep(cache: LastGood, names: Iterable[str] | None, deliveries: Mapping[str, Delivery]) -> None:
    """What the origin said just now: values, and that it gives no other of `names`; None is all."""
    now = cache.now_us()
    asked = {name for name, every in cache.load() if not every} if names is None else set(names)
    said = {(name, False): Kept(now) for name in asked - deliveries.keys()}
    said |= {
        (d.name, False): Kept(now, ((d.version, d.text),), d.secret) for d in deliveries.values()
    }
    for _ in range(TRIES):
        if cache.store(said):
            return
        time.sleep(PAUSE_S)


def recall(
    cache: LastGood, names: Iterable[str] | None
) -> tuple[Mapping[str, Delivery], int] | None:
    """What may still serve, and how many seconds old the oldest of it is; None when nothing may."""
    wanted = None if names is None else set(names)
    found: dict[str, Delivery] = {}
    oldest = now = cache.now_us()
    for (name, every), one in cache.load().items():
        if every or not one.versions or (wanted is not None and name not in wanted):
            continue
        version, text = one.versions[0]
        found[name] = Delivery(name, text, version or 0, f"kept/{name}", secret=one.secret)
        oldest = min(oldest, one.at_us)
    return (found, max(0, now - oldest) // 1_000_000) if found else None
