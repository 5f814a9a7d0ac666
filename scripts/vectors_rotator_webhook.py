"""Vectors of docs/spec/rotator-webhook.md."""

from typing import Any, Final

from strongroom.errors import StrongroomError
from strongroom.rotation.rotators import protocol
from strongroom.rotation.rotators.interface import Credential, Job, Target
from strongroom.rotation.rotators.protocol import Ask

SOURCE: Final = "docs/spec/rotator-webhook.md"
ID: Final = "msg_000102030405060708090a0b0c0d0e0f"
KEY: Final = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
_HEAD: Final = f'{{"version":"{protocol.VERSION}","id":"{ID}","answer":'


def build() -> dict[str, list[dict[str, Any]]]:
    """Questions with their signatures, and answers with what they are taken for."""
    asked = [
        _asked("a probe", Ask.PROBE),
        _asked("a value that the target may make", Ask.MINT),
        _asked("another key", Ask.SET, key="whsec_" + "Zm9v" * 8),
        _asked("a key that is too short", Ask.SET, key="whsec_Zm9v"),
        _asked("a key without its prefix", Ask.SET, key=KEY[6:]),
    ]
    answers = [
        ("done", f'{_HEAD}"done"}}'),
        ("a value", f'{_HEAD}"done","fields":{{"password":"example-b"}}}}'),
        ("a member that nobody knows", f'{_HEAD}"refused","more":[1]}}'),
        ("a word that is none", f'{_HEAD}"perhaps"}}'),
        ("of another question", f'{_HEAD}"done"}}'.replace(ID, ID[:-1] + "0")),
        ("of another version", f'{_HEAD}"done"}}'.replace("rotator/1", "rotator/2")),
        ("no object", "[]"),
    ]
    return {"rotator-webhook": [*asked, *(_told(*one) for one in answers)]}


def _asked(comment: str, ask: Ask, key: str = KEY) -> dict[str, Any]:
    current = Credential(3, {"username": "app", "password": "example-a"})
    pending = Credential(4, {"username": "app", "password": "example-b"})
    job = Job(
        Target("mail", "https://hooks.example.com/rotate", {"changes": "password"}),
        "production/mail/KEY", "api-key", {"overlap": "values"},
        current, lambda length, _: "x" * length, lambda _: None, pending,
    )  # fmt: skip
    body = protocol.question(
        ID, ask, job,
        about=pending if ask is Ask.PROBE else None,
        proposed=pending.fields if ask is Ask.MINT else None,
        admin={"api_key": "example-admin"},
    )  # fmt: skip
    given = {"key": key, "id": ID, "timestamp": 1_764_500_000, "body": body.decode()}
    try:
        expect = protocol.sign(protocol.signing_key(key), ID, 1_764_500_000, body)
    except StrongroomError as error:
        expect = {"error": error.code}
    return {"source": SOURCE, "comment": comment, "input": given, "expect": expect}


def _told(comment: str, body: str) -> dict[str, Any]:
    answer = protocol.answer(body.encode(), ID)
    expect = {"answer": None} if answer is None else {"answer": answer.answer.value}
    return {
        "source": SOURCE, "comment": f"answered: {comment}",
        "input": {"id": ID, "answer": body}, "expect": expect,
    }  # fmt: skip
