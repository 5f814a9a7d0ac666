"""What the recipes share: the question, the provider's API, and how failures are answered."""

import base64
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import IO, Any, Final
from urllib.parse import quote, urlencode

import msgspec

from strongroom.errors import InvalidError
from strongroom.rotation.recipes import RECIPES
from strongroom.rotation.rotators import https
from strongroom.rotation.rotators.interface import TargetError, TargetTlsError
from strongroom.rotation.rotators.protocol import VERSION, Ask, Word

QUESTION_BYTES_MAX: Final = 4 * 1024 * 1024

Fields = dict[str, str]


class Version(msgspec.Struct, frozen=True):
    """One version of the secret."""

    version: int
    fields: Fields


class Question(msgspec.Struct, frozen=True):
    """What is asked."""

    id: str
    ask: Ask
    secret: str
    options: dict[str, str] = {}
    admin: Fields = {}
    timeout_s: float = 10.0
    current: Version | None = None
    pending: Version | None = None
    previous: Version | None = None
    about: Version | None = None
    proposed: Fields = {}

    @property
    def label(self) -> str:
        """What a key of this secret is called at the provider."""
        return f"strongroom {self.secret}"[-64:]

    def known(self, field: str) -> set[str]:
        """That field of every version that is in somebody's hands."""
        versions = (self.current, self.pending, self.previous, self.about)
        return {one.fields.get(field, "") for one in versions if one is not None}

    def option(self, name: str) -> str:
        """An option that there must be."""
        text = self.options.get(name, "")
        if not text:
            raise FailedError(Word.DENIED, f"option {name} is missing")
        return text

    def secret_of_admin(self, name: str) -> str:
        """A field of the admin secret that there must be."""
        text = self.admin.get(name, "")
        if not text:
            raise FailedError(Word.ADMIN_REFUSED, f"the admin secret lacks the field {name}")
        return text


class FailedError(Exception):
    """A word of the protocol, and why; the reason holds nothing that a provider said."""

    def __init__(self, word: Word, reason: str) -> None:
        super().__init__(reason)
        self.word = word
        self.reason = reason


class Recipe:
    """One provider. What is not overridden is nothing to do, or not to be told."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked

    def doctor(self) -> None:
        """Raise what a rotation would fail of."""
        raise NotImplementedError

    def mint(self) -> Fields:
        """The fields that change, made by the provider."""
        raise NotImplementedError

    def probe(self, fields: Fields) -> bool:
        """Whether a client with these fields gets in."""
        raise NotImplementedError

    def test(self, fields: Fields) -> None:
        """Do what its user needs."""
        if not self.probe(fields):
            raise FailedError(Word.DENIED, "the new credential is refused")

    def end(self, fields: Fields) -> None:
        """End a credential for good. Twice is once."""
        raise NotImplementedError

    def undo(self, fields: Fields) -> None:
        """Take back what `mint` made. Twice is once."""
        self.end(fields)


class Api:
    """A provider's API: JSON out, JSON or a form in."""

    def __init__(self, asked: Question, url: str, headers: dict[str, str]) -> None:
        self._place = https.place(url.rstrip("/"))
        self._headers = {"accept": "application/json", "user-agent": "strongroom"} | headers
        self._timeout_s = asked.timeout_s
        self._ca = asked.options.get("tls_ca", "")

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Fields | None = None,
        may: Sequence[int] = (),
    ) -> tuple[int, Any]:
        """Status and content. Beside success, the statuses of `may` come back.

        Raises:
            FailedError: the admin credential is refused (401), it is not allowed (403), later
                (429, 5xx), anything else. TargetError: nobody answered.
        """
        headers, body = dict(self._headers), None
        if json is not None:
            headers["content-type"] = "application/json"
            body = msgspec.json.encode(json)
        elif form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        elif method in {"POST", "PUT"}:
            body = b""
        place = self._place._replace(path=self._place.path.rstrip("/") + path)
        reply = https.send(
            place, method, headers=headers, body=body, timeout_s=self._timeout_s, ca=self._ca
        )
        if reply.status // 100 == 2 or reply.status in may:
            return reply.status, _content(reply.body)
        where = f"{method} {self._place.host} answers {reply.status}"
        if reply.status == 401:
            raise FailedError(Word.ADMIN_REFUSED, where)
        if reply.status == 429 or reply.status // 100 == 5:
            raise FailedError(Word.BUSY, where)
        raise FailedError(Word.DENIED, where)


def basic(user: str, password: str) -> dict[str, str]:
    """The header of a login by name and password."""
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    """The header of a login by token."""
    return {"authorization": f"Bearer {token}"}


def part(text: str) -> str:
    """`text` as one part of a path."""
    if not text or text in {".", ".."}:
        raise FailedError(Word.DENIED, "a name that stands in a path is empty")
    return quote(text, safe="@")


def text_of(found: Any, *names: str) -> str:
    """A text in what a provider answers."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, str) or not found:
        raise FailedError(Word.DENIED, f"the answer lacks {'.'.join(names)}")
    return found


def rows_of(found: Any, name: str) -> list[dict[str, Any]]:
    """A list in what a provider answers."""
    rows = found.get(name, []) if isinstance(found, dict) else []
    return [row for row in rows if isinstance(row, dict)]


def answer(name: str, body: bytes) -> bytes:
    """Answer one question by the recipe of that name."""
    asked = msgspec.json.decode(body, type=Question)
    told: dict[str, Any] = {"version": VERSION, "id": asked.id}
    try:
        told |= _answer(_recipe(name)(asked))
    except FailedError as error:
        told |= {"answer": error.word, "reason": error.reason}
    except TargetTlsError as error:
        told |= {"answer": Word.DENIED, "reason": error.message}
    except TargetError as error:
        told |= {"answer": Word.UNREACHABLE, "reason": error.message}
    except InvalidError as error:
        told |= {"answer": Word.DENIED, "reason": error.message}
    return msgspec.json.encode(told)


def main(arguments: Sequence[str], source: IO[bytes], sink: IO[bytes]) -> int:
    """Answer one question; 2 where there is no such recipe."""
    if len(arguments) != 1 or arguments[0] not in RECIPES:
        return 2
    sink.write(answer(arguments[0], source.read(QUESTION_BYTES_MAX)))
    return 0


def _answer(recipe: Recipe) -> dict[str, Any]:
    asked = recipe.asked
    match asked.ask:
        case Ask.DOCTOR:
            recipe.doctor()
            return {"answer": Word.DONE}
        case Ask.MINT:
            return {"answer": Word.DONE, "fields": recipe.mint()}
        case Ask.PROBE:
            accepted = recipe.probe(_fields(asked.about))
            return {"answer": Word.ACCEPTED if accepted else Word.REFUSED}
        case Ask.TEST:
            recipe.test(_fields(asked.pending))
        case Ask.RETIRE:
            recipe.end(_fields(asked.about))
        case Ask.UNDO:
            if asked.pending is not None:
                recipe.undo(asked.pending.fields)
        case Ask.IN_USE:
            return {"answer": Word.UNSUPPORTED}
        case _:
            # The provider made it, so that it is valid since then.
            _fields(asked.pending)
    return {"answer": Word.DONE}


def _fields(version: Version | None) -> Fields:
    if version is None:
        raise FailedError(Word.DENIED, "the question names no version")
    return version.fields


def _recipe(name: str) -> Callable[[Question], Recipe]:
    known = RECIPES[name]
    module = import_module(f"strongroom.rotation.recipes.{known.module}")
    made: Callable[[Question], Recipe] = getattr(module, known.name)
    return made


def _content(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body) if body else {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
