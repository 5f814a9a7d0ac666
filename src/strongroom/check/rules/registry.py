"""All rules, in the order in which a report shows them. Nothing is found by scanning classes."""

from typing import Final

from strongroom.check.rule import Rule
from strongroom.check.rules import code, config_files, env_example, env_files, inventory
from strongroom.check.rules import inventory_dates as dated

RULES: Final[tuple[Rule, ...]] = (
    Rule("env-file-tracked", ("P-3.2", "P-8.8", "P-2.10"), "No .env file is tracked by git", env_files.tracked),
    Rule("env-file-in-history", ("P-3.2", "P-8.8"), "No .env file is in the history", env_files.history),
    Rule("env-file-not-ignored", ("P-3.2", "P-2.10"), "Git ignores .env files", env_files.ignored),
    Rule("env-file-mode", ("P-3.1",), "Only its owner reads a .env file", env_files.mode, ("P-3.2", "P-2.10")),
    Rule("env-example-missing", ("P-3.3",), "There is a template for .env", env_example.present),
    Rule("env-example-incomplete", ("P-3.3",), "The template names every secret", env_example.complete),
    Rule("env-example-value", ("P-3.3",), "The template holds no values", env_example.value_free),
    Rule("hardcoded-secret", ("P-8.11", "P-1.1", "P-3.7", "P-8.8"), "No secret is a literal in code", code.hardcoded),
    Rule("secret-default", ("P-8.11", "P-9.1"), "No secret has a literal default", code.default, ("P-1.1", "P-8.7")),
    Rule("config-secret", ("P-1.2", "P-8.8", "P-8.13"), "No secret is a literal in configuration", config_files.literal, ("P-8.11",)),
    Rule("comment-secret", ("P-1.3",), "No comment or document gives a secret", config_files.comments, ("P-1.1", "P-8.11")),
    Rule("secret-logged", ("P-8.9", "P-9.6", "P-3.7"), "No secret is logged or printed", code.logged, ("P-8.4", "P-12.4")),
    Rule("secret-sliced", ("P-9.7", "P-8.9"), "No part of a secret is logged", code.sliced, ("P-9.6", "P-8.4")),
    Rule("secret-in-error", ("P-8.14",), "No secret stands in an error message", code.raised, ("P-8.9", "P-3.7")),
    Rule("placeholder", ("P-3.5", "P-8.11"), "Code has no placeholder", config_files.placeholder_code),
    Rule("placeholder", ("P-3.5",), "Configuration has none", config_files.placeholder_config, ("P-1.2",)),
    Rule("placeholder", ("P-2.11", "P-3.5"), "Medium strength has none", config_files.placeholder_medium),
    Rule("placeholder", ("P-2.12", "P-3.5"), "Full strength has none", config_files.placeholder_strong),
    Rule("startup-check", ("P-9.5", "P-8.6"), "Secrets are checked at the start", code.validated),
    Rule("rotation-overdue", ("P-5.1", "P-1.9", "P-8.3"), "JWT keys are rotated in time", dated.overdue("jwt")),
    Rule("rotation-overdue", ("P-5.2", "P-1.9", "P-8.3"), "API keys are rotated in time", dated.overdue("api")),
    Rule("rotation-overdue", ("P-5.3", "P-1.9", "P-8.3"), "Database passwords are rotated in time", dated.overdue("database")),
    Rule("rotation-overdue", ("P-1.9", "P-8.3"), "Every other secret is rotated in time", dated.overdue("other")),
    Rule("rotation-beyond-period", ("P-1.9", "P-8.3"), "The next rotation is within the period", dated.beyond_period),
    Rule("inventory-no-next", ("P-1.8",), "Every secret has an end", dated.has_next, ("P-10.2", "P-10.1")),
    Rule("inventory-on-compromise", ("P-10.4",), "Only some types wait for a compromise", dated.on_compromise, ("P-10.2", "P-1.9")),
    Rule("inventory-date", ("P-10.2",), "The dates exist and are in order", dated.readable, ("P-10.1", "P-1.9")),
    Rule("inventory-unknown", ("P-10.2",), "Rows name known types and environments", inventory.known, ("P-10.1",)),
    Rule("inventory-duplicate", ("P-10.1",), "One row for each secret", inventory.unique, ("P-10.2",)),
    Rule("inventory-incomplete", ("P-10.1",), "No type lacks a row", inventory.complete),
    Rule("inventory-owner", ("P-10.3",), "Every secret has a person as its owner", inventory.owned, ("P-10.2", "P-10.1")),
    Rule("policy-review-overdue", ("P-14.1",), "The document is reviewed in time", inventory.reviewed),
    Rule("policy-header", ("P-0.1",), "The document says what it is", inventory.headed),
)  # fmt: skip
