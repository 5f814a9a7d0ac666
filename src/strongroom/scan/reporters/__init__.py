"""Findings for machines and people: JSON, SARIF, GitHub, HTML."""
