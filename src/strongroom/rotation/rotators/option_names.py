"""Options of targets: one that nobody reads is a slip of the pen, and may be about TLS.

What a rotator reads stands in its `options`; what every rotator is told, here.
"""

import re
from collections.abc import Iterable
from typing import Final

from strongroom.errors import InvalidError
from strongroom.rotation.rotators.interface import Job, Rotator

# What the engine reads of every target: how long a new value is known before it counts.
GENERAL: Final = frozenset({"lead_s"})
# What the engine tells rotators in the same place. Nobody else may.
TOLD: Final = frozenset({"grace_s"})
_SHOWN: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")  # longer ones may be a value in the wrong place


def given(rotator: Rotator, names: Iterable[str]) -> None:
    """Refuse names of options that people gave and `rotator` does not read.

    Raises:
        InvalidError: `target-option`.
    """
    if rotator.options is not None:
        _refuse(set(names) - rotator.options - GENERAL, rotator.options)


def read(job: Job, known: frozenset[str]) -> None:
    """Refuse options of a job that are none of `known`, for a rotator's own `check`.

    Raises:
        InvalidError: `target-option`.
    """
    _refuse({*job.target.options, *job.options} - known - GENERAL - TOLD, known)


def _refuse(strange: set[str], known: frozenset[str]) -> None:
    if not strange:
        return
    shown = sorted(name for name in strange if _SHOWN.fullmatch(name))
    said = ", ".join(shown) if len(shown) == len(strange) else f"{len(strange)} of the options"
    raise InvalidError(
        "target-option",
        f"this rotator does not read: {said}",
        fix=f"one of: {', '.join(sorted(known | GENERAL))}",
    )
