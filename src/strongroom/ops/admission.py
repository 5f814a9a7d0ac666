"""Whether the policy admits a value at the moment of writing (P-1.13, P-2.10 to 2.12, P-3.5, P-4).

The same measurement as `strongroom strength`, held against the type and the environment of
the address. Environments of the weak tier admit anything; what is admitted there is admitted
nowhere else, since a value may stand in one environment only.
"""

from collections.abc import Iterator

from strongroom.errors import InvalidError
from strongroom.generate.kinds import Kind
from strongroom.model.policy import Policy, Tier
from strongroom.ops.standards import standards, subject
from strongroom.ops.strength import StrengthRequest, strength
from strongroom.secret.value import SINGLE, Value


def refusal(policy: Policy, type_id: str, environment_id: str, value: Value) -> InvalidError | None:
    """Why the policy refuses `value` for this type and environment, or None.

    The error is `value-refused`; it names each clause and number, and nothing of the value.
    Fields that are not secret are not measured.
    """
    problems = list(_problems(policy, type_id, environment_id, value))
    if not problems:
        return None
    return InvalidError(
        "value-refused",
        f"the policy refuses this value: {'; '.join(problems)}",
        fix=f"let it be generated: strongroom secret generate … --type {type_id}",
    )


def by_hand(policy: Policy, type_id: str, environment_id: str) -> str | None:
    """What to say when a value for there was not generated, or None where that is no finding.

    Where strong values are required they are generated (P-4.9). What a provider issues cannot be.
    """
    place = policy.environment(environment_id)
    kind = subject(type_id, standards(policy)).kind
    if place is None or place.tier is not Tier.STRONG or kind is Kind.THIRD_PARTY:
        return None
    return f"a value for {place.id} from a human hand is a finding: generated ones are asked for (P-4.9)"


def _problems(policy: Policy, type_id: str, environment_id: str, value: Value) -> Iterator[str]:
    for name, field in value.fields.items():
        if not field.secret:
            continue
        found = strength(
            StrengthRequest(field.bytes, type=type_id, environment=environment_id), policy
        )
        if not found.ok:
            where = "" if name == SINGLE else f"{name}: "
            yield from (f"{where}{check.message}" for check in found.checks if not check.ok)
