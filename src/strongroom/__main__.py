"""`python -m strongroom` is the `strongroom` command."""

from strongroom.entry import script

if __name__ == "__main__":
    raise SystemExit(script())
