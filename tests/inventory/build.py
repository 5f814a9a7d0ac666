"""Secrets as a survey shows them, made by hand."""

from tests.check.build import POLICY

from strongroom.db.tables import survey
from strongroom.db.tables.consumers import ConsumerRow
from strongroom.db.tables.secrets import SecretRow
from strongroom.gate.survey import Seen, Survey
from strongroom.secret.terms import DAY_US

__all__ = ["NOW", "POLICY", "seen", "survey_of"]

NOW = 1_790_000_000_000_000
NOBODY = b"p" * 16


def seen(path: str, type_: str = "api-key", owner: str = "ann", **more: object) -> Seen:
    """A secret of production with one version, made at `NOW`, that lives for 90 days."""
    id_ = path.encode().ljust(16, b".")[:16]
    row = SecretRow(id_, "production", path, type_, owner, "room", "active", 0, "", "", NOW, NOBODY)
    version = survey.Life(
        id_, 1, "current", 0, None, type_, "generated", NOBODY, NOW, NOW + 90 * DAY_US, NOW
    )
    made = Seen(row, 1, (version,), None, (), (), None)
    return made._replace(**more)  # type: ignore[arg-type]


def consumer(name: str) -> ConsumerRow:
    return ConsumerRow(NOBODY, name, "ann", 0, NOW)


def survey_of(*found: Seen, environment: str = "production") -> Survey:
    return Survey(environment, False, found, True, 0, (), 1)
