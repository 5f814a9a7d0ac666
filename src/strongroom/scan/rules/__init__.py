"""The rules that ship, one file a family; format: docs/spec/scan-rules.md."""
