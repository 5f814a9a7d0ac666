"""What every SARIF 2.1.0 log of ours has in common. Pure: dicts."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from strongroom.model.severity import Severity

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
LEVEL: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
# Code hosts sort by this number, 0.0 to 10.0.
WEIGHT: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}


def log(
    version: str,
    rules: Sequence[dict[str, Any]],
    results: Sequence[dict[str, Any]],
    notifications: Sequence[dict[str, Any]],
    properties: dict[str, Any],
) -> dict[str, Any]:
    """The log of one run of strongroom `version`."""
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "strongroom", "version": version, "rules": list(rules)}
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": list(notifications),
                    }
                ],
                "results": list(results),
                "properties": properties,
            }
        ],
    }


def unread(code: str, message: str, level: str = "warning") -> dict[str, Any]:
    """What is told of something that was not looked at."""
    return {"level": level, "descriptor": {"id": code}, "message": {"text": message}}


def uri(path: str) -> str:
    """A relative path as a relative reference."""
    # A colon in the first segment would read as a scheme.
    return quote(path, safe="/")
