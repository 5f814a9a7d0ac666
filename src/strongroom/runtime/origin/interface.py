"""What the runtime asks of a room or of a server; one shape for both.

An origin answers for one application in one environment. Names are the application's own, such as
`DATABASE_PASSWORD`; which secret and which field of it that is, the origin knows (`names`).

Every call ends within the origin's own deadline. What fails is an error of `strongroom.errors`, and
its class says what may follow:

- `UpstreamError` with `retryable`, `SealedError`: nobody answered, or nobody can at the moment. A
  value that is held already may serve on, within bounds.
- `DeniedError`, `UnauthenticatedError`, `NotFoundError`: it was decided. What is held must not
  serve on: a right that was taken away is away.
- everything else: the answer cannot be used; as the first kind, but said louder.

No error holds a value or the body of an answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from strongroom.model.floor import Floor


@dataclass(frozen=True, slots=True)
class Delivery:
    """One version of one secret, or of a field of one, by the application's name for it.

    Times are microseconds since 1970 in UTC. `place` is for messages, e.g.
    `production/customer-api/DATABASE#password`. `due_us` is when it should be rotated by, and
    `floors` is how strong the policy wants it to be; None where the origin does not know. The text
    of a composite, such as a URL with another secret's password in it, may change in one version.
    `secret` is False for what only stands beside a secret, such as a host's name.
    """

    name: str
    text: str = field(repr=False)
    version: int
    place: str
    current: bool = True
    type: str | None = None
    expires_us: int | None = None
    due_us: int | None = None
    floors: tuple[Floor, ...] | None = None
    secret: bool = True


class Origin(Protocol):
    """A room or a server, as one application sees it. Threads may share it; a fork may not."""

    @property
    def label(self) -> str:
        """What it is, for messages: `the room at …`, `the server at …`. No credential in it."""
        ...

    def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
        """The current versions of `names`; of all that there are when it is None.

        A name that the origin does not have is not in the answer. Each delivery is recorded
        before it is given.
        """
        ...

    def versions(self, name: str) -> tuple[Delivery, ...]:
        """Every version that is still to be accepted: the current one, then those in grace.

        It is empty when there is no such name.
        """
        ...

    def mark(self) -> str:
        """A text that is another one after anything has changed that `fetch` may show. Cheap."""
        ...

    def acknowledge(self, instance: str, used: Mapping[str, int]) -> None:
        """Say which version of each name this process uses from now on, in place of what it said.

        `instance` tells the processes of an application apart. What is said holds for the
        origin's lease and is said again before that ends; with nothing in `used` it is taken back.
        Rotation waits for it.
        """
        ...

    def close(self) -> None:
        """Let go of connections; the next call opens them again."""
        ...
