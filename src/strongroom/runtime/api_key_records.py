"""What is kept of an API key, for applications; `strongroom.keysets.api_key_records` has it."""

from strongroom.keysets.api_key_records import Record, Records, RecordSet

__all__ = ["Record", "RecordSet", "Records"]
