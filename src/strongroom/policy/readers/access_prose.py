"""Who may read where, from lists and sentences.

A sentence grants only when nothing in it is left over once roles, environments and the
plain words of access are taken away: `after approval`, `a copy of`, `may request` are.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from strongroom.model.policy import Environment
from strongroom.policy.document import ENVIRONMENTS_MAX, Kind, Statement
from strongroom.policy.source import Source
from strongroom.policy.words import bag, fold, listed

NAMES_CHARS_MAX: Final = 160
_TOPIC: Final = (
    *(" access", " who can", " who may", " who gets", " permission", " may read", " can read"),
    *(" may see", " get at ", " who sees", " who reads"),
)
_VERB: Final = re.compile(
    r"\b(?:may|can|could|must|shall|should|have|has|are|is|get|gets|see|sees|read|reads|access|enter)\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(
    r"\b(?:not|no|never|cannot|can't|mustn't|none|neither|nor|nobody|without|denied|forbidden|refused|prohibited)\b|n't\b",
    re.IGNORECASE,
)
_EXCEPT: Final = re.compile(
    r"\b(?:except|excluding|other than|apart from|aside from|save for|exception|barring|outside)\b",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(
    r"\s*(?:;|,?\s*\bbut\b|,?\s*\b(?:with the )?except(?:ion)?(?:\s+(?:for|of|to))?\b|,\s*(?=not\b|never\b|no\b)"
    r"|\b(?:while|whereas|excluding|other than|apart from|aside from|save for|barring|outside)\b)\s*",
    re.IGNORECASE,
)
CONDITION: Final = re.compile(
    r"\b(?:approv\w+|permission of|consent|request\w*|ticket|justification|supervis\w+|escort\w*"
    r"|break-?glass|emergenc\w+|temporar\w+|time-?(?:box|limit)\w*|just-in-time|jit|case[- ]by[- ]case"
    r"|if|unless|when|whenever|until|upon|during|provided|subject to|read[- ]?only)\b",
    re.IGNORECASE,
)
_QUALIFIED: Final = re.compile(
    r"\b(?:who|whose|that|with|without|after|if|unless|while|during|except|excluding|other than)\b",
    re.IGNORECASE,
)
_EVERYWHERE: Final = re.compile(r"\b(?:all|every|any|everything|everywhere)\b", re.IGNORECASE)
_NOTHING: Final = re.compile(r"^\s*(?:nothing|none|nowhere|-)\W*$|\bno access\W*$", re.IGNORECASE)
_ONLY: Final = re.compile(r"^\s*only\b\s*", re.IGNORECASE)
_EVERYONE: Final = re.compile(
    r"(?:everyone|everybody|anyone|all roles|any role|all teams|all staff|all)", re.IGNORECASE
)
_NOBODY: Final = re.compile(r"(?:nobody|no one|no-one|none)\b", re.IGNORECASE)
_NO_ROLE: Final = re.compile(r"(?:no|neither|none of the)\s+", re.IGNORECASE)
_DENIED: Final = re.compile(
    r"\s+(?:(?:do|does|did|will|would)\s+)?(?:never|not|no longer)\s*$|\s+(?:don't|doesn't|won't)\s*$",
    re.IGNORECASE,
)
# `Production is limited to SRE`: the environment is the subject and the role comes last.
_PASSIVE: Final = re.compile(
    r"^(?:access to\s+)?(?:the\s+)?(?P<where>.{2,80}?)\s+(?:is|are|may be|can be|must be|shall be)\s+(?P<how>(?:\w+\s+){0,3}?"
    r"(?:limited|restricted|confined|reserved|open|available|accessible|visible|granted|accessed|read))\s+"
    r"(?P<only>only\s+)?(?:to|by|for)\s+(?P<who>[^;]+?)\W*$",
    re.IGNORECASE,
)
_CONFINED: Final = re.compile(r"only|limited|restricted|confined|reserved", re.IGNORECASE)
_PLAIN: Final = bag(
    """
    access accessed accessible read reads see sees use uses view reach enter get gets have has may
    can could shall is are be been being do does allowed permitted granted entitled authorised
    authorized right rights permission permissions to the a an all any every each both
    everything everywhere anything environment environments env secret secrets credential
    credentials value values key keys of in for on at with from and or nor also well as only
    too not no never but except excluding other than apart aside save exception full complete
    unrestricted including so it its them these those write manage nothing none cannot must
    nowhere neither cant dont system systems while whereas that one outside barring
    """
)
_NO_ROLES: Final = bag(
    """
    it they we you he she this that these those there which what who such access secret secrets
    credential credentials environment environments policy key keys password passwords token
    tokens value values request requests approval method methods log logs each but will would
    might used did does do never not no longer
    """
)


class _Said(NamedTuple):
    statement: Statement
    names: str
    environments: tuple[Environment, ...]
    allowed: bool
    only: bool


def read(
    source: Source, environments: tuple[Environment, ...]
) -> Iterator[tuple[str, str, bool, int]]:
    """Role, environment name, whether it is allowed, and the line, for all that is said."""
    roles: dict[str, None] = {}
    said: list[tuple[list[str], _Said]] = []
    for statement in source.prose():
        if not about_access(statement):
            continue
        for one in _sentence(source, statement, environments):
            members = [] if _is_all(one.names) else list(_members(one.names))
            roles.update(dict.fromkeys(members))
            said.append((members, one))
    for members, one in said:
        line = one.statement.line
        for where in one.environments:
            source.notes.state(f"access.{where.id}", one.statement)
        wheres = one.environments or environments  # no access at all names none
        # `everyone` and `nobody` are whoever the document names.
        for role in members or (roles if _is_all(one.names) else ()):
            yield from ((role, e.name, one.allowed, line) for e in wheres)
        if one.only:
            for role in roles:
                if role not in members:
                    yield from ((role, e.name, False, line) for e in one.environments)


def about_access(statement: Statement) -> bool:
    """Whether a statement, or what stands above it, is about who may read what."""
    near = statement.above + statement.fold
    return statement.kind is not Kind.HEADING and any(word in near for word in _TOPIC)


def _is_all(names: str) -> bool:
    return bool(_EVERYONE.fullmatch(names) or _NOBODY.match(names))


def _members(names: str) -> Iterator[str]:
    for part in listed(names):
        role = re.sub(
            r"^(?:(?:the|a|an|only|and|or|all|every|any)\s+)+",
            "",
            part.strip(" .*`"),
            flags=re.IGNORECASE,
        )
        if role and not _NO_ROLES & set(fold(role).split()) and len(role.split()) <= 6:
            yield role


def _sentence(
    source: Source, statement: Statement, environments: tuple[Environment, ...]
) -> Iterator[_Said]:
    text = statement.text
    if ":" in text and statement.kind in {Kind.ITEM, Kind.ROW}:
        names, _, body = text.partition(":")
        if len(statement.cells) > 2:
            return
        if wheres := _only_places(names, environments):
            body = statement.cells[1] if statement.cells else body
            yield from _of_place(source, statement, wheres, body)
        else:
            yield from _clauses(source, statement, names, body, environments, only=False)
        return
    if (passive := _PASSIVE.match(text)) and (
        wheres := _only_places(passive["where"], environments)
    ):
        how = passive["how"] + (passive["only"] or "")
        allowed = not _NOT.search(how)
        only = allowed and bool(_CONFINED.search(how))
        yield from _of_place(source, statement, wheres, passive["who"], allowed=allowed, only=only)
        return
    verb = _VERB.search(text)
    if (
        verb is None
        or not verb.start()
        or not re.search(
            r"\b(?:access|read|see|use|view|enter|reach|get)", text[verb.start() :], re.IGNORECASE
        )
    ):
        return
    names = text[: verb.start()]
    body = text[verb.start() :]
    if tail := _DENIED.search(names):
        names, body = names[: tail.start()], f"not {body}"
    if denied := _NO_ROLE.match(names):
        names, body = names[denied.end() :].replace(" nor ", " and "), f"not {body}"
    only = bool(_ONLY.match(names))
    yield from _clauses(source, statement, _ONLY.sub("", names), body, environments, only=only)


def _of_place(
    source: Source,
    statement: Statement,
    wheres: tuple[Environment, ...],
    who: str,
    *,
    allowed: bool = True,
    only: bool = False,
) -> Iterator[_Said]:
    """What `Production: SRE, Security only` says: an environment and then its roles."""
    bare = re.sub(r"\W*\bonly\b\W*", " ", who, flags=re.IGNORECASE).strip(" .")
    if _NOTHING.search(who) or _NOBODY.match(bare):
        yield _Said(statement, "nobody", wheres, allowed=False, only=False)
    elif _NOT.search(bare) or _EXCEPT.search(bare) or CONDITION.search(bare) or "(" in bare:
        _doubt(source, statement, "the roles")
    elif bare and len(bare) <= NAMES_CHARS_MAX:
        yield _Said(statement, bare, wheres, allowed, only or "only" in fold(who).split())


def _clauses(
    source: Source,
    statement: Statement,
    names: str,
    body: str,
    environments: tuple[Environment, ...],
    *,
    only: bool,
) -> Iterator[_Said]:
    names = re.sub(r"^(?:the|a|an)\s+", "", names.strip(), flags=re.IGNORECASE)
    if not names or len(names) > NAMES_CHARS_MAX or not (_is_all(names) or any(_members(names))):
        return
    if _NOTHING.search(body):
        yield _Said(statement, names, (), allowed=False, only=False)
        return
    said: list[Environment] = []
    excepted = everywhere = False
    nobody = bool(_NOBODY.match(names))
    # A condition at the end counts for the whole sentence.
    loose = bool(CONDITION.search(body) or _QUALIFIED.search(names))
    for part, between in _parts(body):
        rest = between.casefold()
        barely = "but" in rest and everywhere and not re.match(r"also\b", part, re.IGNORECASE)
        excepted = excepted or bool(_EXCEPT.search(between)) or barely
        wheres = tuple(e for e in environments if _mentions(part, e))
        if not wheres and _EVERYWHERE.search(part):
            later = [
                e for p, _ in _parts(body) if p != part for e in environments if _mentions(p, e)
            ]
            wheres = tuple(e for e in environments if e not in said and e not in later)
            everywhere = True
        if not wheres:
            continue
        allowed = not _NOT.search(part) and not excepted and not nobody
        unclear = loose or _left_over(part, environments)
        if unclear and statement.kind is Kind.ITEM and not loose:
            return  # `MFA: required in production` is about something else
        if unclear:
            _doubt(source, statement, names.strip())
        yield _Said(statement, names, wheres, allowed and not unclear, only and allowed)
        said += wheres


def _doubt(source: Source, statement: Statement, who: str) -> None:
    source.notes.doubt(
        "D-5",
        (statement.line,),
        f"what {who} may do is said with more than yes or no",
        "no, until a comment in the document grants it: <!-- strongroom: role NAME ENVIRONMENT=yes -->",
    )


def _left_over(part: str, environments: Iterable[Environment]) -> set[str]:
    """The words of a clause that are neither an environment nor plain words of access."""
    text = fold(part)
    for environment in environments:
        for name in _names(environment):
            text = text.replace(f" {name} ", " ")
    return {word.strip("./%@+-") for word in text.split()} - _PLAIN - {""}


def _parts(body: str) -> Iterator[tuple[str, str]]:
    """The clauses of a sentence, each with the words that join it to the one before."""
    start, between = 0, ""
    for joint in _JOINT.finditer(body):
        yield body[start : joint.start()], between
        start, between = joint.end(), joint[0]
    yield body[start:], between


@lru_cache(maxsize=4 * ENVIRONMENTS_MAX)
def _names(environment: Environment) -> tuple[str, ...]:
    names = {fold(n).strip() for n in (environment.name, environment.id, *environment.aliases)}
    return tuple(sorted(names, key=len, reverse=True))


@lru_cache(maxsize=4 * ENVIRONMENTS_MAX)
def _pattern(environment: Environment) -> re.Pattern[str]:
    # `non production` and `pre production` are other places than production.
    names = "|".join(map(re.escape, _names(environment)))
    return re.compile(rf"(?<! non)(?<! pre)(?<! post) (?:{names}) ")


def _mentions(part: str, environment: Environment) -> bool:
    return _pattern(environment).search(fold(part)) is not None


def _only_places(text: str, environments: tuple[Environment, ...]) -> tuple[Environment, ...]:
    """The environments that `text` names, when it names nothing else."""
    wheres = tuple(e for e in environments if _mentions(text, e))
    if not wheres or _left_over(text, wheres) or _NOT.search(text) or _EXCEPT.search(text):
        return ()
    return wheres
