"""What MySQL 8 documents of dual passwords, for these statements and no others.

It is no MySQL: it shows that the statements, in this order, lead where they should if the server does as
its manual says (ALTER USER, "Dual Password Support").
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from strongroom.rotation.rotators import logins, mysql, mysql_family, mysql_session
from strongroom.rotation.rotators.interface import Credential, Job


@dataclass
class Account:
    """A primary password and the one that is retained."""

    primary: str
    retained: str = ""

    def takes(self, password: str) -> bool:
        return bool(password) and password in {self.primary, self.retained}


@dataclass
class StandIn:
    """Accounts, sessions, and what was run.

    `refuse` are the numbers of errors for the next statements, `ends` one for each end of a session;
    the sessions `goes` end by themselves after they were listed.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    sessions: dict[int, str] = field(default_factory=dict)
    ran: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)
    refuse: list[int] = field(default_factory=list)
    ends: int = 0
    goes: set[int] = field(default_factory=set)

    @contextmanager
    def connect(self, job: Job, user: str, password: str) -> Iterator["StandIn"]:
        """As `mysql_session.session`."""
        del job
        account = self.accounts.get(user)
        if account is None or not account.takes(password):
            raise logins.LoginRefusedError
        yield self

    def run(self, statement: str, *words: object) -> list[tuple[Any, ...]]:
        """One of the statements."""
        self.ran.append((statement, words))
        if self.refuse:
            raise mysql_session.meant(self.refuse.pop(0), "")
        if statement in {"START TRANSACTION READ ONLY", "SELECT 1"}:
            return []
        if statement == "KILL CONNECTION %s":
            number = int(str(words[0]))
            if self.ends:
                raise mysql_session.meant(self.ends, "")
            del self.sessions[number]
            if number in self.goes:
                raise mysql_session.meant(mysql_session.GONE, "")
            return []
        user = str(words[0])
        if statement == mysql_family.SESSIONS:
            return [
                (n, "10.0.0.7:50000", 5, 1_000) for n, who in self.sessions.items() if who == user
            ]
        account = self.accounts[user]
        assert words[1] == "%"
        if statement == mysql.SECOND:
            return [(int(bool(account.retained)),)]
        if statement == mysql.RETAIN:
            account.primary, account.retained = str(words[2]), account.primary
        elif statement == mysql.REPLACE:
            account.primary = str(words[2])  # the retained one stays
        else:
            assert statement == mysql.DISCARD
            account.retained = ""
        return []

    def warned(self) -> set[int]:
        return set()

    def works(self, credential: Credential) -> bool:
        """Whether an application gets in."""
        fields = credential.fields
        return self.accounts[fields["username"]].takes(fields["password"])

    def hold(self, credential: Credential) -> Callable[[], bool]:
        """A session that stays."""
        number = len(self.sessions) + 1
        self.sessions[number] = credential.fields["username"]
        return lambda: number in self.sessions
