"""What a code of a rotation means, and what a person does about it. Pure: a table and a look-up."""

from typing import Final, NamedTuple


class Advice(NamedTuple):
    """In words: what happened, and the next step."""

    happened: str
    fix: str


_RESUME: Final = "then `strongroom rotate resume ADDRESS`"
ADVICE: Final[dict[str, Advice]] = {
    "": Advice("it goes on", "`strongroom rotate resume ADDRESS` or an agent takes it further"),
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
    "window": Advice(
        "it was approved, and waits for its window to open",
        "nothing: an agent begins it then; after a leak, `strongroom rotate start ADDRESS --emergency`",
    ),
    "approval-void": Advice(
        "what was approved was changed before it began, so the approval is void",
        "look at the change, and `strongroom rotate approve ADDRESS` again",
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
    "old-is-current": Advice(
        "somebody made the old value current again, so it is not ended",
        "to keep the new one: `strongroom secret rollback ADDRESS --version N` with its number, and"
        " `strongroom rotate resume ADDRESS`; to end both: `strongroom rotate start ADDRESS --emergency`",
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
    "before": Advice(
        "what comes before it in its group is not replaced yet",
        "replace that, and run the group's command again",
    ),
    "same-account": Advice(
        "another member holds the same account", "keep the account once, and name its fields here"
    ),
    "rotator-failed": Advice(
        "the rotator broke", f"tell whoever wrote it; nothing of its text is kept; {_RESUME}"
    ),
}
_OTHER: Final = Advice(
    "it met an error", "`strongroom rotate explain ADDRESS` shows the steps; resume or abort it"
)


def advice(code: str, address: str) -> Advice:
    """What a code means for the secret at `address`."""
    found = ADVICE.get(code, _OTHER)
    return Advice(found.happened, found.fix.replace("ADDRESS", address))
