"""Tests for strongroom.discover.sources.shell."""

from tests.discover.sources.reading import default, found, one, short

from strongroom.discover.sources import shell
from strongroom.source.values import Value

FILE = r"""
    #!/bin/sh
    # ${COMMENTED:?}
    : "${SECRET_KEY:?must be set}" "${LEVEL:=info}"
    export DATABASE_URL="postgres://$DB_USER:${DB_PASSWORD}@db/app"
    OWN=$(date); echo "$OWN $HOME $PATH ${lower} \$ESCAPED"
    read -r ANSWER; echo "$ANSWER" '$QUOTED'
    for FILE in *; do echo "$FILE"; done
    curl -H "Authorization: Bearer $API_TOKEN" "$1"
    export LATER
    cat <<'EOF'
    $NOT_READ
    EOF
    echo "DEPLOY_KEY=$KEY_SOURCE" >> "$GITHUB_ENV"
    """


def test_names_that_come_from_outside_and_names_that_go_on() -> None:
    assert short(shell, "bin/start.sh", FILE) == {
        ("SECRET_KEY", 3, "read"), ("LEVEL", 3, "read"), ("DATABASE_URL", 4, "injected"),
        ("DB_USER", 4, "read"), ("DB_PASSWORD", 4, "read"), ("API_TOKEN", 8, "read"),
        ("LATER", 9, "read"), ("DEPLOY_KEY", 13, "injected"), ("KEY_SOURCE", 13, "read"),
        ("GITHUB_ENV", 13, "read"),
    }  # fmt: skip


def test_what_must_be_set_and_what_has_a_default() -> None:
    mentions = found(shell, "bin/start.sh", FILE)

    assert one(mentions, "SECRET_KEY").required
    assert one(mentions, "LEVEL").required is False
    assert default(mentions, "LEVEL") is Value.LITERAL
    assert one(mentions, "DATABASE_URL").composes == ("DB_USER", "DB_PASSWORD")
