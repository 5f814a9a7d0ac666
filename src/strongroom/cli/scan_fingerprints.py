"""`strongroom scan fingerprints`: what a scanner elsewhere needs to know the room's values by."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import progress, render
from strongroom.cli.room import Json, RoomFolder, opened

app = App(name="fingerprints", help="Sets by which a scanner elsewhere knows the room's values.")


@app.command
def export(
    *places: Annotated[
        str, Parameter(help="Addresses, environments, or environment/folder.", negative="")
    ],
    to: Annotated[Path, Parameter(help="The new file, of mode 0600.")],
    days: Annotated[int, Parameter(help="For how long it is of use, 1 to 366.")] = 90,
    reason: Annotated[str, Parameter(help="Why; stands in the audit log.")] = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Write keyed fingerprints of generated values, of 128 bits or more, to a file.

    The file holds no value. It names secrets and tells whoever has it whether a guess is right.
    Each version is opened with the verb `export`, and recorded; what may not leave is left out.
    """
    from strongroom.ops import scan_own as ops
    from strongroom.ops.new_file import new_file
    from strongroom.scan.own import prints

    with opened(room) as local, progress.shown() as report:
        made = ops.export(local, places, days=days, reason=reason, progress=report)
        with new_file(to) as stream:
            stream.write(prints.write(made.found))
    if json:
        render.json(
            {
                "file": to,
                "id": made.found.id,
                "expires": str(made.found.expires),
                "fingerprints": len(made.found.prints),
                "versions": made.versions,
                "too_weak": made.weak,
                "left_out": [{"address": str(o.address), "code": o.code} for o in made.left],
            }
        )
        return 0
    console = render.err()
    for one in made.left:
        console.print(render.safe(f"left out {one.address}: {one.code.replace('-', ' ')}"))
    if made.weak:
        console.print(
            f"{made.weak:,} versions are not in it: not generated, or under 128 bits", style="dim"
        )
    console.print(
        render.safe(
            f"{len(made.found.prints):,} fingerprints of {made.versions:,} versions in {to},"
            f" until {made.found.expires}"
        ),
        soft_wrap=True,
    )
    return 0
