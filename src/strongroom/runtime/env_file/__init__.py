"""The `.env` file of a developer's machine: looked over, guarded from git, written whole."""
