"""The one masker of a process: what is read through the runtime is known here."""

import os
from typing import Final

from strongroom.runtime.masking.masker import Masker

MASKER: Final = Masker()
os.register_at_fork(after_in_child=MASKER.after_fork)
