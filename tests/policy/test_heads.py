"""Tests for strongroom.policy.heads."""

from pathlib import Path

from strongroom.policy.heads import inventory_heads

POLICY = (
    Path(__file__).parents[2] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)


def test_the_columns_come_in_the_document_s_order_and_words() -> None:
    assert {
        "environment": "Environment",
        "name": "Secret name",
        "type": "Type",
        "owner": "Owner",
        "last": "Last rotated",
        "next": "Next rotation",
    } == inventory_heads(POLICY.read_bytes())
    assert ["environment", "name"] == list(inventory_heads(POLICY.read_bytes()) or {})[:2]


def test_without_an_inventory_of_six_columns_there_are_none() -> None:
    assert inventory_heads(b"# Hello\n") is None
    less = (
        b"# Inventory\n\n| Name | Owner | Next rotation |\n|---|---|---|\n| A | b | 2026-01-01 |\n"
    )
    assert inventory_heads(less) is None
