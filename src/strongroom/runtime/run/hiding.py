"""What of a plan is hidden in what the command prints.

It is made while the command starts: nothing that it prints is passed on before.
"""

from collections.abc import Callable, Mapping

from strongroom.errors import ConfigError
from strongroom.runtime.masking import gather
from strongroom.runtime.masking.gather import Gathered
from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.run.plan import Plan
from strongroom.runtime.sources import of_process

Say = Callable[[str], None]


def masker(planned: Plan, environ: Mapping[str, str], say: Say) -> Masker:
    """Everything that is known to be secret: what is injected, and what looks like it here."""
    gathered = Gathered()
    hide(gathered.masker, planned, say)
    try:
        gather.automatic(gathered, of_process(environ))
    except ConfigError as error:
        say(f"not everything in files is masked: {error}")
    return gathered.masker


def hide(hidden: Masker, planned: Plan, say: Say) -> None:
    """Add what is injected; what cannot be masked is said by name."""
    for name, value in sorted(planned.values.items()):
        # A `.env` holds settings as well.
        ours = value.version is not None and value.secret
        if ours or gather.looks_secret(name, value.text):
            why = hidden.add(value.name, value.text, version=value.version)
            if why is not None:
                say(f"{name} is not masked: {why}")
