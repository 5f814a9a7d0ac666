"""The one door: every read and every change is decided, recorded and only then done."""
