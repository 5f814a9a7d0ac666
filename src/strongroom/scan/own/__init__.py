"""The room's own values, found by keyed fingerprints without a value at hand."""
