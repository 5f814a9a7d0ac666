"""P-5 rotation, P-6 emergency rotation."""

from typing import Final

from strongroom.policy.taxonomy.entry import ENFORCED, MANUAL, Entry

ENTRIES: Final = (
    Entry(
        "P-5.1",
        "Token signing keys rotate on schedule",
        (),
        ENFORCED,
        "`strongroom check` reports overdue rows of the inventory, and with --env overdue secrets of a room.",
        ("tests/check/test_inventory.py", "tests/check/room/test_dates.py"),
    ),
    Entry(
        "P-5.2",
        "API keys rotate on schedule",
        (),
        ENFORCED,
        "`strongroom check` reports overdue rows of the inventory, and with --env overdue secrets of a room.",
        ("tests/check/test_inventory.py", "tests/check/room/test_dates.py"),
    ),
    Entry(
        "P-5.3",
        "Database passwords rotate on schedule",
        (),
        ENFORCED,
        "`strongroom check` reports overdue rows of the inventory, and with --env overdue secrets of a room.",
        ("tests/check/test_inventory.py", "tests/check/room/test_dates.py"),
    ),
    Entry(
        "P-5.4",
        "Everything rotates on compromise",
        (
            "all secret|any secret|every secret|everything + compromis|leak|breach + immediate|at once|rotat + !related|potentially",
        ),
        ENFORCED,
        "`strongroom check --env` reports a compromised value that is still current; the incident itself is kept in the incident register.",
        ("tests/check/room/test_dates.py",),
    ),
    Entry(
        "P-5.5",
        "Step: generate the new secret",
        (
            "generat|create|make|mint + new|fresh|successor|replacement + secret|value|credential|key|successor|replacement + @rotat|procedure + !@emergency|immediate|compromis|trigger",
        ),
        MANUAL,
        "`strongroom generate` and `strongroom secret generate` have a generator for each type; the step itself is the operator's.",
    ),
    Entry(
        "P-5.6",
        "Step: add it under a version",
        (
            "update|add|store|put|write + secret|value + manager|vault|store + @rotat|procedure",
            "version|tag|label + add|store|write|save|put|new secret|update + !@emergency + @rotat|manager|procedure + !policy",
        ),
        ENFORCED,
        "The room keeps each value as a numbered version that never changes.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-5.7",
        "Step: the old one stays for a while",
        (
            "old|previous|predecessor|outgoing + keep|kept|remain|stay|active|valid|temporar + secret|key|version|value|credential|password|token|certificate|one |predecessor + !remove|deactivat|log",
        ),
        ENFORCED,
        "The version before the current one stays, as previous, and can still be read.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-5.8",
        "Step: deploy the new secret",
        (
            "deploy|roll out|restart|release|update environment variable|distribute + @rotat|roll out|procedure + !platform|binding|@emergency",
        ),
        MANUAL,
        "A step for the operator; Strongroom carries it out once it holds the secret.",
    ),
    Entry(
        "P-5.9",
        "Step: verify that it works",
        (
            "verify|test|confirm|check + function|works|working|application|healthy + @rotat|deploy|procedure",
        ),
        MANUAL,
        "A step for the operator; Strongroom carries it out once it holds the secret.",
    ),
    Entry(
        "P-5.10",
        "Grace period",
        ("grace|overlap|transition period",),
        ENFORCED,
        "`strongroom check --env` reports old versions that can be read after their grace, or were removed before it.",
        ("tests/check/room/test_dates.py",),
    ),
    Entry(
        "P-5.11",
        "Step: remove the old secret",
        (
            "remove|delete|deactivat|disable|retire|revoke|destroy + old|previous|outgoing|predecessor|remove it + @rotat|deactivat|procedure + !@emergency|immediate",
        ),
        ENFORCED,
        "`strongroom check --env` reports old versions that were not removed in time; that the target refuses the old value is for the operator to see.",
        ("tests/check/room/test_dates.py",),
    ),
    Entry(
        "P-5.12",
        "Step: watch for errors",
        ("monitor|watch|observe + error|failure|problem|use of the old",),
        MANUAL,
        "A step for the operator; Strongroom carries it out once it holds the secret.",
    ),
    Entry(
        "P-5.13",
        "Step: log the date",
        (
            "log|record|document|note|write down + rotation date|date of|rotation + !access|incident|audit log + @document|rotat|record",
        ),
        MANUAL,
        "A step for the operator; Strongroom carries it out once it holds the secret.",
    ),
    Entry(
        "P-5.14",
        "Step: update the inventory",
        ("update|adjust|correct|bring + inventory|register + !maintain",),
        ENFORCED,
        "The inventory is a view over what the room keeps, so that nobody needs to update it.",
        ("tests/ops/test_inventory.py",),
    ),
    Entry(
        "P-5.15",
        "Step: tell the teams",
        (
            "notify|notified|inform |informs|informed|tell |told|announce + relevant|team|owner|consumer|dependent|user + @rotat|replac|procedure|successor|new version + !security team|affected",
        ),
        MANUAL,
        "A step for the operator; Strongroom carries it out once it holds the secret.",
    ),
    Entry(
        "P-6.1",
        "Contained within minutes",
        (
            "@emergency|compromis|incident|leak + minute|second + immediate|contain|revoke|rotate|replace|respond",
            "@immediate|contain|emergency + generat|update production|revoke|replace + !investigat|schedule|trigger",
        ),
        MANUAL,
        "The clock is compiled; the incident itself is kept in the incident register.",
    ),
    Entry(
        "P-6.2",
        "Investigated within the hour",
        (
            "@emergency|compromis|incident|leak + investigat|assess|scope + hour|minute|day",
            "@investigat + access log|review|scope|unauthori|identify",
        ),
        MANUAL,
        "The clock is compiled; the incident itself is kept in the incident register.",
    ),
    Entry(
        "P-6.3",
        "Remediated within a day",
        (
            "@emergency|compromis|incident|leak + remediat|recover|related secret + hour|day|minute",
            "@remediat + related|polic|affected|notify|rotate all",
        ),
        MANUAL,
        "The clock is compiled; the incident itself is kept in the incident register.",
    ),
    Entry(
        "P-6.4",
        "Post-mortem within a week",
        (
            "@emergency|compromis|incident|leak + post-mortem|post mortem|postmortem|retrospective|lessons + week|day|hour|month",
            "@post-mortem|postmortem|post mortem|retrospective + document|root cause|prevent|measure",
        ),
        MANUAL,
        "The clock is compiled; the incident itself is kept in the incident register.",
    ),
)
