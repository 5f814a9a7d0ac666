"""Tests for strongroom.scan.reporters.html."""

import base64
import hashlib
import re
from html.parser import HTMLParser

from tests.scan.reporters.build import EMPTY, LEAK, REPORT

from strongroom.scan.reporters.html import page

VOID = {"meta"}


class Balance(HTMLParser):
    """Notes whether every element is closed, and which there are."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser gives it
        self.seen.add(tag)
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.stack.pop()


def test_the_page_is_whole_and_has_no_script() -> None:
    reader = Balance()
    reader.feed(page(REPORT, "1.2.3"))

    assert [] == reader.stack
    assert not {"script", "img", "link", "b:", "iframe"} & reader.seen


def test_only_its_own_style_is_let_in() -> None:
    text = page(REPORT, "1.2.3")
    style = re.search(r"<style>(.*)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text
    assert "://" not in text
    assert 'style="' not in text


def test_text_is_text() -> None:
    text = page(REPORT._replace(what="<script>alert(1)</script>"), "1.2.3")

    assert "<script" not in text
    assert "key = &#x27;********&#x27; &lt;b&gt;" in text


def test_everything_is_said() -> None:
    text = page(REPORT, "1.2.3")

    for word in (LEAK.fingerprint, "in a test (ada, until 2027-01-01)", "path-unreadable",
                 "no reason", "decoded from base64", "a mark in the text"):  # fmt: skip
        assert word in text
    assert "No secret was found" in page(EMPTY, "1.2.3")
