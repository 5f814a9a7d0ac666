"""The clauses that policies of this kind state, one table for each chapter.

Ids are stable and the same for every document: docs/reference/clauses.md lists them.
"""

from typing import Final

from strongroom.policy.taxonomy import access, lifecycle, oversight, principles, types, usage
from strongroom.policy.taxonomy.entry import Entry

ENTRIES: Final[tuple[Entry, ...]] = (
    *principles.ENTRIES,
    *types.ENTRIES,
    *lifecycle.ENTRIES,
    *access.ENTRIES,
    *usage.ENTRIES,
    *oversight.ENTRIES,
)
BY_ID: Final[dict[str, Entry]] = {entry.id: entry for entry in ENTRIES}
