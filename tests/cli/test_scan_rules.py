import json
from pathlib import Path

from tests.cli.rooms import Terminal

RULE = "[[rules]]\nid = 'acme'\npattern = 'acme_([0-9]{8})'\nremedy = 'there'\n"


def rules(terminal: Terminal, text: str) -> str:
    path = Path(terminal.folder) / "rules.toml"
    path.write_text(text)
    return str(path)


def test_list_and_show(terminal: Terminal) -> None:
    path = rules(terminal, RULE)

    assert terminal.run("scan", "rules", "list", "--rules", path) == 0
    assert b"acme" in terminal.out
    assert b"github-personal-token" in terminal.out
    assert terminal.run("scan", "rules", "show", "acme", "--rules", path) == 0
    assert b"pattern: acme_([0-9]{8})" in terminal.out
    assert b"remedy: there" in terminal.out
    assert terminal.run("scan", "rules", "show", "gone") == 5
    assert b"scan-rule-unknown" in terminal.err


def test_json_for_machines(terminal: Terminal) -> None:
    path = rules(terminal, RULE + "finds = ['acme_1']\n")

    assert terminal.run("scan", "rules", "list", "--json") == 0
    assert "pattern" not in json.loads(terminal.out)[0]
    assert terminal.run("scan", "rules", "show", "jwt", "--json") == 0
    assert json.loads(terminal.out)["id"] == "jwt"
    assert terminal.run("scan", "rules", "test", path, "--json") == 1
    assert json.loads(terminal.out)["failed"][0]["why"] == "not found"


def test_test_says_what_failed(terminal: Terminal) -> None:
    path = rules(terminal, RULE + "finds = ['acme_{{digits:8}}', 'acme_1']\n")

    assert terminal.run("scan", "rules", "test", path) == 1
    assert b"acme, example 2: not found: acme_1" in terminal.out
    assert b"1 rules, 2 examples, 1 failed" in terminal.out


def test_what_is_not_carried_over_is_told(terminal: Terminal) -> None:
    path = rules(terminal, "[[rules]]\nid = 'a'\nregex = '(?=x)'\n")

    assert terminal.run("scan", "rules", "test", path) == 1
    assert b"rule a: left out: its pattern cannot be used here" in terminal.err
    assert b"0 rules, 0 examples, 0 failed, 1 left out" in terminal.out
    assert terminal.run("scan", "rules", "list", "--rules", path) == 0
    assert b"left out" in terminal.err


def test_a_wrong_file_is_refused(terminal: Terminal) -> None:
    assert terminal.run("scan", "rules", "test", rules(terminal, "rulez = 3")) == 78
    assert b"scan-rules-invalid" in terminal.err
    assert terminal.run("scan", "rules", "test", "gone.toml") == 5
