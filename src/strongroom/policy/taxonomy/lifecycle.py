"""P-5 rotation, P-6 emergency rotation."""

from typing import Final

from strongroom.policy.taxonomy.entry import ENFORCED, MANUAL, Entry

_PLAN = "The number is compiled and shown; the rotation itself is the operator's in this version."
_STEP = "A step for the operator; Strongroom carries it out once it holds the secret."
_CLOCK = "The clock is compiled; the incident itself is kept in the incident register."
_INVENTORY = ("tests/check/test_inventory.py",)

ENTRIES: Final = (
    Entry(
        "P-5.1",
        "Token signing keys rotate on schedule",
        (),
        ENFORCED,
        "`strongroom check` reports overdue rows of the inventory.",
        _INVENTORY,
    ),
    Entry(
        "P-5.2",
        "API keys rotate on schedule",
        (),
        ENFORCED,
        "`strongroom check` reports overdue rows of the inventory.",
        _INVENTORY,
    ),
    Entry(
        "P-5.3",
        "Database passwords rotate on schedule",
        (),
        ENFORCED,
        "`strongroom check` reports overdue rows of the inventory.",
        _INVENTORY,
    ),
    Entry(
        "P-5.4",
        "Everything rotates on compromise",
        (
            "all secret|any secret|every secret|everything + compromis|leak|breach + immediate|at once|rotat + !related|potentially",
        ),
        MANUAL,
        _CLOCK,
    ),
    Entry(
        "P-5.5",
        "Step: generate the new secret",
        (
            "generat|create|make|mint + new|fresh|successor|replacement + secret|value|credential|key|successor|replacement + @rotat|procedure + !@emergency|immediate|compromis|trigger",
        ),
        ENFORCED,
        "`strongroom generate` has a generator for each type, so that no step needs a shell one-liner.",
        ("tests/generate/test_registry.py",),
    ),
    Entry(
        "P-5.6",
        "Step: add it under a version",
        (
            "update|add|store|put|write + secret|value + manager|vault|store + @rotat|procedure",
            "version|tag|label + add|store|write|save|put|new secret|update + !@emergency + @rotat|manager|procedure + !policy",
        ),
        MANUAL,
        _STEP,
    ),
    Entry(
        "P-5.7",
        "Step: the old one stays for a while",
        (
            "old|previous|predecessor|outgoing + keep|kept|remain|stay|active|valid|temporar + !remove|deactivat|grace|log",
        ),
        MANUAL,
        _STEP,
    ),
    Entry(
        "P-5.8",
        "Step: deploy the new secret",
        (
            "deploy|roll out|restart|release|update environment variable|distribute + @rotat|roll out|procedure + !platform|binding|@emergency",
        ),
        MANUAL,
        _STEP,
    ),
    Entry(
        "P-5.9",
        "Step: verify that it works",
        (
            "verify|test|confirm|check + function|works|working|application|healthy + @rotat|deploy|procedure",
        ),
        MANUAL,
        _STEP,
    ),
    Entry("P-5.10", "Grace period", ("grace|overlap|transition period",), MANUAL, _PLAN),
    Entry(
        "P-5.11",
        "Step: remove the old secret",
        (
            "remove|delete|deactivat|disable|retire|revoke|destroy + old|previous|outgoing|predecessor|remove it + @rotat|deactivat|procedure + !@emergency|immediate",
        ),
        MANUAL,
        _STEP,
    ),
    Entry(
        "P-5.12",
        "Step: watch for errors",
        ("monitor|watch|observe + error|failure|problem|use of the old",),
        MANUAL,
        _STEP,
    ),
    Entry(
        "P-5.13",
        "Step: log the date",
        (
            "log|record|document|note|write down + rotation date|date of|rotation + !access|incident|audit log + @document|rotat|record",
        ),
        MANUAL,
        _STEP,
    ),
    Entry(
        "P-5.14",
        "Step: update the inventory",
        ("update|adjust|correct|bring + inventory|register + !maintain",),
        MANUAL,
        _STEP,
    ),
    Entry(
        "P-5.15",
        "Step: tell the teams",
        (
            "notify|inform|tell|announce + relevant|team|owner|consumer|dependent|user + !security team|affected",
        ),
        MANUAL,
        _STEP,
    ),
    Entry(
        "P-6.1",
        "Contained within minutes",
        (
            "@emergency|compromis|incident|leak + minute|second + immediate|contain|revoke|rotate|replace|respond",
            "@immediate|contain|emergency + generat|update production|revoke|replace + !investigat|schedule|trigger",
        ),
        MANUAL,
        _CLOCK,
    ),
    Entry(
        "P-6.2",
        "Investigated within the hour",
        (
            "@emergency|compromis|incident|leak + investigat|assess|scope + hour|minute|day",
            "@investigat + access log|review|scope|unauthori|identify",
        ),
        MANUAL,
        _CLOCK,
    ),
    Entry(
        "P-6.3",
        "Remediated within a day",
        (
            "@emergency|compromis|incident|leak + remediat|recover|related secret + hour|day|minute",
            "@remediat + related|polic|affected|notify|rotate all",
        ),
        MANUAL,
        _CLOCK,
    ),
    Entry(
        "P-6.4",
        "Post-mortem within a week",
        (
            "@emergency|compromis|incident|leak + post-mortem|post mortem|postmortem|retrospective|lessons + week|day|hour|month",
            "@post-mortem|postmortem|post mortem|retrospective + document|root cause|prevent|measure",
        ),
        MANUAL,
        _CLOCK,
    ),
)
