"""From hits to findings: grouping, fingerprints, baselines and marks."""
