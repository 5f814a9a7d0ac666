"""OpenTelemetry without values: exporters around the exporters of the SDK.

A span is read-only when processors see its end, and processors stand beside one another; the last
place that everything passes, and where it may be copied, is the exporter.
"""

from collections.abc import Sequence
from typing import Any, Final

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.context import Context
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    Status,
    TraceState,
    get_current_span,
    set_span_in_context,
)

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.scrub import scrub

FLUSH_MS: Final = 30_000


class MaskingSpanExporter(SpanExporter):  # type: ignore[misc] # the SDK is no dependency
    """`BatchSpanProcessor(MaskingSpanExporter(exporter, MASKER))`.

    Names, attributes, events with their exceptions, links, the status, the resource, the scope and
    the trace state.
    """

    def __init__(self, inner: Any, masker: Masker) -> None:
        self._inner = inner
        self._masker = masker

    def export(self, spans: Sequence[Any]) -> Any:
        """As the exporter inside answers."""
        return self._inner.export([_span(self._masker, span) for span in spans])

    def shutdown(self) -> None:
        """As the exporter inside."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = FLUSH_MS) -> bool:
        """As the exporter inside answers."""
        return bool(self._inner.force_flush(timeout_millis))


class MaskingLogExporter(LogRecordExporter):  # type: ignore[misc]
    """`BatchLogRecordProcessor(MaskingLogExporter(exporter, MASKER))`."""

    def __init__(self, inner: Any, masker: Masker) -> None:
        self._inner = inner
        self._masker = masker

    def export(self, batch: Sequence[Any]) -> Any:
        """As the exporter inside answers."""
        return self._inner.export([_record(self._masker, one) for one in batch])

    def shutdown(self) -> None:
        """As the exporter inside."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = FLUSH_MS) -> bool:
        """As the exporter inside answers, if it does."""
        flush = getattr(self._inner, "force_flush", None)
        return flush is None or bool(flush(timeout_millis))


def _span(masker: Masker, span: Any) -> Any:
    status = span.status
    return ReadableSpan(
        name=masker.text(span.name),
        context=_context(masker, span.context),
        parent=_context(masker, span.parent),
        resource=_resource(masker, span.resource),
        attributes=_attributes(masker, span.attributes, span.dropped_attributes),
        events=[
            Event(
                masker.text(one.name),
                _attributes(masker, one.attributes, one.dropped_attributes),
                one.timestamp,
            )
            for one in span.events
        ],
        links=[
            Link(
                _context(masker, one.context),
                _attributes(masker, one.attributes, one.dropped_attributes),
            )
            for one in span.links
        ],
        kind=span.kind,
        status=Status(status.status_code, scrub(masker, status.description)),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=_scope(masker, span.instrumentation_scope),
    )


def _record(masker: Masker, record: Any) -> Any:
    """A copy whose log record holds no value; an exception object is in the attributes as text."""
    inner = record.log_record
    # The context may hold anything: baggage, live spans. Only which span it is goes along.
    span = get_current_span(inner.context).get_span_context()
    context = set_span_in_context(NonRecordingSpan(_context(masker, span)), Context())
    made = type(inner)(
        timestamp=inner.timestamp,
        observed_timestamp=inner.observed_timestamp,
        context=context,
        severity_text=scrub(masker, inner.severity_text),
        severity_number=inner.severity_number,
        body=_plain(scrub(masker, inner.body)),
        attributes=_attributes(masker, inner.attributes, record.dropped_attributes),
        event_name=scrub(masker, inner.event_name),
    )
    # The context says these too, unless they were given by themselves.
    made.trace_id, made.span_id = inner.trace_id, inner.span_id
    made.trace_flags = inner.trace_flags
    return ReadableLogRecord(
        made,
        _resource(masker, record.resource),
        _scope(masker, record.instrumentation_scope),
        record.limits,
    )


def _attributes(masker: Masker, given: Any, dropped: int) -> Any:
    made = BoundedAttributes(
        attributes=_masked(masker, given),
        immutable=True,
        extended_attributes=True,
    )
    made.dropped += dropped
    return made


def _resource(masker: Masker, resource: Any) -> Any:
    if resource is None:
        return None
    return Resource(_masked(masker, resource.attributes), masker.text(resource.schema_url))


def _scope(masker: Masker, scope: Any) -> Any:
    if scope is None:
        return None
    return InstrumentationScope(
        masker.text(scope.name),
        scrub(masker, scope.version),
        scrub(masker, scope.schema_url),
        _masked(masker, scope.attributes),
    )


def _context(masker: Masker, given: Any) -> Any:
    """The same span; of its trace state without the entries that hold a value."""
    if given is None or not given.trace_state:
        return given
    clean = [
        (key, value)
        for key, value in given.trace_state.items()
        if masker.text(key) == key and masker.text(value) == value
    ]
    return SpanContext(
        given.trace_id, given.span_id, given.is_remote, given.trace_flags, TraceState(clean)
    )


def _masked(masker: Masker, given: Any) -> dict[str, Any]:
    return {
        masker.text(str(key)): _plain(scrub(masker, value)) for key, value in (given or {}).items()
    }


def _plain(item: Any) -> Any:
    """Exporters know texts, numbers, lists and mappings; an object of ours they would drop."""
    if isinstance(item, str | bytes | bool | int | float) or item is None:
        return item
    if isinstance(item, dict):
        return {key: _plain(value) for key, value in item.items()}
    if isinstance(item, list | tuple):
        return [_plain(value) for value in item]
    return str(item)
