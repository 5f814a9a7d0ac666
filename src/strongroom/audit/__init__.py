"""The audit log as values: entries, a Merkle tree over them, signed checkpoints, a verifier.

Pure: no clock, no files, no database. Formats: docs/spec/audit-leaf.md, audit-tree.md,
checkpoint.md.
"""
