"""P-10 inventory, P-11 incidents, P-12 compliance, P-13 tools, P-14 review, P-15 contacts."""

from typing import Final

from strongroom.policy.taxonomy.entry import ENFORCED, EVIDENCED, MANUAL, Entry

ENTRIES: Final = (
    Entry(
        "P-10.1",
        "There is an inventory of all secrets",
        (
            "inventory|register of secrets|list of all secrets + maintain|keep|all secret|every secret|up to date|current + !laptop|hardware|asset|device|server|software",
        ),
        ENFORCED,
        "`strongroom inventory` is a view over the room; `strongroom check` compares the document's own inventory, and with --env the room, with types and environments and names what is missing.",
        ("tests/check/test_inventory.py", "tests/ops/test_inventory.py"),
    ),
    Entry(
        "P-10.2",
        "Its six columns",
        (),
        ENFORCED,
        "`strongroom inventory` has them first, in the document's own words; missing columns and impossible dates of the document's rows are reported.",
        ("tests/check/test_inventory.py", "tests/inventory/test_formats.py"),
    ),
    Entry(
        "P-10.3",
        "Each secret has an owner",
        ("owner|responsible + each|every|all|must|has + secret|credential|inventory",),
        ENFORCED,
        "A secret without an owner is refused; `strongroom check` reports rows without one, and with --env owners who are not there or have nobody to stand in.",
        ("tests/ops/test_room_clauses.py", "tests/secret/test_directory.py"),
    ),
    Entry(
        "P-10.4",
        "“On compromise” only where the type says so",
        (),
        ENFORCED,
        "`strongroom check` reports the words on any other type.",
        ("tests/check/test_inventory.py",),
    ),
    Entry(
        "P-11.1",
        "Watch for unusual access",
        ("monitor|detect|watch|alert|look + unusual|anomal|suspicious|abnormal|odd",),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.2",
        "Alert on failed log-ins",
        (
            "alert|alarm|warn|notify|monitor + failed|unsuccessful + auth|login|log-in|sign-in|attempt",
        ),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.3",
        "Review audit logs",
        (
            "review|read|inspect|go through|examine + audit log|access log|logs + !@investigat|retain",
        ),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.4",
        "Follow the emergency procedure",
        (
            "follow|apply|start|run|use|carry out + emergency rotation|emergency procedure|emergency plan|incident procedure|incident plan|incident response|rotation procedure",
        ),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.5",
        "Kill switch",
        ("kill switch|kill-switch|killswitch|emergency stop|shut off",),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.6",
        "Tell the security team",
        (
            "notify|notified|inform |informs|informed|tell |told|call |alert|page  + security team|security officer|security department|security desk|security is|security at once",
        ),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.7",
        "Rotate all that may be affected",
        (
            "rotat|replac|renew + all|every + potential|possibl|might|may|affected|suspect|whatever + !related",
            "rotat + whatever + compromis",
        ),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.8",
        "Review and update access",
        (
            "review|update|revisit|tighten|reconsider + access control|who has access|permission|access right|grants",
        ),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.9",
        "Watch for unauthorized access",
        ("monitor|watch|look out|keep an eye + unauthori|illegitimate|forbidden access",),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-11.10",
        "Learn: post-mortem, policies, prevention",
        (
            "@learn|lessons|aftermath + post-mortem|postmortem|post mortem|polic|prevent|improve|retrospective",
        ),
        MANUAL,
        "People do it; the incident register shows when and by whom.",
    ),
    Entry(
        "P-12.1",
        "GDPR",
        ("gdpr|general data protection",),
        MANUAL,
        "The security team's compliance register tracks it.",
    ),
    Entry(
        "P-12.2",
        "PCI DSS",
        ("pci",),
        MANUAL,
        "The security team's compliance register tracks it.",
    ),
    Entry(
        "P-12.3",
        "SOC 2",
        ("soc 2|soc2|soc-2",),
        MANUAL,
        "The security team's compliance register tracks it.",
    ),
    Entry(
        "P-12.4",
        "Every access is logged, no value is",
        (
            "log|record + all|every|each|any + access + !retain",
            "log|record + access + @audit requirement|compliance|audit + value",
        ),
        ENFORCED,
        "The room records every delivery, change and refusal before it returns; a record holds no value.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-12.5",
        "Logs are retained",
        (
            "retain|retention|kept|keep|preserv|archiv + log|audit|trail|record + year|month|day|quarter|annum",
        ),
        EVIDENCED,
        "Nothing destroys an entry; old ones may move into sealed files that say until when they must be kept."
        " `strongroom check --env` shows that nothing of the log was taken away, and asks for an anchor, a"
        " backup and a drill.",
        ("tests/check/room/test_house.py", "tests/ops/test_audit_prune.py"),
    ),
    Entry(
        "P-12.6",
        "Regular security audits",
        ("security audit|security assessment|internal audit|regular audit|self-assessment",),
        MANUAL,
        "The security team's compliance register tracks it.",
    ),
    Entry(
        "P-12.7",
        "Penetration test every year",
        ("penetration|pen test|pentest|pen-test",),
        MANUAL,
        "The security team's compliance register tracks it.",
    ),
    Entry(
        "P-13.1",
        "Tools to generate",
        (
            "openssl|secrets module|python module|password manager|1password|lastpass|bitwarden|keepass + @tool|resource|recommended",
        ),
        MANUAL,
        "`strongroom generate` takes their place; which tool people use is for people to see.",
    ),
    Entry(
        "P-13.2",
        "Tools to manage",
        (
            "aws secrets manager|hashicorp vault|azure key vault|google secret manager|openbao|infisical|doppler + @tool|resource|recommended",
        ),
        MANUAL,
        "Adapters for them are not part of this version.",
    ),
    Entry(
        "P-13.3",
        "Tools to scan",
        (
            "git-secrets|trufflehog|gitleaks|secret scanning|detect-secrets|kingfisher|betterleaks + @tool|resource|scanning|recommended",
        ),
        MANUAL,
        "Their findings are kept by those tools in this version.",
    ),
    Entry(
        "P-13.4",
        "The commands that the document shows",
        ("code: openssl rand|git log -p|grep -i", "openssl rand|git log -p"),
        MANUAL,
        "`strongroom generate` and `strongroom check` do the same without printing a secret (C-3, C-4, C-21).",
    ),
    Entry(
        "P-14.1",
        "The document is reviewed on time",
        (),
        EVIDENCED,
        "The date of the last update and the period are compiled, so that the next review has a date.",
        ("tests/policy/test_compiler.py",),
    ),
    Entry(
        "P-14.2",
        "What triggers an update",
        (),
        MANUAL,
        "The triggers are compiled; the security team's register of reviews tracks them.",
    ),
    Entry(
        "P-14.3",
        "Who approves changes of the document",
        (),
        ENFORCED,
        "The approvers are compiled; `strongroom check --env` reports a policy that one person adopted alone.",
        ("tests/check/room/test_registry.py",),
    ),
    Entry(
        "P-15.1",
        "Whom to ask",
        (),
        EVIDENCED,
        "The contacts are compiled and shown by `strongroom policy show`.",
        ("tests/policy/test_compiler.py",),
    ),
)
