"""Operations on what is said about a secret: owner, backup, client, tags, description, expiry."""

from dataclasses import dataclass

from strongroom.errors import UsageError
from strongroom.gate.changes.describe import DescribeSecret, Ends
from strongroom.model import label
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.ops.local import Local, done
from strongroom.secret import terms


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """What to say from now on; None leaves it. An empty backup, client or description ends it.

    `days` until the current version expires, counted from now.
    """

    address: Address
    owner: str | None = None
    backup: str | None = None
    client: str | None = None
    description: str | None = None
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()
    days: int | None = None
    reason: str = ""


def update(room: Local, request: UpdateRequest) -> tuple[str, ...]:
    """Say it; the names of what changed, none when all of it was so already.

    The type stays: a value was admitted for the type that it has.

    Raises:
        InvalidError: `owner-missing`, `tag-invalid`, `text-invalid`, `environment-unknown`,
            `expiry-past`, `expiry-too-far` (P-1.9).
        LimitError: `tags-too-many`. UsageError: `nothing-to-change`.
    """
    change = change_of(room, request)
    answer = done(room.gate.change(room.caller, change, request.reason))
    assert isinstance(answer, tuple)
    return answer


def change_of(room: Local, request: UpdateRequest) -> DescribeSecret:
    """The change that a request asks for; raises as `update`."""
    secret.environment(room, request.address.environment)
    ends = None
    if request.days is not None:
        known = terms.find_type(room.policy, secret.show(room, request.address).secret.type)
        longest = terms.longest_days(known)
        ends = Ends(room.now_us() + request.days * terms.DAY_US, longest * terms.DAY_US)
    change = DescribeSecret(
        request.address,
        owner=None if request.owner is None else terms.owner(request.owner),
        description=request.description,
        backup=None if request.backup is None else request.backup.strip(),
        client=None if request.client is None else request.client.strip(),
        add_tags=label.tags(request.add_tags),
        drop_tags=label.tags(request.drop_tags),
        ends=ends,
    )
    if change == DescribeSecret(request.address):
        raise UsageError(
            "nothing-to-change",
            "nothing was given to change",
            fix="give --owner, --backup, --client, --description, --expires-days or a tag",
        )
    return change
