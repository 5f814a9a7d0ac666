"""Kernel: fresh secrets of each type, and the measure of given ones. No I/O, no policy.

Numbers (bits, lengths, classes, brand) are arguments; `strongroom.ops` takes them from the
policy. Randomness enters in `draw` and nowhere else.
"""
