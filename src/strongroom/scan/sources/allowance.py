"""How much archives may unpack, so that a small file can't become a large one."""

from typing import Final

OCTETS_MAX: Final = 512 * 1024 * 1024
MEMBERS_MAX: Final = 100_000
DEPTH_MAX: Final = 8
HELD_MAX: Final = 96 * 1024 * 1024
RATIO_MAX: Final = 500
# A ratio says nothing about little: a megabyte of zeros is no attack.
RATIO_FREE_OCTETS: Final = 16 * 1024 * 1024


class TooLargeError(Exception):
    """More than an archive may be; `why` is for people. It never leaves the sources."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Allowance:
    """What is left for one outermost archive and everything in it.

    `octets` counts what was unpacked, `members` what was opened, `held` what is in memory
    at the same time because it must be read more than once.
    """

    __slots__ = ("depth", "held", "members", "octets")

    def __init__(
        self,
        octets: int = OCTETS_MAX,
        members: int = MEMBERS_MAX,
        held: int = HELD_MAX,
        depth: int = DEPTH_MAX,
    ) -> None:
        self.octets = octets
        self.members = members
        self.held = held
        self.depth = depth

    def unpack(self, octets: int) -> None:
        """Take what was unpacked.

        Raises:
            TooLargeError: there is no more.
        """
        self.octets -= octets
        if self.octets < 0:
            raise TooLargeError(f"more than {OCTETS_MAX >> 20} MiB unpacked")

    def open(self) -> None:
        """Take one member.

        Raises:
            TooLargeError: there are no more.
        """
        self.members -= 1
        if self.members < 0:
            raise TooLargeError(f"more than {MEMBERS_MAX} members")

    def hold(self, octets: int) -> None:
        """Take memory; give it back with a negative number.

        Raises:
            TooLargeError: there is no more.
        """
        if octets > self.held:
            raise TooLargeError(f"a ZIP archive in memory of more than {HELD_MAX >> 20} MiB")
        self.held -= octets

    def enter(self) -> None:
        """Go one archive deeper; whoever entered adds one to `depth` when leaving.

        Raises:
            TooLargeError: it is too deep.
        """
        if self.depth <= 0:
            raise TooLargeError(f"archives in archives, more than {DEPTH_MAX} deep")
        self.depth -= 1


def ratio(taken: int, given: int) -> None:
    """Check what `taken` octets of a compressed stream have become.

    Raises:
        TooLargeError: `given` is out of all proportion.
    """
    if given > RATIO_FREE_OCTETS and given > RATIO_MAX * taken:
        raise TooLargeError(f"more than {RATIO_MAX} octets out of each")
