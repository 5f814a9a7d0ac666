from tests.cli.rooms import kept, terminal

__all__ = ["kept", "terminal"]
