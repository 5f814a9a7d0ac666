"""What stands in a labelled line: a text, the secret in it if any, and its class."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """A text for a template's slot.

    `shown` is the part of `text` that is the secret as it stands in the file, and `secret` the
    credential itself, which differs where the file holds it encoded or escaped. `secret` is
    empty where there is none. `is_secret` is None for a class on which sensible people differ:
    such a line is neither a hit nor a false alarm. `names` are phrases for what holds the value.
    """

    text: str
    cls: str
    is_secret: bool | None = True
    shown: str = ""
    secret: str = ""
    names: tuple[str, ...] = ()

    @property
    def as_shown(self) -> str:
        return self.shown or self.text

    @property
    def credential(self) -> str:
        return self.secret or self.as_shown
