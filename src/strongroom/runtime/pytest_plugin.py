"""A test that shows a secret fails: `pytest -p strongroom.runtime.pytest_plugin`.

It knows what looks like a secret in the environment when the tests start, and whatever the process
learns to mask after that. What a failing test would print of one is masked in the report too.
"""

import os
from collections.abc import Generator

import pytest

from strongroom.runtime.masking import gather
from strongroom.runtime.masking.gather import Gathered
from strongroom.runtime.masking.known import MASKER


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001 - pytest's signature
    """Learn the values of the environment; files are left alone."""
    gather.from_environment(Gathered(MASKER), os.environ)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look through everything that the report would show."""
    report = yield
    found: dict[str, None] = {}
    sections = []
    for title, text in report.sections:
        found |= dict.fromkeys(f"{name} in {title}" for name in MASKER.names(text))
        sections.append((title, MASKER.text(text)))
    report.sections = sections
    shown = report.longreprtext
    found |= dict.fromkeys(f"{name} in the report of a failure" for name in MASKER.names(shown))
    if found:
        report.outcome = "failed"
        said = "\n".join(f"P-8.9: a secret was shown: {place}" for place in found)
        report.longrepr = "\n\n".join(filter(None, [MASKER.text(shown), said]))
    return report
