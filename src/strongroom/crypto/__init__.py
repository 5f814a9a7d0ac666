"""The kernel that keeps keys: bytes in, bytes out. No files, no sockets, no clock.

The bytes it writes are described in docs/spec/{envelope,seal-slots,row-mac,tokens,
fingerprints}.md. A format byte or a `/v1` label stands in each of them: a change of layout
takes a new number, and what an old number means never changes.
"""
