"""`python -m strongroom` is the `strongroom` command."""

from strongroom.entry import main

if __name__ == "__main__":
    raise SystemExit(main())
