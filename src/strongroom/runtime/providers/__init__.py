"""Credentials for other people's libraries, by the hooks that these have.

One module for each library, which it imports when it is called: `strongroom.runtime.providers.psycopg`
needs psycopg and nothing else. All take a `Login`, which says where the user name and the password come
from, and none keeps a copy.
"""
