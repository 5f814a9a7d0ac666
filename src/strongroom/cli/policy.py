"""`strongroom policy`: compile, show, explain, compare and render the written policy."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.context import current
from strongroom.ops import policy as ops

app = App(name="policy", help="Compile, show, explain, compare the written policy.")

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON for machines.")]
PolicyFile = Annotated[
    Path | None,
    Parameter(
        name="--policy", help="The policy document; by default the one of the context or nearby."
    ),
]


@app.command(name="compile")
def compile_(document: Path | None = None, *, json: Json = False) -> int:
    """Compile a policy document and say what was understood.

    Parameters
    ----------
    document
        The Markdown document; by default the one of the context, or the nearest
        SECRETS_POLICY.md.
    """
    from strongroom.cli import policy_view

    path = current().find_policy(document)
    policy = ops.load(path)
    if json:
        render.json(policy)
    else:
        policy_view.summary(policy, path)
    return 0


@app.command
def show(document: Path | None = None, *, json: Json = False) -> int:
    """Show the whole compiled policy: types, environments, access, numbers, clauses.

    Parameters
    ----------
    document
        The Markdown document; by default the one of the context or nearby.
    """
    from strongroom.cli import policy_view

    path = current().find_policy(document)
    policy = ops.load(path)
    if json:
        render.json(policy)
    else:
        policy_view.full(policy, path)
    return 0


@app.command
def explain(clause: str, *, policy: PolicyFile = None, json: Json = False) -> int:
    """Explain a clause: what the document says, what Strongroom does, how it is tested.

    Parameters
    ----------
    clause
        A clause such as P-5.10 or L-3f9a1c, or a contradiction such as C-12.
    """
    from strongroom.cli import policy_view

    found = ops.explain(ops.load(current().find_policy(policy)), clause)
    if json:
        render.json(found)
    else:
        policy_view.explanation(found)
    return 0


@app.command
def diff(before: Path, after: Path, *, json: Json = False) -> int:
    """Compare two documents by meaning; exit 1 when they differ.

    Parameters
    ----------
    before
        The older document.
    after
        The newer document.
    """
    from strongroom.cli import policy_view

    found = ops.compare(current().find_policy(before), current().find_policy(after))
    if json:
        render.json(found)
    else:
        policy_view.comparison(found)
    return 1 if found.changes else 0


@app.command(name="render")
def render_(document: Path | None = None, *, output: Path | None = None) -> int:
    """Write the policy anew as Markdown, from what was understood.

    Parameters
    ----------
    document
        The Markdown document; by default the one of the context or nearby.
    output
        Write to this file, which must not exist, instead of standard output.
    """
    text = ops.render(current().find_policy(document))
    if output is None:
        sys.stdout.write(text)
    else:
        ops.write_new(output, text)
        render.out().print(f"wrote {render.safe(str(output))}")
    return 0
