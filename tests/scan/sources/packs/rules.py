"""Rules of all kinds, with texts that they find over lines, far from one another, and in long lines."""

from strongroom.crypto.fingerprint import lookup
from strongroom.scan.own.interface import OwnValue
from strongroom.scan.own.prints import Print, PrintSet
from strongroom.scan.ruleset import gitleaks
from strongroom.scan.ruleset.model import Rule, RuleSet
from strongroom.scan.ruleset.read import rule_of

GAP = "\0"  # in a text: anything that `\s` or a few lines can be
OWN = "correct-horse-battery-staple"
OWN_SET = PrintSet("x", bytes(32), (
    Print(OwnValue("prod/db/PASSWORD@v1", retired=False), len(OWN),
          frozenset({"lower", "symbols"}), lookup(bytes(32), OWN.encode())),
))  # fmt: skip
_TABLES = (
    {"id": "far-head", "pattern": r"alpha-[\s\S]{1,400}omega-([a-z0-9]{8})", "lines": 20},
    {"id": "far-common", "pattern": r"(?s)key.{1,300}end:([a-z0-9]{8})", "lines": 12},
    {"id": "far-lazy", "pattern": r"(?s)token\b.{1,300}?value=([a-z0-9]{8})", "lines": 30},
    {"id": "two", "pattern": r"user:[ \t]*[a-z]+\n\s*pw:[ \t]*([a-z0-9]{6,12})", "lines": 2},
    {"id": "two-gap", "pattern": r"usr=\s{1,40}psw=([a-z0-9]{6,12})", "lines": 2},
    {
        "id": "two-reject",
        "pattern": r"aaa[0-9]\n(bbb[0-9]{3,6})",
        "lines": 2,
        "reject": ["bbb0"],
    },
    {"id": "two-behind", "pattern": r"(?<=open\n)(sesame[0-9]{3})", "lines": 2},
    {"id": "near-line", "pattern": r"\b([0-9a-f]{12})\b", "near": ["akey"], "within": 0},
    {"id": "near-lines", "pattern": r"\b([0-9A-F]{14})\b", "near": ["bkey"], "within": 3},
    {"id": "near-too", "pattern": r"zkey=([0-9]{8})", "near": ["ckey"], "within": 9},
    {
        "id": "pair-a",
        "pattern": r"idA([0-9]{6})",
        "pair": ["pair-b"],
        "pair_required": True,
        "within": 7,
    },
    {"id": "pair-b", "pattern": r"idB([0-9]{6})", "report": False},
    {"id": "no-line", "pattern": r"qqq=([0-9]{6})", "reject_line": ["nope"]},
    {"id": "long", "pattern": r"\bLT-([A-Za-z0-9+/=]{40,8000})\b"},
    {"id": "long-pair", "pattern": r"head<[^>\n]{0,6000}>tail=([0-9]{5})"},
)
_GITLEAKS = {
    "rules": [
        {
            "id": "gl-s",
            "regex": r"(?s)begin.{1,200}secret=([a-z0-9]{8})",
            "keywords": ["secret"],
        },
        {"id": "gl-near", "regex": "gg[0-9]{6}", "keywords": ["hoster"]},
        {"id": "gl-m", "regex": r"(?m)^mm:\s*\n\s*nn:([0-9]{6})$", "keywords": ["mm:"]},
    ]
}
TEXTS = (
    "alpha-\0omega-abcd1234", "key \0end:abcd1234", "token \0value=abcd1234", "user: bob\n\0pw: hunter22",
    "usr=\0psw=hunter22", "aaa1\nbbb0234\naaa3\nbbb1234", "open\nsesame123", "akey 0123456789ab",
    "bkey\n\n0123456789ABCD", "ckey \0 zkey=12345678", "idA123456\0idB123456", "qqq=123456 # nope",
    "LT-" + "aB3" * 900, "head<" + "y" * 5000 + ">tail=12345", "begin \0 secret=abcd1234",
    "hoster\n\0\ngg123456", "mm:\n\nnn:123456", f'k = "{OWN}"', "qqq=123456 # strongroom:allow",
)  # fmt: skip


def rules() -> RuleSet:
    """All of them."""
    found: list[Rule] = [rule_of(table) for table in _TABLES]
    return RuleSet([*found, *gitleaks.read(_GITLEAKS).rules], "c" * 64)
