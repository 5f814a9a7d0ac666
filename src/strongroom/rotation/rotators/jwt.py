"""Keys that sign JSON Web Tokens: the key set is the secret's versions, as applications read them.

The current value says which kind of key it is, and the next one is of that kind: text for HS256, an
Ed25519 or RSA key in PEM form. Tokens must not outlive the grace of the key that signed them (C-13), so
a rotation whose grace is too short for `token_life` is refused before anything happens. A key pair is
published before it signs: whoever checks by the JWKS keeps that for a while.
"""

from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from strongroom.errors import ConfigError, InvalidError
from strongroom.generate import keys
from strongroom.keysets import token_keys
from strongroom.keysets.token_keys import Key
from strongroom.rotation.rotators import option_names
from strongroom.rotation.rotators.interface import Job, Statement, Step, TargetDeniedError
from strongroom.rotation.rotators.versions import VersionsRotator, seconds, text

DAY_S: Final = 86_400
LIFE_S: Final = 3_600
LIFE_S_MAX: Final = 30 * DAY_S
LEEWAY_S: Final = 30
LEEWAY_S_MAX: Final = 300
TTL_S: Final = 300
GRACE_S: Final = DAY_S
LEAD_S: Final = 600
LEAD_S_MIN: Final = 60
_MESSAGE: Final = b"strongroom: is this key one that signs"


class JwtRotator(VersionsRotator):
    """Options, in seconds: `token_life`, `leeway`, `ttl` until applications hear of a new key, `lead_s`.

    The last is for key pairs: how long the new one is published before it signs. The engine adds
    `grace_s`; 0 is an emergency, which logs everybody out and is not refused.
    """

    kind = "jwt"
    options = VersionsRotator.options | {"token_life", "leeway", "ttl"}

    def check(self, job: Job) -> None:
        """The current value is a key that signs; tokens fit into the grace; a pair has its lead.

        Raises:
            InvalidError: `target-field`, `target-option`.
        """
        option_names.read(job, self.options)
        grace_s = seconds(job, "grace_s", GRACE_S, LIFE_S_MAX)
        parts = (
            seconds(job, "token_life", LIFE_S, LIFE_S_MAX),
            seconds(job, "leeway", LEEWAY_S, LEEWAY_S_MAX),
            seconds(job, "ttl", TTL_S, DAY_S),
        )
        lead_s = seconds(job, "lead_s", 0, DAY_S)
        if grace_s and sum(parts) > grace_s:
            raise InvalidError(
                "target-option",
                f"tokens are accepted for {sum(parts):,} seconds (token_life, leeway and ttl) and the old"
                f" key for {grace_s:,}: a rotation would log people out (C-13, P-5.10)",
                fix="let tokens live shorter and say so with --option token_life=SECONDS, or rotate with"
                " a longer grace",
            )
        if job.current is None:
            return
        key = _key(job)
        if key.public is not None and grace_s and lead_s < LEAD_S_MIN:
            raise InvalidError(
                "target-option",
                "a new key pair is published before it signs: `lead_s` says for how long, and is at"
                f" least the time that others keep the JWKS, {LEAD_S_MIN} seconds or more",
                fix=f"strongroom target add … --option lead_s={LEAD_S}",
            )

    def statements(self, job: Job) -> list[Statement]:
        """What is done with the key set."""
        emergency = seconds(job, "grace_s", GRACE_S, LIFE_S_MAX) == 0
        pair = job.current is not None and _key(job).public is not None
        said = super().statements(job)[:1]
        if pair:
            lead_s = seconds(job, "lead_s", 0, DAY_S)
            said = [
                Statement(
                    Step.SET,
                    f"publish the public half of <the new key>: `strongroom key jwks {job.secret}`;"
                    f" it signs {lead_s:,} seconds later",
                )
            ]
        ends = (
            "refuse <the old key> at once: everybody whose token it signed is logged out"
            if emergency
            else "refuse <the old key>: no token that it signed is valid any more"
        )
        return [*said, Statement(Step.RETIRE, ends)]

    def fresh(self, job: Job, old: str) -> str:
        """A key of the same kind and size."""
        if "-----BEGIN " not in old:
            return super().fresh(job, old)
        if _key(job).algorithm == "EdDSA":
            return keys.ed25519().value
        private = load_pem_private_key(old.encode("ascii"), None)
        assert isinstance(private, rsa.RSAPrivateKey)
        return keys.rsa(keys.rsa_bits(private.key_size)).value

    def test(self, job: Job) -> None:
        """The new key signs, checks its own signature, and is another one by the same algorithm."""
        super().test(job)
        assert job.pending is not None
        assert job.current is not None
        old, new = _key(job), _read(text(job, job.pending))
        good = (
            new.algorithm == old.algorithm
            and new.id != old.id
            and new.verifies(_MESSAGE, new.sign(_MESSAGE))
            and not old.verifies(_MESSAGE, new.sign(_MESSAGE))
        )
        if not good:
            raise TargetDeniedError(
                "target-denied", "the new value is no other key of the same algorithm"
            )


def _key(job: Job) -> Key:
    assert job.current is not None
    key = _read(text(job, job.current))
    if not key.signs:
        raise InvalidError(
            "target-field",
            "the value is a public key, which signs nothing",
            fix="rotate the secret that holds the private one",
        )
    return key


def _read(value: str) -> Key:
    try:
        return token_keys.read(value)
    except ConfigError as error:
        raise InvalidError("target-field", error.message, fix=error.fix) from None
