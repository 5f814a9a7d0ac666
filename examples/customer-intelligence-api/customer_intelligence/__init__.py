"""Customers, their segments and a score: a service whose secrets change while it runs."""
