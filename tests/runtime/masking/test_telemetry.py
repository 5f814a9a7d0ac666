"""OpenTelemetry's real SDK: nothing that it exports shows a value."""

import logging
import secrets
from typing import Any

import pytest
from opentelemetry import baggage
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    StatusCode,
    TraceFlags,
    TraceState,
    get_current_span,
    set_span_in_context,
)

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.telemetry import MaskingLogExporter, MaskingSpanExporter

VALUE = secrets.token_urlsafe(32)
MASKER = Masker()
MASKER.add("PASSWORD", VALUE)


def fail() -> None:
    raise ValueError(f"cannot use {VALUE}")


def work(tracer: Any) -> None:
    with tracer.start_as_current_span("other") as other:
        pass
    link = Link(other.get_span_context(), {"link": VALUE})
    with tracer.start_as_current_span(f"GET /?token={VALUE}", links=[link]) as span:
        span.set_attribute("db.url", f"postgresql://app:{VALUE}@db/x")
        span.set_attribute("list", ["a", VALUE])
        span.set_attribute("count", 3)
        span.add_event(f"event {VALUE}", {VALUE: "b", "of": VALUE})
        fail()


@pytest.mark.parametrize("processor", [SimpleSpanProcessor, BatchSpanProcessor])
@pytest.mark.parametrize("masked", [True, False])
def test_spans(processor: Any, masked: bool) -> None:
    out = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"host": VALUE}), shutdown_on_exit=False)
    provider.add_span_processor(processor(MaskingSpanExporter(out, MASKER) if masked else out))
    with pytest.raises(ValueError):
        work(provider.get_tracer("test"))
    provider.force_flush()
    span = out.get_finished_spans()[-1]
    provider.shutdown()
    text = span.to_json()

    assert masked is (VALUE not in text)
    assert 3 == span.attributes["count"]
    assert StatusCode.ERROR is span.status.status_code
    assert ["event", "exception"] == [one.name.split()[0] for one in span.events]
    if masked:
        assert text.count("[PASSWORD") >= 9
        assert ("a", "[PASSWORD]") == span.attributes["list"]


# In a trace state's key capital letters cannot stand.
LOWER = "k" + secrets.token_hex(16)
BOTH = Masker()
BOTH.add("PASSWORD", VALUE)
BOTH.add("LOWER", LOWER)


def remote() -> Any:
    """The context of a caller who has values in his trace state, and baggage."""
    state = TraceState([("vendor", VALUE), (LOWER, "b"), ("other", "kept")])
    caller = SpanContext(7, 9, is_remote=True, trace_flags=TraceFlags(1), trace_state=state)
    return baggage.set_baggage("token", VALUE, set_span_in_context(NonRecordingSpan(caller)))


@pytest.mark.parametrize("masked", [True, False])
def test_what_stands_around_a_span(masked: bool) -> None:
    """Keys of the resource, the scope with its attributes, trace states."""
    out = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({VALUE: "host"}, VALUE), shutdown_on_exit=False)
    provider.add_span_processor(
        SimpleSpanProcessor(MaskingSpanExporter(out, BOTH) if masked else out)
    )
    tracer = provider.get_tracer(VALUE, VALUE, VALUE, {"of": VALUE, VALUE: "key"})
    caller = get_current_span(remote()).get_span_context()
    with tracer.start_as_current_span("a", remote(), links=[Link(caller)]):
        pass
    (span,) = out.get_finished_spans()
    provider.shutdown()
    contexts = [span.context, span.parent, *(link.context for link in span.links)]
    states = [context.trace_state for context in contexts]
    texts = [
        span.to_json(),
        span.resource.to_json(),
        repr(span.instrumentation_scope),
        repr(states),
    ]

    for text in texts:
        assert masked is not (VALUE in text or LOWER in text)
    assert [7, 7, 7] == [context.trace_id for context in contexts]
    assert all(state["other"] == "kept" for state in states)
    assert [9, True] == [span.parent.span_id, span.parent.is_remote]


@pytest.mark.parametrize("masked", [True, False])
def test_what_stands_around_a_log_record(masked: bool) -> None:
    """The severity's text, the scope, the context with its baggage."""
    out = InMemoryLogRecordExporter()
    provider = LoggerProvider(resource=Resource({VALUE: "host"}), shutdown_on_exit=False)
    provider.add_log_record_processor(
        SimpleLogRecordProcessor(MaskingLogExporter(out, BOTH) if masked else out)
    )
    logger = provider.get_logger(VALUE, VALUE, VALUE, {VALUE: VALUE})
    logger.emit(context=remote(), body="x", severity_text=VALUE)
    (one,) = out.get_finished_logs()
    provider.shutdown()
    inner = one.log_record
    context = repr(dict(inner.context)) + repr(get_current_span(inner.context).get_span_context())
    for text in (one.to_json(), repr(one.instrumentation_scope), context, inner.severity_text):
        assert masked is not (VALUE in text or LOWER in text)
    assert (7, 9) == (inner.trace_id, inner.span_id)


def test_what_was_dropped_is_still_counted() -> None:
    out = InMemorySpanExporter()
    provider = TracerProvider(span_limits=SpanLimits(max_attributes=1), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(MaskingSpanExporter(out, MASKER)))
    with provider.get_tracer("test").start_as_current_span("a") as span:
        span.set_attributes({"a": 1, "b": VALUE})

    assert 1 == out.get_finished_spans()[0].dropped_attributes
    provider.shutdown()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("masked", [True, False])
def test_log_records(masked: bool) -> None:
    out = InMemoryLogRecordExporter()
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(
        SimpleLogRecordProcessor(MaskingLogExporter(out, MASKER) if masked else out)
    )
    log = logging.getLogger(f"telemetry {masked}")
    log.propagate = False
    log.addHandler(LoggingHandler(logger_provider=provider))
    try:
        fail()
    except ValueError:
        log.exception("failed for %s", VALUE, extra={"key": VALUE})
    provider.get_logger("x").emit(body={"nested": [VALUE]}, attributes={"n": 1})
    records = out.get_finished_logs()
    provider.shutdown()
    text = "".join(one.log_record.__dict__.__repr__() + one.to_json() for one in records)

    assert 2 == len(records)
    assert masked is (VALUE not in text)
    assert "failed for" in text
    assert "ValueError" in text
