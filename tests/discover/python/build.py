"""A few Python files as a project, for tests."""

from collections.abc import Mapping

from strongroom.discover.interface import Mention, Trouble
from strongroom.discover.python.project import Project


def looked(files: Mapping[str, str | bytes]) -> list[Mention | Trouble]:
    """Everything that is said of these files."""
    held = {
        path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()
    }
    project = Project(held.get, tuple(held))
    for path, data in held.items():
        project.add(path, data)
    return list(project.finish())


def mentions(text: str, **more: str) -> dict[str, Mention]:
    """The mentions in one file by name, the last one of each."""
    files = {"app/main.py": text, **{f"app/{name}.py": body for name, body in more.items()}}
    return {one.name: one for one in looked(files) if isinstance(one, Mention)}
