"""Where a row goes and of what type it is: what it says, what was asked for, what the policy names."""

from strongroom.check.matching import type_of
from strongroom.errors import InvalidError
from strongroom.model.address import Address
from strongroom.model.policy import InventoryRow, Policy, SecretType
from strongroom.ops.importing.request import ImportRequest
from strongroom.secret.importing.interface import Row
from strongroom.secret.terms import find_type


def address(policy: Policy, request: ImportRequest, row: Row) -> Address:
    """The address of a row: its own, or a name below the place that was asked for.

    Raises:
        InvalidError: `environment-missing`, `environment-unknown`, `environment-wrong`,
            `address-invalid`. No message repeats what the row says.
    """
    said, path = row.environment, row.name
    head, slash, rest = path.partition("/")
    named = policy.environment(head) if slash and said is None else None
    # Other systems write `prod/…`; below a place that was asked for, only an id is no folder.
    whole = named is not None and (named.id == head or request.environment is None)
    if whole:
        said, path = head, rest
    environment_id = request.environment
    if said is not None:
        known = policy.environment(said.strip())
        if known is None:
            raise InvalidError(
                "environment-unknown",
                "its environment is none of the policy's (P-3)",
                fix=f"one of {', '.join(e.id for e in policy.environments)}",
            )
        if environment_id not in {None, known.id}:
            raise InvalidError(
                "environment-wrong",
                f"it belongs to {known.id}, and {environment_id} was asked for (P-8.5)",
            )
        environment_id = known.id
    if environment_id is None:
        raise InvalidError(
            "environment-missing",
            "it does not say its environment",
            fix="say where it goes with --into ENVIRONMENT or ENVIRONMENT/FOLDER",
        )
    if request.folder and not (whole and path.startswith(f"{request.folder}/")):
        if whole:
            raise InvalidError("environment-wrong", "it stands outside of the folder asked for")
        path = f"{request.folder}/{path}"
    return Address.parse(f"{environment_id}/{path}")


def type_(policy: Policy, request: ImportRequest, row: Row, name: str) -> SecretType:
    """The type of a row: its own, the one asked for, or the one whose example has its name.

    Raises:
        InvalidError: `type-unknown`, `type-missing`.
    """
    said = row.type
    if said is None:
        if request.type is not None:
            return find_type(policy, request.type)
        named = _named(policy, name)
        if named is None:
            raise InvalidError(
                "type-missing",
                "it has no type, and the policy names none for it (P-2)",
                fix="give one with --type, or a column `type`",
            )
        return named
    found = policy.type(said) or _named(policy, said)
    if found is None and row.value is None:
        # A row of the policy's own table: people write it as they speak.
        written = InventoryRow(row.name, said, row.environment or "", "", "", "")
        found = type_of(written, policy.types)
    return found or find_type(policy, said)


def _named(policy: Policy, word: str) -> SecretType | None:
    """The type that the policy itself calls so, by its name or by its example."""
    wanted = word.strip().casefold()
    for known in policy.types:
        spoken = (known.id, known.name, known.example, known.service)
        if wanted in {text.strip("`").casefold() for text in spoken if text}:
            return known
    return None
