"""Tests for strongroom.discover.sources.declared."""

from pathlib import PurePosixPath

from strongroom.discover.interface import How, Mention, Trouble
from strongroom.discover.sources.declared import read, reads


def test_what_an_application_declares() -> None:
    text = '[application]\nname = "x"\n[secrets.A_KEY]\n[secrets."B.KEY"]\nrequired = false\n'
    found = [
        (m.name, m.line, m.how, m.required, m.secret)
        for m in read("x", text)
        if isinstance(m, Mention)
    ]

    assert [
        ("A_KEY", 3, How.DECLARED, True, True),
        ("B.KEY", 4, How.DECLARED, False, True),
    ] == found


def test_what_is_no_declaration() -> None:
    (one,) = read("strongroom.toml", "API_KEY = 'value")

    assert isinstance(one, Trouble)
    assert "value" not in repr(one)
    assert [] == list(read("strongroom.toml", "secrets = 3\n"))
    assert [] == list(read("strongroom.toml", "[secrets]\nA = 'x'\n"))


def test_which_file() -> None:
    assert reads(PurePosixPath("app/strongroom.toml"))
    assert not reads(PurePosixPath("pyproject.toml"))
