"""The compiler: the bytes of a document in, a `Policy` out.

Compiling is pure and total on documents that are policies: every statement ends up in a
value, a default, a doubt, or a clause that is not understood. It does not promise that the
document was meant as it was read; `policy show` and overrides are for that.
"""

from typing import Final

from msgspec.structs import replace

from strongroom.errors import InvalidError
from strongroom.model.policy import Access, Policy
from strongroom.policy import clauses, contradictions, markdown, overrides
from strongroom.policy.readers import access, environments, generation, governance, lifecycle, types
from strongroom.policy.source import Notes, Source, prepare

# What must be recognised before a text counts as a policy: fewer would turn any README
# with a table into rules.
TOPICS_MIN: Final = 2
LOOKED_FOR: Final = {
    "types of secrets with a rotation period": ("types",),
    "an access matrix of roles and environments": ("access",),
    "environments with strength or storage": ("environments",),
    "rules of generation (bits, length, classes, prefix)": ("generation.",),
    "a grace period": ("rotation.grace",),
    "limits of an emergency": ("emergency.",),
    "a retention of logs": ("audit.",),
    "an inventory": ("inventory",),
    "practices (do, do not)": ("practices",),
}


def compile(data: bytes) -> Policy:  # noqa: A001 - the verb of the trade
    """Compile the bytes of a policy document.

    Raises:
        InvalidError: `policy-empty`, `policy-not-text`, `policy-not-recognised` (with what
            was looked for), `policy-override-invalid`.
        LimitError: `policy-too-large`, `policy-too-deep`, `policy-too-long`,
            `policy-block-too-long`, `policy-too-many-environments`.
    """
    doc = markdown.read(data)
    source = prepare(doc)
    head = governance.head(source)
    found_types = types.read(source)
    found_environments = environments.read(source)
    policy = Policy(
        title=head.title,
        version=head.version,
        owner=head.owner,
        updated=head.updated,
        sha256=doc.sha256,
        types=found_types,
        environments=found_environments,
        access=access.read(source, found_environments),
        generation=generation.read(source),
        rotation=lifecycle.rotation(source),
        emergency=lifecycle.emergency(source),
        audit=governance.audit(source),
        review=governance.review(source),
        inventory=governance.inventory(source),
        contacts=governance.contacts(source),
        clauses=(),
        contradictions=(),
        overrides=(),
        defaults=(),
    )
    policy = replace(policy, clauses=clauses.recognise(source, head, policy))
    _require(source, policy)
    for name in ("version", "owner", "updated"):
        if getattr(head, name) is None:
            source.notes.assume(name, "none")
    policy = replace(
        policy,
        contradictions=contradictions.find(source, policy),
        defaults=tuple(source.notes.defaults),
    )
    policy = overrides.apply(policy, overrides.read(doc))
    return replace(
        policy, clauses=tuple(sorted(policy.clauses, key=lambda c: clauses.sort_key(c.id)))
    )


def topics(notes: Notes, policy: Policy) -> set[str]:
    """Which of `LOOKED_FOR` the document states."""
    stated = {field for field, lines in notes.stated.items() if lines}
    if policy.types:
        stated.add("types")
    if policy.access != Access():
        stated.add("access")
    if any(e.lines and e.storage for e in policy.environments):
        stated.add("environments")
    if policy.inventory:
        stated.add("inventory")
    if sum(c.id.startswith(("P-1.", "P-8.")) for c in policy.clauses) >= 3:
        stated.add("practices")
    return {
        topic
        for topic, fields in LOOKED_FOR.items()
        if any(f == s or (f.endswith(".") and s.startswith(f)) for f in fields for s in stated)
    }


def _require(source: Source, policy: Policy) -> None:
    found = topics(source.notes, policy)
    known = [c for c in policy.clauses if c.id.startswith("P-") and c.id not in {"P-0.1", "P-0.2"}]
    if len(found) < TOPICS_MIN or len(known) < TOPICS_MIN:
        seen = f"; found only {', '.join(sorted(found))}" if found else "; found none of them"
        raise InvalidError(
            "policy-not-recognised",
            f"this text is not a secrets policy that can be read: looked for {'; '.join(LOOKED_FOR)}{seen}",
            fix="write the rules as tables or lists (docs/guide/policy.md), or name the right file",
        )
