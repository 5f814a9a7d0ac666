"""Secrets in a process that answers requests: checked before the first, shown in no response.

`service` and `guard` know no framework, `asgi` and `wsgi` only the two interfaces; FastAPI, Flask
and Django are thin on top of these.
"""
