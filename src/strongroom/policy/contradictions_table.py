"""What each known contradiction is, and what is done about it."""

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "C-1": (
        "An example calls the first characters of a secret safe to log, and values must not be logged.",
        "No character of a value is ever shown; name, version and a keyed fingerprint take its place. Slices are reported.",
    ),
    "C-2": (
        "Some types rotate only on compromise, and every secret must have an expiration date.",
        "They carry a review date of at most 365 days, on which the owner attests or rotates.",
    ),
    "C-3": (
        "The command shown for passwords does not always yield every class of characters that is asked for.",
        "Passwords are drawn again until every class is there, which keeps them uniform.",
    ),
    "C-4": (
        "The command shown for API keys yields no prefix, and characters that break URLs and shells.",
        "API keys are brand, environment, base62 and a checksum, joined by underscores.",
    ),
    "C-5": (
        "The rotation procedure generates every kind of secret with one command.",
        "Each type has a generator of its own.",
    ),
    "C-6": (
        "Types are kept in environment variables, and the strong tier in a secret manager.",
        "The column of the types means delivery; the store of record outside the weak tier is a manager.",
    ),
    "C-7": (
        "Plain text files are forbidden, and development keeps its secrets in one.",
        "A .env file is accepted in the weak tier only, with mode 0600 and no value of another environment.",
    ),
    "C-8": (
        "Environment variables are recommended, and any process of the same user can read them.",
        "They are accepted as delivery; files on a memory file system and the SDK are preferred.",
    ),
    "C-9": (
        "The example of get_secret promises a string and can return None; a default makes `required` idle; an empty value passes.",
        "Empty is missing; a default for a secret counts in the weak tier only; required always fails when missing.",
    ),
    "C-10": (
        "The example of validate_secrets looks only for the presence of some names.",
        "Validation covers every declared secret: presence, strength, placeholder, expiry, environment.",
    ),
    "C-11": (
        "The rotation schedule leaves out types that have a period of their own.",
        "The tables of types win; the schedule is derived from them.",
    ),
    "C-12": (
        "A compromised secret is revoked within minutes, and old secrets stay valid for a grace period.",
        "Two modes: an emergency has no grace.",
    ),
    "C-13": (
        "Tokens signed with the old key may live longer than the grace period.",
        "The grace period must be at least the longest token life, or the rotation is refused.",
    ),
    "C-14": (
        "Removing an old data key loses what it encrypted.",
        "Old data keys only decrypt; they are destroyed when nothing refers to them.",
    ),
    "C-15": (
        "The matrix knows people and no applications, and a tick says nothing about what may be done.",
        "A tick means metadata, read, write, rotate; workloads are bound to one environment; the rest is granted beside it.",
    ),
    "C-16": (
        "There is no way in for an emergency, and none that two people open.",
        "Time-boxed elevation with a reason and a review is offered; it is off until granted.",
    ),
    "C-17": (
        "Keeping logs and limiting how long personal data is kept pull in two directions.",
        "Entries are kept for the stated time and then pruned so that the rest still verifies; a legal hold stops it.",
    ),
    "C-18": (
        "Caches and injected environments use secrets without a further access.",
        "An access is a delivery; later uses are counted where the SDK sees them.",
    ),
    "C-19": (
        "RSA with 2048 bits is weaker than the document's own 256-bit keys.",
        "It is accepted as the minimum with a warning; new keys are Ed25519 or RSA with 3072 bits.",
    ),
    "C-20": (
        "What medium strength means is not said.",
        "Medium is at least 128 bits, generated, and no placeholder.",
    ),
    "C-21": (
        "The command shown to search the history prints the secrets that it finds.",
        "`strongroom check` searches and never prints a value.",
    ),
    "C-22": (
        "Rules of composition and periodic change are advised against for people's passwords.",
        "They bind credentials of machines only; people's log-ins get length, a blocklist and a second factor.",
    ),
    "C-23": (
        "Rows of the inventory count a period now in days and now in calendar months.",
        "A period is a number of days; a row is on time when next is at most last plus that number.",
    ),
    "C-24": (
        "The inventory has no row for some types or environments that the document names.",
        "Each type is expected in each environment outside the weak tier; what is missing is reported.",
    ),
    "C-25": (
        "Affected parties are told within the remediation time, and the law has clocks of its own.",
        "Notifications are tracks of their own, each with its clock and recipients.",
    ),
    "C-26": (
        "When the clocks of an incident start is not said.",
        "They start when the incident is declared; exposure and detection are recorded beside it.",
    ),
    "C-27": (
        "“Regularly” is said without a number.",
        "Log review weekly, access review quarterly, restore drill quarterly, until the document says otherwise.",
    ),
    "C-28": (
        "Owners of secrets are groups.",
        "An owner is a person with a team and a backup; a group alone is reported.",
    ),
    "C-29": (
        "Approval is asked for changes of the document and for nothing else.",
        "Rules of approval for environments and types are offered; none is assumed.",
    ),
    "C-30": (
        "A recommended tool has lost customers' vaults.",
        "No tool is recommended by name.",
    ),
    "C-31": (
        "The emergency steps do not verify the new secret.",
        "It is verified within 30 seconds; a failure does not stop the revocation, it calls a person.",
    ),
}
