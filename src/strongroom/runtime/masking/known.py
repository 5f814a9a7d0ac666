"""The one masker of a process: what is read through the runtime is known here."""

from typing import Final

from strongroom.runtime.masking.masker import Masker

MASKER: Final = Masker()
