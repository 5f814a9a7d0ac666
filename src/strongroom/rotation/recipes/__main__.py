"""One question on standard input, one answer on standard output."""

import sys

from strongroom.rotation.recipes import recipe

if __name__ == "__main__":
    sys.exit(recipe.main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer))
