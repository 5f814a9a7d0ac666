from tests.wiring.rooms import made

__all__ = ["made"]
