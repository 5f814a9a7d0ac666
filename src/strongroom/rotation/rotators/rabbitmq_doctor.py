"""What is looked at in RabbitMQ before a rotation."""

from strongroom.rotation.rotators import logins, rabbitmq_api, rabbitmq_login
from strongroom.rotation.rotators.interface import Check, Credential, Job, TargetError
from strongroom.rotation.rotators.logins import found


def examined(job: Job, current: Credential, other: str) -> list[Check]:
    """Both ports, the admin, the user whose password is `current`, and the one that rests."""
    checks = [logins.transport(logins.place(job, rabbitmq_api.port(job)))]
    try:
        tags = rabbitmq_api.whoami(job)
        checks.append(found("reach", well=True, good="the management API answers, and lets in"))
        admin, _ = rabbitmq_api.login(job)
        powerful = "administrator" in tags.split(",")
        checks.append(
            found(
                "may change passwords", well=powerful, good="it has the tag administrator",
                bad="the admin has no tag administrator",
                fix=f"rabbitmqctl set_user_tags {admin} administrator",
            )
        )  # fmt: skip
        if powerful:
            checks += _users(job, logins.user(job, current), other)
    except TargetError as error:
        checks.append(found("reach", well=False, bad=error.message, fix=error.fix or ""))
    checks.append(_login(job, current))
    return checks


def _users(job: Job, name: str, other: str) -> list[Check]:
    known = rabbitmq_api.account(job, name) is not None
    there = rabbitmq_api.account(job, other) is not None
    held = len(rabbitmq_api.others(job, other)) if there else 0
    return [
        found(
            f"user {name}", well=known, good="RabbitMQ keeps its password",
            bad="RabbitMQ keeps no such user", fix="--option accounts=A,B names two of its own",
        ),
        found(
            f"user {other}", well=not held,
            good="it rests" if there else "it will be created",
            bad=f"somebody has {held} sessions as the user whose turn it is",
            fix="let them take the current value: their password is about to change",
        ),
    ]  # fmt: skip


def _login(job: Job, current: Credential) -> Check:
    try:
        with rabbitmq_login.session(job, current, rabbitmq_login.vhost(job)):
            return found("login", well=True, good="the current password is accepted by AMQP")
    except logins.LoginRefusedError:
        return logins.stale(admins=False)
    except TargetError as error:
        return found("login", well=False, bad=error.message, fix=error.fix or "")
