"""OpenTelemetry's real SDK: nothing that it exports shows a value."""

import logging
import secrets
from typing import Any

import pytest
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, StatusCode

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
