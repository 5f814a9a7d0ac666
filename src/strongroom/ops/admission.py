"""Whether the policy admits a value at the moment of writing (P-1.13, P-2.10 to 2.12, P-3.5, P-4).

The same measurement as `strongroom strength`, held against the type and the environment of
the address. Environments of the weak tier admit anything; what is admitted there is admitted
nowhere else, since a value may stand in one environment only.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from strongroom.errors import InvalidError
from strongroom.generate.kinds import Kind
from strongroom.generate.strength import Strength, measure, measure_bytes, url_password
from strongroom.model.policy import Policy, Tier
from strongroom.ops.standards import GUESS_BITS_MIN, standards, subject
from strongroom.ops.strength import StrengthRequest, strength
from strongroom.secret.template import parse
from strongroom.secret.value import SINGLE, Value

# What hosts, paths and options are not: long, without a mark in between, with figures.
_RUN: Final = re.compile(r"(?=[A-Za-z]*[0-9][A-Za-z]*[0-9])[A-Za-z0-9]{20,}")


def refusal(
    policy: Policy,
    type_id: str,
    environment_id: str,
    value: Value,
    measured: Callable[[bytes], Strength] = measure_bytes,
) -> InvalidError | None:
    """Why the policy refuses `value` for this type and environment, or None.

    The error is `value-refused`; it names each clause and number, and nothing of the value.
    Fields that are not secret are not measured.
    """
    problems = list(_problems(policy, type_id, environment_id, value, measured))
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


def _problems(
    policy: Policy,
    type_id: str,
    environment_id: str,
    value: Value,
    measured: Callable[[bytes], Strength],
) -> Iterator[str]:
    for name, field in value.fields.items():
        if field.template is not None:
            if _holds_a_value(policy, environment_id, field.template):
                yield f"{name}: a template holds what looks like a value, a field of its own required (P-8.11)"
            continue
        if not field.secret:
            continue
        found = strength(
            StrengthRequest(field.bytes, type=type_id, environment=environment_id), policy, measured
        )
        if not found.ok:
            where = "" if name == SINGLE else f"{name}: "
            yield from (f"{where}{check.message}" for check in found.checks if not check.ok)


def _holds_a_value(policy: Policy, environment_id: str, template: str) -> bool:
    """Whether something that is written out in a template looks like a secret.

    It would be neither measured nor compared with others there.
    """
    literals = parse(template).literals
    place = policy.environment(environment_id)
    password = url_password(literals) or ""
    if password.strip("\0") and (place is None or place.tier is not Tier.WEAK):
        return True
    words = [*_RUN.findall(literals), password]
    return any(measure(word).bits >= GUESS_BITS_MIN for word in words)
