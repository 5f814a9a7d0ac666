"""Tests for strongroom.discover.sources.systemd."""

from pathlib import PurePosixPath

from tests.discover.sources.reading import default, found, troubles

from strongroom.discover.sources import systemd
from strongroom.source.values import Value

FILE = """
    [Service]
    Environment=LEVEL=info "API_KEY=change me" X='open
    PassEnvironment=HTTP_PROXY
    EnvironmentFile=-/etc/default/app
    EnvironmentFile=/etc/app/.env
    LoadCredential=db-password:/etc/keys/db
    SetCredential=TOKEN:insights-2024
    # Environment=COMMENTED=1
    Secret=api,type=env,target=POD_KEY
    """


def test_units_and_quadlets() -> None:
    mentions = found(systemd, "deploy/app.service", FILE)

    assert {m.name: m.secret for m in mentions}.items() >= {
        "LEVEL": None, "HTTP_PROXY": None, "db-password": True, "TOKEN": True, "POD_KEY": True,
    }.items()  # fmt: skip
    assert "COMMENTED" not in {m.name for m in mentions}
    assert default(mentions, "TOKEN") is Value.LITERAL
    assert troubles(systemd, "app.service", FILE) == [(4, "names-elsewhere")]
    assert systemd.reads(PurePosixPath("etc/app.service.d/10.conf"))
