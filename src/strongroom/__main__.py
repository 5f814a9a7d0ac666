"""`python -m strongroom` is the `strongroom` command."""

from strongroom.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
