"""The steps of `make demo`, one module for each part of the product."""
