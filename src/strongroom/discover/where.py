"""When a file's names are needed, told from its path. Pure."""

import re
from typing import Final

from strongroom.discover.interface import Scope
from strongroom.naming.vocabulary import vocabulary
from strongroom.source.paths import is_development

_TEST_FOLDERS: Final = vocabulary(
    "__tests__ e2e fixture fixtures spec specs test testdata testing tests __mocks__ mocks"
)
_TEST_NAME: Final = re.compile(
    r"(?:test_.*|.*_test|conftest|.*[._-](?:test|spec))\.\w+", re.IGNORECASE
)
_BUILD: Final = vocabulary(
    "setup.py noxfile.py fabfile.py tasks.py hatch_build.py build.py dodo.py"
)
_CI_FOLDERS: Final = vocabulary(
    ".github .gitlab .circleci .ci ci .buildkite .azure-pipelines .drone"
)


def scope_of(path: str) -> Scope:
    """The scope of what stands in this file, where it does not say so itself."""
    *folders, name = path.lower().split("/")
    if _TEST_FOLDERS.intersection(folders) or _TEST_NAME.fullmatch(name):
        return Scope.TEST
    if _CI_FOLDERS.intersection(folders[:1]):
        return Scope.CI
    if name in _BUILD:
        return Scope.BUILD
    return Scope.DEV if is_development(path) else Scope.RUNTIME
