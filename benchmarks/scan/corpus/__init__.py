"""Writes a labelled corpus for secret scanners, the same for the same seed (see ../README.md)."""
