"""The other side of the protocol, as somebody writes it with the standard library alone.

As a program it keeps its accounts in the file that its argument names; a test's server calls `answer`.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

VERSION = "strongroom-rotator/1"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Keeper:
    """Accounts with the passwords that they take. `fail` is answered to everything but probes."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.accounts: dict[str, list[str]] = state.get("accounts", {})
        self.fail: str = state.get("fail", "")
        self.reason: str = state.get("reason", "")
        self.optional: bool = state.get("optional", True)
        self.issued: int = state.get("issued", 0)

    def state(self) -> dict[str, Any]:
        return dict(vars(self))

    def works(self, fields: dict[str, str]) -> bool:
        return digest(secret(fields)) in self.accounts.get(user(fields), [])

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"version": VERSION, "id": asked["id"], "answer": "done"}
        if self.fail and asked["ask"] != "probe":
            return told | {"answer": self.fail, "reason": self.reason}
        match asked["ask"]:
            case "probe":
                works = self.works(asked["about"]["fields"])
                told["answer"] = "accepted" if works else "refused"
            case "doctor":
                told["checks"] = [{"name": "keeper", "well": True, "said": "open"}]
            case "mint":
                self.issued += 1
                told["fields"] = asked["proposed"]
            case "set":
                self._set(asked)
            case "test" | "in-use" if not self.optional:
                told["answer"] = "unsupported"
            case "test":
                if not self.works(asked["pending"]["fields"]):
                    told["answer"] = "denied"
            case "undo":
                self._drop(asked["pending"]["fields"])
                self._take(asked["current"]["fields"])
            case "retire":
                self._drop(asked["about"]["fields"])
        return told

    def _set(self, asked: dict[str, Any]) -> None:
        if asked["options"].get("overlap", "none") != "values":
            self.accounts[user(asked["pending"]["fields"])] = []
        self._take(asked["pending"]["fields"])

    def _take(self, fields: dict[str, str]) -> None:
        kept = self.accounts.setdefault(user(fields), [])
        if digest(secret(fields)) not in kept:
            kept.append(digest(secret(fields)))

    def _drop(self, fields: dict[str, str]) -> None:
        kept = self.accounts.get(user(fields), [])
        if digest(secret(fields)) in kept:
            kept.remove(digest(secret(fields)))


def user(fields: dict[str, str]) -> str:
    return fields.get("username", "app")


def secret(fields: dict[str, str]) -> str:
    return fields["password"] if "password" in fields else fields["value"]


def main() -> None:
    file = Path(sys.argv[1])
    keeper = Keeper(json.loads(file.read_text("utf-8")))
    told = keeper.answer(json.load(sys.stdin))
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(keeper.state()), "utf-8")
    beside.replace(file)  # whoever reads it meanwhile reads all of it
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
