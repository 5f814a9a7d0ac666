"""From the snapshot to a verdict: the one authoriser, asked with checked facts."""

from typing import Final, NamedTuple

from strongroom.access.decide import decide
from strongroom.access.facts import Allow, Deny, Facts, NeedsApproval, Reason, Request
from strongroom.db.interface import Db
from strongroom.db.tables.people import TokenRow
from strongroom.gate.facts import Snapshot
from strongroom.gate.held import Person, ScopeKey
from strongroom.gate.operation import Caller
from strongroom.model.principal import Verb

VERDICTS_MAX: Final = 50_000
APPROVAL_NEEDED: Final = "approval-needed"
PRINCIPAL_UNKNOWN: Final = "principal-unknown"


class Ask(NamedTuple):
    """What is asked of the authoriser. `reason` says whether one was given."""

    caller: Caller
    verb: Verb
    environment: str | None
    path: str | None
    reason: bool


class Verdict(NamedTuple):
    """The answer, and for how long it may be relied on.

    It stands until just before `until_us`, and while no change after `head` touches one of
    `scopes`. `grant` and `token` are ids of what loses one of its uses by it.
    """

    allowed: bool
    code: str
    rule: str | None
    missing: int
    grant: bytes | None
    token: bytes | None
    until_us: int | None
    head: int
    scopes: tuple[ScopeKey, ...]
    person: Person | None
    secret_id: bytes = bytes(16)  # of what stands at the address, zero without one


class Decisions:
    """Asks `decide`, and remembers answers for as long as they stand."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        # With the head at which a verdict was last found to stand.
        self._kept: dict[Ask, tuple[Verdict, int]] = {}

    def judge(self, db: Db, ask: Ask, now_us: int) -> Verdict:
        """Decide `ask` at `now_us` on the snapshot as it is.

        Raises:
            TamperedError: a row that it rests on is not what this room wrote.
        """
        head = self._snapshot.head
        kept, at = self._kept.get(ask, _NOTHING_KEPT)
        if kept is not None and (at == head or self._snapshot.stands(kept.head, kept.scopes)):
            if at != head:
                self._kept[ask] = (kept, head)
            if kept.until_us is None or now_us < kept.until_us:
                return kept
        verdict = self._decide(db, ask, now_us)
        if verdict.allowed:  # refusals are kept by nobody: they are rare or an attack
            if len(self._kept) >= VERDICTS_MAX:
                self._kept.clear()
            self._kept[ask] = (verdict, head)
        return verdict

    def stands(self, verdict: Verdict, now_us: int) -> bool:
        """Whether `verdict` may still be relied on at `now_us`."""
        until = verdict.until_us
        return (until is None or now_us < until) and self._snapshot.stands(
            verdict.head, verdict.scopes
        )

    def _decide(self, db: Db, ask: Ask, now_us: int) -> Verdict:
        caller, verb, environment, path, reason = ask
        snapshot = self._snapshot
        person = snapshot.person(db, caller.principal)
        if person is None:
            return _no(PRINCIPAL_UNKNOWN, snapshot.head, (), None)
        authority = snapshot.authority(db)
        scopes: list[ScopeKey] = [person.scope]
        secret = None
        if environment is not None:
            scopes.append(("mount", environment))
            if path is not None:
                held = snapshot.secret(db, environment, path)
                if held is None:
                    scopes.append(("address", f"{environment}/{path}"))
                else:
                    secret = held.facts
                    scopes.append(held.scope)
        secret_id = secret.id if secret else bytes(16)
        token = None if caller.token is None else snapshot.token(db, caller.token)
        if caller.token is not None:
            scopes.append(("token", caller.token.hex()))
            code = _token_refusal(token, caller, now_us)
            if code:
                return _no(code, snapshot.head, tuple(scopes), person)._replace(secret_id=secret_id)
        facts = Facts(
            person.principal,
            person.rules,
            None if environment is None else authority.facts.get(environment),
            secret,
            caller.approvals,
        )
        decision = decide(facts, Request(verb, environment, path, caller.source, reason), now_us)
        verdict = _verdict(decision, token, snapshot.head, tuple(scopes), person)
        return verdict._replace(secret_id=secret_id)


_NOTHING_KEPT: Final[tuple[None, int]] = (None, 0)


def _verdict(
    decision: Allow | Deny | NeedsApproval,
    token: TokenRow | None,
    head: int,
    scopes: tuple[ScopeKey, ...],
    person: Person,
) -> Verdict:
    ends = (decision.valid_until_us, token.expires_us if token else None)
    until = min((end for end in ends if end is not None), default=None)
    spent = token.id if token and token.uses_left is not None else None
    match decision:
        case Allow(rule=rule, consumes=grant):
            return Verdict(True, "", str(rule), 0, grant, spent, until, head, scopes, person)
        case NeedsApproval(rule=rule, missing=missing):
            return _no(APPROVAL_NEEDED, head, scopes, person)._replace(
                rule=str(rule), missing=missing, until_us=until
            )
        case Deny(reason=reason, rule=denied):
            return _no(reason.value, head, scopes, person)._replace(
                rule=str(denied) if denied else None, until_us=until
            )


def _no(code: str, head: int, scopes: tuple[ScopeKey, ...], person: Person | None) -> Verdict:
    return Verdict(False, code, None, 0, None, None, None, head, scopes, person)


def _token_refusal(token: TokenRow | None, caller: Caller, now_us: int) -> str:
    if token is None or token.principal_id != caller.principal:
        return "token-unknown"
    if token.revoked:
        return "token-revoked"
    if now_us >= token.expires_us:
        return "token-expired"
    if token.uses_left == 0:
        return "token-used-up"
    return ""


def may_list(verdict: Verdict) -> bool:
    """Whether a look at a folder is allowed.

    The authoriser is asked about a name inside the folder that nobody has; that there is no
    such secret is only said to who may know, so this refusal is a yes for the folder.
    """
    return verdict.allowed or verdict.code == Reason.SECRET_UNKNOWN.value
