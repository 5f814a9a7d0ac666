"""Strongroom runs a company's written secrets policy.

Importing this package costs next to nothing: applications import it at start-up.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
