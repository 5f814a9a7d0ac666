"""For all tests."""

VALUE_CHARS_MIN = 16


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long words by their argument: generated values differ in each worker and run."""
    if isinstance(val, str | bytes) and len(val) >= VALUE_CHARS_MIN and not _spaced(val):
        return argname
    return None


def _spaced(val: str | bytes) -> bool:
    return (" " if isinstance(val, str) else b" ") in val  # type: ignore[operator]
