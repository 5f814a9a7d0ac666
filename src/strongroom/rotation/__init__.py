"""Rotation: a pure machine, an engine that drives it, and a rotator for each kind of target."""
