"""Places outside of the room that keep its checkpoints, so that a rollback shows.

Local only: an anchor never speaks over a network. Decision: docs/adr/0203.
"""
