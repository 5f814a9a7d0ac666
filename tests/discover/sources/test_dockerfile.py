"""Tests for strongroom.discover.sources.dockerfile."""

from tests.discover.sources.reading import default, found, one, short

from strongroom.discover.interface import Scope
from strongroom.discover.sources import dockerfile
from strongroom.source.values import Value

FILE = """
    FROM python:3.11 AS build
    ARG NPM_TOKEN
    ARG VERSION=1.2 COMMIT
    # ENV COMMENTED=1
    ENV PORT=80 SECRET_KEY="change me now" \\
        # a comment between
        DATABASE_URL=postgres://app:${DB_PASSWORD}@db/app
    ENV OLD_FORM it goes on
    RUN --mount=type=secret,id=PIP_TOKEN,required=true \\
        --mount=type=cache,target=/root cat /run/secrets/PIP_TOKEN
    RUN --mount=type=secret,id=x,env=GH_TOKEN true
    CMD exec gunicorn --bind ${HOST:-0.0.0.0}:$PORT
    """


def test_names_and_their_lines() -> None:
    assert short(dockerfile, "docker/Dockerfile.prod", FILE) == {
        ("NPM_TOKEN", 2, "injected"), ("VERSION", 3, "injected"), ("COMMIT", 3, "injected"),
        ("PORT", 5, "injected"), ("SECRET_KEY", 5, "injected"), ("DATABASE_URL", 5, "injected"),
        ("DB_PASSWORD", 5, "read"), ("OLD_FORM", 8, "injected"), ("PIP_TOKEN", 9, "injected"),
        ("GH_TOKEN", 11, "injected"), ("HOST", 12, "read"), ("PORT", 12, "read"),
    }  # fmt: skip


def test_what_a_build_needs_is_told_from_what_runs() -> None:
    mentions = found(dockerfile, "Dockerfile", FILE)

    assert one(mentions, "NPM_TOKEN").scope is Scope.BUILD
    assert "stays in the image" in one(mentions, "NPM_TOKEN").note
    assert (one(mentions, "PIP_TOKEN").secret, one(mentions, "PIP_TOKEN").required) == (True, True)
    assert one(mentions, "SECRET_KEY").scope is Scope.RUNTIME
    assert default(mentions, "SECRET_KEY") is Value.PLACEHOLDER
    assert one(mentions, "DATABASE_URL").composes == ("DB_PASSWORD",)
