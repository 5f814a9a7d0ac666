"""Real servers for tests, started when the first test asks and ended with the session.

Each is a session's fixture (so one for each worker) with a folder of its own, an administrator with
a password drawn for the session, and a free port on loopback. None of the machine's own is touched.
A test takes a login of its own by `server.login()`, so that tests do not disturb one another.
"""
