"""One clause of the taxonomy: how it is recognised, what is done about it, what proves that.

`match` is a list of alternatives. In one alternative, parts joined by ` + ` must all hold;
in a part, words joined by `|` are alternatives, each the beginning of a word. A part that
starts with `@` looks at the headings and list items above the statement as well, one that
starts with `!` must not hold. `code:` looks at lines of code blocks instead of prose.
"""

from typing import NamedTuple

from strongroom.model.policy import Status

ENFORCED, EVIDENCED, MANUAL = Status.ENFORCED, Status.EVIDENCED, Status.MANUAL


class Entry(NamedTuple):
    """A clause that policies of this kind state.

    `proof` names test files; a test of ours checks that they exist and name the clause.
    """

    id: str
    title: str
    match: tuple[str, ...]
    status: Status
    does: str
    proof: tuple[str, ...] = ()
