"""What is said of a version that was written; never its value."""

from strongroom.cli import render
from strongroom.ops.secret import Written


def written_as(written: Written, *, json: bool) -> int:
    """Print it, and what there is to say about where the value came from and is valid."""
    if written.finding and not json:
        note = f"note: {written.finding}; `strongroom secret generate {written.address}` makes one"
        render.err().print(render.safe(note), style="yellow", soft_wrap=True)
    if written.note and not json:
        render.err().print(render.safe(f"note: {written.note}"), style="yellow", soft_wrap=True)
    if json:
        render.json(written)
        return 0
    bits = f", {written.bits:.0f} bits" if written.bits else ""
    render.out().print(
        render.safe(
            f"{written.address} version {written.version} ({written.type}{bits}), "
            f"expires {render.day(written.expires_us)}"
        ),
        soft_wrap=True,
    )
    return 0
