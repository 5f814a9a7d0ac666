"""Tests for strongroom.discover.sources.makefile."""

from tests.discover.sources.reading import found, one, short

from strongroom.discover.sources import makefile

FILE = """
    REGISTRY ?= localhost
    OWN := x
    export NPM_TOKEN
    export LEVEL = info
    ifndef DEPLOY_KEY
    $(error DEPLOY_KEY is missing)
    endif
    deploy:
    \t@curl -H "$$API_TOKEN" $(OWN) $@ $${MUST:?}; for F in a; do echo $$F; done
    # $$COMMENTED
    """


def test_make_and_its_recipes() -> None:
    mentions = found(makefile, "Makefile", FILE)

    assert {m.name: m.line for m in mentions} == {
        "REGISTRY": 1, "NPM_TOKEN": 3, "LEVEL": 4, "DEPLOY_KEY": 5, "API_TOKEN": 9, "MUST": 9,
    }  # fmt: skip
    assert one(mentions, "DEPLOY_KEY").required
    assert one(mentions, "MUST").required


def test_just() -> None:
    assert short(makefile, "justfile", "key := env_var('API_KEY')\n") == {("API_KEY", 1, "read")}
