"""What a code of a rotation means, and what a person does about it. Pure: a table and a look-up."""

from typing import Final, NamedTuple

from strongroom.access.facts import Reason


class Advice(NamedTuple):
    """In words: what happened, and the next step."""

    happened: str
    fix: str


# Frozen has words of its own.
DENIALS: Final = frozenset(Reason) - {
    Reason.ENVIRONMENT_FROZEN, Reason.SECRET_FROZEN, Reason.SECRET_UNKNOWN,
}  # fmt: skip
_RESUME: Final = "then `strongroom rotate resume ADDRESS`"
ADVICE: Final[dict[str, Advice]] = {
    "": Advice("it goes on", "`strongroom rotate start --resume` or an agent takes it further"),
    "grace": Advice(
        "the new value is current, and the old one stays valid for its grace (P-5.10)",
        "nothing: `strongroom agent` or `tick` ends it when the grace is over",
    ),
    "held": Advice(
        "the grace is over, and somebody still uses the old value (P-5.12)",
        "restart those who are named, or `strongroom rotate retire ADDRESS` if they may break",
    ),
    "watch": Advice(
        "the old value is refused, and its use is watched for a while",
        "nothing: it ends by itself",
    ),
    "published": Advice(
        "the new public key is published, and whoever keeps a copy has time to read it",
        "nothing: it goes on by itself",
    ),
    "paused": Advice("somebody paused it", "`strongroom rotate resume ADDRESS`"),
    "aborted": Advice(
        "somebody aborted it; the old value is current", "rotate again when it suits"
    ),
    "target-unreachable": Advice(
        "the target did not answer", f"start it, or mend the way to it, {_RESUME}"
    ),
    "target-slow": Advice("the target did not answer in time", f"look at its load, {_RESUME}"),
    "target-busy": Advice("the target is busy", f"wait, {_RESUME}"),
    "target-tls": Advice(
        "the target's certificate is not one that is trusted; it was not spoken to",
        f"set the option `tls_ca` of the target, or mend its certificate, {_RESUME}",
    ),
    "target-denied": Advice(
        "the target says that the account may not do it",
        f"grant what `strongroom rotate doctor ADDRESS` names, {_RESUME}",
    ),
    "target-admin-refused": Advice(
        "the target refuses the admin credential",
        f"write the right one to its secret (`strongroom target list` names it), {_RESUME}",
    ),
    "target-rejected": Advice(
        "the target's own rules refused three values that the policy made",
        "compare both rules: `strongroom policy explain P-4.8`, and rotate again",
    ),
    "target-full": Advice(
        "the target has no place for a second credential", f"delete an old one there, {_RESUME}"
    ),
    "target-changed": Advice(
        "the target does not know the current value: somebody changed it by hand",
        "`strongroom rotate reconcile ADDRESS` asks which version is true; or write the value that is"
        f" valid with `strongroom secret set`, {_RESUME}",
    ),
    "old-still-accepted": Advice(
        "the old value was retired, and the target accepts it still",
        f"end it at the target by hand (`strongroom rotate plan ADDRESS` has the words), {_RESUME}",
    ),
    "by-hand-set": Advice(
        "a person makes the new value valid, and has not said yet that he did",
        "do what `strongroom rotate plan ADDRESS` says of `set` with what"
        " `strongroom rotate reveal ADDRESS` shows, then `strongroom rotate resume ADDRESS --confirm set`",
    ),
    "by-hand-retire": Advice(
        "a person ends the old value, and has not said yet that he did",
        "do what `strongroom rotate plan ADDRESS` says of `retire`,"
        " then `strongroom rotate resume ADDRESS --confirm retire`",
    ),
    "by-hand-undo": Advice(
        "a person takes the new value back, and has not said yet that he did",
        "do what `strongroom rotate plan ADDRESS` says of `undo`,"
        " then `strongroom rotate resume ADDRESS --confirm undo`",
    ),
    **{
        f"confirmed-{step}": Advice(
            f"somebody has said that he did the step {step} by hand",
            "nothing: it goes on by itself",
        )
        for step in ("set", "retire", "undo")
    },
    "version-not-current": Advice(
        "somebody wrote another value while the rotation went on",
        "look which one is valid: `strongroom secret history ADDRESS`, and rotate again",
    ),
    "target-silent": Advice(
        "two others at this target got no answer, so it was not tried",
        "start the target, or mend the way to it, and run the same command again",
    ),
    "rotation-taken": Advice(
        "another process works on it", "`strongroom rotate status ADDRESS` says how far it is"
    ),
    "rotation-unplaced": Advice(
        "nothing says where it is rotated", "`strongroom rotate schedule ADDRESS --target NAME`"
    ),
    "before": Advice("what comes before it is not replaced yet", "replace that first"),
    "same-account": Advice(
        "another member holds the same account", "keep the account once, and name its fields here"
    ),
    "rotator-failed": Advice(
        "the rotator broke", f"tell whoever wrote it; nothing of its text is kept; {_RESUME}"
    ),
    "rotator-unknown": Advice(
        "this installation has no rotator of that name",
        f"install what brings it (`strongroom target list` names it), {_RESUME}",
    ),
    "target-unknown": Advice(
        "its target was removed", "`strongroom rotate abort ADDRESS`, and give it another target"
    ),
    "target-address": Advice(
        "the target's address cannot be one",
        f"`strongroom target add` describes it anew, {_RESUME}",
    ),
    "target-option": Advice(
        "an option of the target, or of the secret there, cannot work",
        f"`strongroom rotate plan ADDRESS` names it; `target add` or `rotate schedule` sets it, {_RESUME}",
    ),
    "target-field": Advice(
        "the value has not the fields that its rotator needs",
        f"`strongroom rotate plan ADDRESS` names them; `strongroom secret edit ADDRESS` adds them, {_RESUME}",
    ),
    "password-symbols": Advice(
        "the target asks for marks that are none", f"mend its option `extra`, {_RESUME}"
    ),
    # What the room itself says to a step.
    "version-state": Advice(
        "a version was ended, compromised or brought back while the rotation went on",
        "look which one is valid: `strongroom rotate reconcile ADDRESS`, and rotate again",
    ),
    **dict.fromkeys(
        ("version-none", "version-unknown", "version-deleted", "version-destroyed"),
        Advice(
            "a version that it needs is not there any more",
            "`strongroom secret history ADDRESS`; undelete it and resume, or abort and rotate again",
        ),
    ),
    "version-referenced": Advice(
        "somebody still keeps data that the old key opens",
        f"`strongroom key references ADDRESS` names who; let it be wrapped anew, {_RESUME}",
    ),
    **dict.fromkeys(
        ("secret-deleted", "secret-unknown"),
        Advice(
            "the secret was deleted or moved",
            "`strongroom secret undelete ADDRESS`, then resume it; or leave it",
        ),
    ),
    **dict.fromkeys(
        ("value-reused", "reuse-limited", "client-taken"),
        Advice(
            "the new value stands at another secret too, which the policy does not allow (P-8.12)",
            "find out how that came about, and rotate again",
        ),
    ),
    **dict.fromkeys(
        ("value-too-large", "value-not-text", "derived-too-long"),
        Advice("what the rotator made cannot be kept", "look at its options, and rotate again"),
    ),
    **dict.fromkeys(
        ("environment-frozen", "secret-frozen"),
        Advice(
            "it is frozen, so that nobody uses its values",
            f"`strongroom secret thaw ADDRESS`, or thaw its environment, {_RESUME}",
        ),
    ),
    **dict.fromkeys(
        ("version-compromised", "version-pending", "version-retired"),
        Advice(
            "whoever drives it may not read the versions that it needs",
            f"`strongroom access why rotate ADDRESS`, grant `rotate`, {_RESUME}",
        ),
    ),
    **dict.fromkeys(
        (*DENIALS, "approval-needed"),
        Advice(
            "whoever drives it may not rotate it, or may not read its target's admin credential",
            f"`strongroom access why rotate ADDRESS`, grant `rotate`, {_RESUME}",
        ),
    ),
}
_OTHER: Final = Advice(
    "it met an error", "`strongroom rotate explain ADDRESS` shows the steps; resume or abort it"
)


def advice(code: str, address: str) -> Advice:
    """What a code means for the secret at `address`."""
    found = ADVICE.get(code, _OTHER)
    return Advice(found.happened, found.fix.replace("ADDRESS", address))
