"""Hooks of other tools that take an event and give one back: structlog, Sentry, GitHub Actions."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from strongroom.errors import UsageError
from strongroom.forms import CHARS_MIN
from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.scrub import scrub


def structlog_processor(masker: Masker) -> Callable[[Any, str, Any], Any]:
    """A processor that stands last, behind the renderer: tracebacks are made there.

    It takes what a renderer gives, text or bytes, and a dictionary of events as well.
    """

    def process(logger: Any, method: str, event: Any) -> Any:  # noqa: ARG001 - structlog's signature
        return scrub(masker, event)

    return process


def sentry_hook(masker: Masker) -> Callable[[Any, Any], Any]:
    """For `before_send`, `before_send_transaction`, `before_send_log` and `before_breadcrumb`.

    Set `include_local_variables=False` as well: a value in a variable was perhaps never known.
    """

    def before_send(event: Any, hint: Any) -> Any:  # noqa: ARG001 - Sentry's signature
        return scrub(masker, event)

    return before_send


def github_masks(values: Iterable[str], environ: Mapping[str, str] = os.environ) -> str:
    """Commands that make GitHub's runner hide `values`: one for each line of a value.

    Printing them is how it is told, so this is for a job's own log only.

    Raises:
        UsageError: `not-in-github-actions`: anywhere else the values would be shown.
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        raise UsageError(
            "not-in-github-actions", "the commands of GitHub Actions show values anywhere else"
        )
    # The runner takes one line; of a value with more it would hide the first only.
    lines = (line.strip() for value in values for line in value.splitlines())
    return "".join(
        f"::add-mask::{_escaped(line)}\n" for line in dict.fromkeys(lines) if len(line) >= CHARS_MIN
    )


def _escaped(line: str) -> str:
    return line.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
