"""Values that stand in for a secret: what examples, templates and tutorials are full of.

`P-3.5`: a sentinel is refused wherever weak values are, however long it is.
"""

import re
from typing import Final

_MARKERS_TEXT: Final = """
change changeme changethis changeit replace replaceme secret supersecret topsecret secrets
password passwort passwd pass pwd test testing tests example sample dummy fake mock
placeholder default todo fixme tbd dev devel development local localhost foo bar baz foobar
demo insecure unsafe none null undefined nil empty xxx xxxx xxxxx xxxxxx xxxxxxxx redacted
admin administrator root guest postgres mysql redis rabbitmq mongo minio elastic letmein
welcome qwerty asdf asdfasdf hunter abc abcd abcdef iloveyou monkey dragon temp tmp
your yourkey yoursecret mysecret mypassword insert enter
"""
_FILLERS_TEXT: Final = """
a an the in on to of for it is be this that me my our here now before please not never do
must and or with use using real some any very super key keys api app application token tokens
jwt auth session cookie signing encryption data db database user username client server
service prod production staging stage live env environment value string min minimum
at least chars characters long random generated generate django flask fastapi node rails
project company com org net http https one two three new old only master
"""
# A value made of nothing but these and FILLERS is a sentinel if a marker is among them.
MARKERS: Final = frozenset(_MARKERS_TEXT.split())
FILLERS: Final = frozenset(_FILLERS_TEXT.split())
COMMON: Final = MARKERS | FILLERS
# Frameworks mark the keys that they put into new projects.
_PREFIXES: Final = ("django-insecure-",)
_TEMPLATE: Final = re.compile(r"\$\{.*\}|\{\{.*\}\}|<.*>|\[.*\]|%\(.*\)s|__.*__", re.DOTALL)
_LEET: Final = str.maketrans("0134578@$!", "oieastbasi")
_CHARS_MAX: Final = 256
_CHARS_LONGEST: Final = max(map(len, COMMON))
_WORD: Final = re.compile(r"[a-z]+")


def plain(text: str) -> str:
    """`text` in lower case with figures for letters undone, of the same length."""
    if text.isascii():
        return text.lower().translate(_LEET)
    return "".join(c if len(c) == 1 else "?" for c in map(str.lower, text)).translate(_LEET)


def sentinel(value: str) -> bool:
    """Whether `value` is an example's, a template's or a tutorial's, and nobody's secret.

    An empty value is one too: it stands where a secret is missing.
    """
    value = value.strip()
    if not value or (len(set(value)) == 1 and len(value) > 1):
        return True
    if len(value) > _CHARS_MAX:
        return False
    if _TEMPLATE.fullmatch(value) or value.startswith(_PREFIXES):
        return True
    return _only_sentinels(value.lower()) or _only_sentinels(plain(value))


def _only_sentinels(text: str) -> bool:
    marked = False
    for word in _WORD.findall(text):
        made_of = _made_of(word)
        if not made_of:
            return False
        marked = marked or made_of == 2
    return marked


def _made_of(word: str) -> int:
    """2 if `word` is made of known words with a marker among them, 1 without, otherwise 0."""
    if len(word) == 1:  # a letter alone is a word only when it stands alone: else all text is words
        return (word in COMMON) + (word in MARKERS)
    reach = [1] + [0] * len(word)
    for start in range(len(word)):
        if not reach[start]:
            continue
        for end in range(start + 2, min(start + _CHARS_LONGEST, len(word)) + 1):
            part = word[start:end]
            if part in COMMON:
                reach[end] = max(reach[end], reach[start], 2 if part in MARKERS else 1)
    return reach[-1]
