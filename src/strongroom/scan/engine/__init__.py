"""Bytes in, hits out: one pass over everything, then a closer look at what it found."""
