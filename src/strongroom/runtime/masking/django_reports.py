"""Django's error pages and mails without values, by value and by name.

DEFAULT_EXCEPTION_REPORTER = "strongroom.runtime.masking.django_reports.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "strongroom.runtime.masking.django_reports.Filter"

Both: the filter sees variables before they are cut and broken over lines; the reporter sees what
no filter is asked about: the exception's text, lines of the source, the address.
"""

from typing import Any, Final

from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from strongroom.naming.classify import is_secret
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.masking.scrub import scrub

DEPTH_MAX: Final = 8


class Filter(SafeExceptionReporterFilter):  # type: ignore[misc] # Django is no dependency
    """Also where DEBUG is on: a page is copied into a ticket."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """A setting, a header or a cookie."""
        return scrub(MASKER, _by_name(key, super().cleanse_setting(key, value)))

    def get_post_parameters(self, request: Any) -> Any:
        """What a form sent."""
        found = super().get_post_parameters(request)
        made = found.copy()
        for key in found:
            values = found.getlist(key) if hasattr(found, "getlist") else [found[key]]
            clean = [scrub(MASKER, _by_name(key, value)) for value in values]
            if hasattr(made, "setlist"):
                made.setlist(key, clean)
            else:
                made[key] = clean[0]
        return made

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        """The variables of a function, and what stands under a secret's name inside of them."""
        found = super().get_traceback_frame_variables(request, tb_frame)
        return [(name, scrub(MASKER, _by_name(name, value))) for name, value in found]


class Reporter(ExceptionReporter):  # type: ignore[misc]
    """Masks the finished page and mail."""

    def get_traceback_html(self) -> str:
        """The page."""
        return MASKER.text(str(super().get_traceback_html()))

    def get_traceback_text(self) -> str:
        """The mail, and the page for programs."""
        return MASKER.text(str(super().get_traceback_text()))


def _by_name(name: Any, value: Any, depth: int = DEPTH_MAX) -> Any:
    """`value` without what stands under the name of a secret."""
    name = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    # What is only there or not says nothing of what it is.
    hidden = value is not None and not isinstance(value, bool)
    if hidden and isinstance(name, str) and is_secret(name):
        return SafeExceptionReporterFilter.cleansed_substitute
    if isinstance(value, dict) and depth:
        return {key: _by_name(key, inner, depth - 1) for key, inner in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [_by_name(name, inner, depth - 1) for inner in value]
    return value
