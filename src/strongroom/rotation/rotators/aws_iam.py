"""AWS IAM: the two access keys that a user may have take turns.

AWS makes the key. The old one is made inactive, shown to be refused, and only then deleted. With no
admin the key that is valid manages its own user. Options and policies: docs/guide/rotation-targets.md.
"""

from datetime import timedelta
from typing import Final

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import aws_client, aws_keys, logins, option_names
from strongroom.rotation.rotators.aws_client import Aws, KeyRefusedError
from strongroom.rotation.rotators.aws_doctor import examined
from strongroom.rotation.rotators.aws_keys import ACTIVE, INACTIVE, Keys
from strongroom.rotation.rotators.interface import (
    Answer,
    Check,
    Credential,
    Fields,
    Job,
    Overlap,
    Probe,
    Statement,
    Step,
    TargetChangedError,
    TargetDeniedError,
    TargetError,
    TargetFullError,
    TargetUnreachableError,
    Use,
)

OPTIONS: Final = frozenset({"username", "tls", "tls_ca", "region", "quiet_hours"})
HOURS: Final = range(1, 721)
QUIET_HOURS: Final = 24
SOURCE: Final = "IAM, last used"
SECOND_US: Final = 1_000_000
# About half a minute; AWS speaks of seconds until a change has got around.
PAUSES_S: Final = (1.0, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)


class AwsIamRotator:
    """Rotates the access key of an IAM user."""

    kind = "aws-iam"
    issues = True
    options = OPTIONS

    def overlap(self, job: Job) -> Overlap:
        """Always: AWS lets a user have two keys."""
        del job
        return Overlap.VALUES

    def check(self, job: Job) -> None:
        """The fields of a key, whose it is, and where."""
        option_names.read(job, OPTIONS)
        logins.number(job, "quiet_hours", QUIET_HOURS, HOURS)
        aws_client.checked(job)
        aws_keys.user(job)
        if job.target.admin is not None:
            aws_client.pair(job.target.admin)
        aws_client.key_id(_current(job))
        if job.pending is not None and _same(job.pending, _current(job)):
            raise InvalidError("target-field", "the new key is the old one")

    def doctor(self, job: Job) -> list[Check]:
        """Reach, the user, both slots, and what the managing key may do."""
        return examined(job, _current(job), _managing(job, _current(job)))

    def statements(self, job: Job) -> list[Statement]:
        """As commands of AWS's own tool."""
        name = aws_keys.user(job)
        who = f" --user-name {name}" if name else ""
        old = aws_client.key_id(_current(job))
        new = "<its id>" if job.pending is None else aws_client.key_id(job.pending)
        one = "aws iam {}-access-key{} --access-key-id {}"
        return [
            Statement(Step.MINT, f"aws iam list-access-keys{who}"),
            Statement(Step.MINT, f"aws iam create-access-key{who}"),
            Statement(Step.TEST, "aws sts get-caller-identity, with the new key"),
            Statement(Step.RETIRE, one.format("update", who, old) + f" --status {INACTIVE}"),
            Statement(Step.RETIRE, "aws sts get-caller-identity, with the old key: refused"),
            Statement(Step.RETIRE, one.format("delete", who, old)),
            Statement(Step.UNDO, one.format("delete", who, new)),
        ]

    def mint(self, job: Job) -> Fields:
        """Ask AWS for a key, when there is a free slot for it."""
        self.check(job)
        current = _current(job)
        keys = _keys(job, current)
        taken = _cleared(job, keys, current)
        if taken:
            raise TargetFullError(
                "target-full",
                f"AWS lets a user have {aws_keys.SLOTS} keys, and {taken} is in use",
                fix="retire the previous version first, or delete that key when nobody needs it",
            )
        made, secret = keys.create()
        names = aws_client.pair(current.fields)
        return {**current.fields, names[0]: made, names[1]: secret}

    def set(self, job: Job) -> None:
        """It is valid since it was made: see that it is this user's, active, and known everywhere."""
        pending, current = _both(job)
        self.check(job)
        keys, made = _keys(job, current), aws_client.key_id(pending)
        found: dict[str, str] = {}

        def listed() -> bool:
            found.update(keys.all())
            return made in found

        if not aws_client.patiently(job, PAUSES_S, listed):
            raise TargetChangedError(
                "target-changed", f"the new key {made} is none of the user's", fix="rotate again"
            )
        if found[made] != ACTIVE:
            keys.switch(made, ACTIVE)
        self._await(job, pending, Answer.ACCEPTED)

    def test(self, job: Job) -> None:
        """AWS says that it is the same user's; what he may do is the same then."""
        pending, current = _both(job)
        self._await(job, pending, Answer.ACCEPTED)
        if Aws(job, pending.fields).identity() != Aws(job, current.fields).identity():
            raise TargetDeniedError(
                "target-denied",
                "the new key is another user's than the old one",
                fix="--option username=NAME, the user whose key the current one is",
            )

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Ask STS whose key it is."""
        try:
            Aws(job, credential.fields).identity()
        except KeyRefusedError:
            return Probe(Answer.REFUSED)
        except TargetError as error:
            return Probe(Answer.UNKNOWN, error)
        return Probe(Answer.ACCEPTED)

    def undo(self, job: Job) -> None:
        """Delete the new key, or one that nobody was told of; the old one is active."""
        if job.current is None:
            return
        keys, old = _keys(job, job.current), aws_client.key_id(job.current)
        found = keys.all()
        if job.pending is None:
            _cleared(job, keys, job.current)
        elif not _same(job.pending, job.current) and aws_client.key_id(job.pending) in found:
            keys.delete(aws_client.key_id(job.pending))
        if found.get(old) == INACTIVE:
            keys.switch(old, ACTIVE)

    def retire(self, job: Job, old: Credential) -> None:
        """Inactive, refused, deleted; in this order, since only the last cannot be taken back."""
        heir, key = logins.successor(job, old), aws_client.key_id(old)
        if heir is not None and _same(heir, old):
            raise InvalidError("target-field", "the old key is the one that stays")
        keys = _keys(job, heir or old)
        status = keys.all().get(key)
        if status is None:
            return
        if status != INACTIVE:
            keys.switch(key, INACTIVE)
        self._await(job, old, Answer.REFUSED)
        keys.delete(key)

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Its last use since the promotion, if that is less than `quiet_hours` ago.

        Before a promotion nobody can tell who should have changed over.
        """
        if job.promoted_us is None:
            return []
        keys = _keys(job, logins.successor(job, old) or old)
        use = keys.last_use(aws_client.key_id(old))
        quiet = timedelta(hours=logins.number(job, "quiet_hours", QUIET_HOURS, HOURS))
        if use is None or use.now - use.at > quiet:
            return []
        last_us = int(use.at.timestamp() * SECOND_US)
        if last_us <= job.promoted_us:
            return []
        return [Use(f"{use.service} in {use.region}", SOURCE, last_us=last_us)]

    def _await(self, job: Job, credential: Credential, wanted: Answer) -> None:
        """Until STS gives that answer; each change takes a while."""
        last = Probe(Answer.UNKNOWN)

        def asked() -> bool:
            nonlocal last
            last = self.probe(job, credential)
            if last.why is not None:
                raise last.why
            return last.answer is wanted

        if not aws_client.patiently(job, PAUSES_S, asked):
            raise TargetUnreachableError(
                "target-slow",
                "AWS does not know the new key yet"
                if wanted is Answer.ACCEPTED
                else "AWS still takes the key that was made inactive",
                fix="it is tried again",
            )


def _current(job: Job) -> Credential:
    if job.current is None:
        raise InvalidError(
            "target-field",
            "there is no key yet that could be rotated",
            fix="write the one that is valid now",
        )
    return job.current


def _both(job: Job) -> tuple[Credential, Credential]:
    assert job.pending is not None
    return job.pending, _current(job)


def _same(one: Credential, other: Credential) -> bool:
    return aws_client.key_id(one) == aws_client.key_id(other)


def _managing(job: Job, own: Credential) -> Aws:
    """Whoever may manage the keys: the admin, or the user himself with the key `own`."""
    return Aws(job, own.fields if job.target.admin is None else job.target.admin)


def _keys(job: Job, own: Credential) -> Keys:
    return Keys(job, _managing(job, own))


def _cleared(job: Job, keys: Keys, current: Credential) -> str:
    previous = "" if job.previous is None else aws_client.key_id(job.previous)
    return keys.clear(aws_client.key_id(current), previous)
