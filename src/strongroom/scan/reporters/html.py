"""A scan as one HTML page: nothing is loaded from anywhere, and no script runs in it."""

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Final

from strongroom.model.severity import Severity
from strongroom.scan.findings.report import Report
from strongroom.scan.model import Leak, Place
from strongroom.scan.reporters.plain import safe
from strongroom.scan.reporters.words import counted, remedy, since, size, title, where

OPEN_MAX: Final = 3  # secrets that are unfolded when the page opens
_STYLE: Final = """
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2430;--dim:#5d6b7c;--line:#dfe4ea;
--code:#f0f2f5;--critical:#b3123f;--high:#c2410c;--medium:#97690a;--low:#0f6f86;--ok:#18794e}
@media(prefers-color-scheme:dark){:root{--bg:#0f141b;--card:#171e28;--ink:#e4eaf1;--dim:#93a1b3;
--line:#2a3442;--code:#0f151d;--critical:#ff6b8f;--high:#ff9a5c;--medium:#f0c050;--low:#5ec8e0;
--ok:#5fd39a}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:68rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.6rem;margin:0 0 .2rem;letter-spacing:-.01em}
h2{font-size:1.05rem;margin:2.4rem 0 .8rem}
.dim{color:var(--dim)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(6.9rem,1fr));gap:.75rem;
margin:1.5rem 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem}
.tile b{display:block;font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{color:var(--dim);font-size:.83rem}
details{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--c);
border-radius:.6rem;margin:.6rem 0}
.critical{--c:var(--critical)}.high{--c:var(--high)}.medium{--c:var(--medium)}
.low{--c:var(--low)}.ok{--c:var(--ok)}
summary{cursor:pointer;padding:.75rem 1rem;display:flex;gap:.75rem;align-items:baseline;
flex-wrap:wrap}
summary::marker,summary::-webkit-details-marker{color:var(--dim)}
.badge{color:var(--c);font-weight:650;font-size:.8rem;text-transform:uppercase;
letter-spacing:.04em;min-width:4.6rem}
.name{font-weight:600}
.right{margin-left:auto;color:var(--dim);font-size:.85rem}
.body{padding:0 1rem 1rem;border-top:1px solid var(--line)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.9rem 0}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
ul{list-style:none;margin:.5rem 0 0;padding:0}
li{padding:.45rem 0;border-top:1px dashed var(--line)}
li:first-child{border-top:0}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--code);border-radius:.35rem;padding:.45rem .6rem;margin:.3rem 0 0;
white-space:pre-wrap}
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line);
border-radius:.6rem}
td,th{text-align:left;padding:.4rem .8rem;border-top:1px solid var(--line);vertical-align:top;
overflow-wrap:anywhere}
th{color:var(--dim);font-weight:500;border-top:0}
.clean{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--ok);
border-radius:.6rem;padding:1rem}
"""


def page(report: Report, version: str) -> str:
    """The page."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="referrer" content="no-referrer"><title>Leaked secrets</title>',
            f"<style>{_STYLE}</style></head><body><main>",
            *_body(report, version),
            "</main></body></html>\n",
        )
    )


def _body(report: Report, version: str) -> Iterator[str]:
    yield "<h1>Leaked secrets</h1>"
    yield f'<div class="dim">{_text(report.what)} · strongroom {_text(version)}</div>'
    yield from _tiles(report)
    if report.leaks:
        yield "<h2>Secrets, worst first</h2>"
        for number, leak in enumerate(report.leaks):
            yield from _leak(leak, "open" if number < OPEN_MAX else "")
    else:
        yield '<div class="clean">No secret was found.</div>'
    if report.accepted or report.allowed:
        yield "<h2>Accepted</h2><table><tr><th>what</th><th>where</th><th>why</th></tr>"
        for one in report.accepted:
            until = f", until {one.expires.isoformat()}" if one.expires else ""
            owner = f" ({one.owner}{until})" if one.owner or until else ""
            yield _row(title(one.leak), where(one.leak.places[0]), f"{one.reason}{owner}")
        for leak in report.allowed:
            yield _row(title(leak), where(leak.places[0]), "a mark in the text")
        yield "</table>"
    if report.not_scanned:
        yield "<h2>Not scanned</h2><table><tr><th>what</th><th>why</th><th>code</th></tr>"
        yield from (_row(one.path, one.why, one.code) for one in report.not_scanned)
        yield "</table>"
    if report.warnings:
        yield "<h2>Notes</h2><ul>"
        yield from (f"<li>{_text(warning)}</li>" for warning in report.warnings)
        yield "</ul>"


def _tiles(report: Report) -> Iterator[str]:
    counts = {s: sum(leak.severity is s for leak in report.leaks) for s in Severity}
    tiles = [
        (str(len(report.leaks)), "secrets"),
        *((str(counts[s]), str(s)) for s in Severity if counts[s]),
        (str(sum(len(leak.places) for leak in report.leaks)), "places"),
        (f"{report.items:,}", f"items, {size(report.octets)}"),
        (str(report.rules), "rules"),
    ]
    yield '<div class="tiles">'
    yield from (f'<div class="tile"><b>{n}</b><span>{_text(s)}</span></div>' for n, s in tiles)
    yield "</div>"


def _leak(leak: Leak, unfolded: str) -> Iterator[str]:
    first = leak.places[0]
    yield f'<details class="{leak.severity}" {unfolded}><summary>'
    yield f'<span class="badge">{leak.severity}</span><span class="name">{_text(title(leak))}</span>'
    yield f"<code>{_text(where(first))}</code>"
    yield f'<span class="right">{counted(len(leak.places), "place")}</span></summary>'
    yield '<div class="body"><dl>'
    known = [f"{leak.confidence} confidence", f"validity {leak.validity}", leak.shape]
    facts = {
        "rule": leak.rule + (f" (also {', '.join(leak.related)})" if leak.related else ""),
        "what is known": ", ".join(known),
        "remedy": remedy(leak),
    }
    yield from (f"<dt>{k}</dt><dd>{_text(v)}</dd>" for k, v in facts.items())
    yield f"<dt>fingerprint</dt><dd><code>{leak.fingerprint}</code></dd>"
    yield "</dl><ul>"
    yield from (_place(place) for place in leak.places)
    yield "</ul></div></details>"


def _place(place: Place) -> str:
    said = since(place)
    via = f" · decoded from {', '.join(place.via)}" if place.via else ""
    masked = f"<pre>{_text(place.masked)}</pre>" if place.masked else ""
    head = f"<code>{_text(where(place))}</code>"
    return f'<li>{head} <span class="dim">{_text(said)}{_text(via)}</span>{masked}</li>'


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in cells)}</tr>"


def _text(text: str) -> str:
    return escape(safe(text))
