"""Tests for strongroom.runtime.dates."""

from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime import dates
from strongroom.runtime.dates import Levels
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.problems import Level

DUE = 1_790_000_000_000_000
END = DUE + 86_400_000_000
DELIVERY = Delivery("KEY", "fake", 3, "production/a", due_us=DUE, expires_us=END)


def said(now_us: int, told: Levels | None = None, delivery: Delivery = DELIVERY) -> list[str]:
    return [str(p) for p in dates.problems("KEY", delivery, told or Levels(), now_us)]


def test_overdue_warns_and_expired_is_an_error_and_said_alone() -> None:
    """P-1.8, P-1.9, C-10: a calendar takes no production down, the end of a value does."""
    assert said(DUE - 1) == []
    assert said(DUE) == ["KEY was to be rotated by 2026-09-21 (P-1.9, warning)"]
    assert said(END - 1) == said(DUE)
    assert said(END) == ["KEY expired on 2026-09-22 (P-1.8)"]
    nothing = Delivery("KEY", "fake", 3, "production/a")
    assert said(END, delivery=nothing) == []


def test_how_bad_it_is_can_be_said(tmp_path: Path) -> None:
    production, laptop = Environment("production"), Environment("dev")
    assert dates.levels(production, tmp_path) == Levels()
    assert dates.levels(laptop, tmp_path) == Levels(Level.WARNING, Level.WARNING)
    file = tmp_path / "strongroom.toml"
    file.write_text("[validate]\nexpired = 'warning'\noverdue = 'ignore'\n")
    told = dates.levels(production, tmp_path)
    assert told == Levels(Level.WARNING, None)
    assert said(DUE, told) == []
    assert said(END, told) == ["KEY expired on 2026-09-22 (P-1.8, warning)"]
    assert said(END, Levels(None, Level.ERROR)) == []
    for text in ("expired = 'fatal'", "expired = 3", "other = 'error'"):
        file.write_text(f"[validate]\n{text}\n")
        with pytest.raises(ConfigError) as caught:
            dates.levels(production, tmp_path)
        assert caught.value.code == "validate-invalid"
