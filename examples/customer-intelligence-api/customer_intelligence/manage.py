"""What an operator does: people who log in, clients with API keys.

    python -m customer_intelligence.manage user ada
    strongroom generate api-key --brand api | python -m customer_intelligence.manage client shop read
    python -m customer_intelligence.manage revoke shop

A password or a key is asked for or read from standard input, and is never an argument.
"""

import sys
from getpass import getpass
from typing import Final

from customer_intelligence import accounts, auth, database
from customer_intelligence.accounts import PASSWORD_CHARS_MIN, Records
from customer_intelligence.database import Pool
from strongroom import Secrets
from strongroom.errors import InvalidError, StrongroomError
from strongroom.runtime.api_keys import record

USAGE: Final = "user NAME | client NAME [read] [write] | revoke NAME"


def main(arguments: list[str]) -> int:
    """0 done, 2 usage; otherwise the exit code of the error."""
    match arguments:
        case ["user" | "revoke" as what, name]:
            scopes: list[str] = []
        case ["client" as what, name, *scopes] if set(scopes) <= set(auth.SCOPES):
            pass
        case _:
            sys.stderr.write(f"usage: {USAGE}\n")
            return 2
    try:
        with Secrets() as secrets, database.connected(secrets) as pool:
            database.make_tables(pool)
            said = _do(secrets, pool, what, name, scopes)
    except StrongroomError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit
    sys.stdout.write(f"{said}\n")
    return 0


def _do(secrets: Secrets, pool: Pool, what: str, name: str, scopes: list[str]) -> str:
    if what == "user":
        password = _given(f"password of {name}: ")
        if len(password) < PASSWORD_CHARS_MIN:
            raise InvalidError(
                "password-short", f"at least {PASSWORD_CHARS_MIN} characters (P-4.7)"
            )
        with pool.connection() as connection:
            accounts.add(connection, name, password)
        return f"{name} can log in"
    if what == "client":
        key, pepper = _given(f"API key of {name}: "), secrets.get("API_KEY_PEPPER")
        Records(pool).add(record(key, pepper, name, scopes=scopes or [auth.READ]))
        return f"{name} can use the key"
    return f"{Records(pool).remove(name)} keys of {name} are refused from now on"


def _given(prompt: str) -> str:
    return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
