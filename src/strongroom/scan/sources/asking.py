"""The words that the scanner asks git with: nothing of the repository is run.

What is switched off, and why:

1. `GIT_*` variables but those that a caller keeps: a hook's GIT_DIR answers about another
   repository, a hook's quarantine is where the objects are that it asks about.
2. The user's and the machine's configuration: it changes what output looks like.
3. Programs that a repository's own configuration can name: fsmonitor, hooks, signature
   checks, external diffs, text conversions, pagers, remote helpers of a lazy fetch.
4. Grafts and replacements, by which a history is another one than the objects say.
5. The refusal of a folder that belongs to somebody else: it guards against number 3.
6. Lazy fetches: what a partial clone doesn't have is named, not fetched.
"""

import os

TYPE_CHECKING = False  # `typing` takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

QUIET = (
    "--no-pager", "--no-replace-objects",
    "-c", "core.quotepath=off", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "core.excludesFile=/dev/null", "-c", "core.attributesFile=/dev/null",
    "-c", "core.untrackedCache=false", "-c", "log.showSignature=false",
    "-c", "protocol.allow=never", "-c", "safe.directory=*",
)  # fmt: skip
# A blob beyond it is no text to a diff, and is streamed where it is packed whole.
BIG_FILE_OCTETS = 32 * 1024 * 1024
BOUNDED = (
    "-c", f"core.bigFileThreshold={BIG_FILE_OCTETS}",
    "-c", "core.packedGitWindowSize=16m", "-c", "core.packedGitLimit=96m",
    "-c", "diff.renameLimit=1000", "-c", "diff.suppressBlankEmpty=false",
    "-c", "diff.relative=false", "-c", "log.showRoot=true", "-c", "log.follow=false",
)  # fmt: skip
# What git tells its hooks, and what points at the objects of a push that isn't accepted yet.
HOOK_VARIABLES = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE",
)  # fmt: skip
CONTEXT_LINES = 20
PATCHES = (
    "-p", f"-U{CONTEXT_LINES}", "--inter-hunk-context=0", "--full-index", "-M", "--no-color",
    "--no-ext-diff", "--no-textconv", "--submodule=short", "--ignore-submodules=dirty",
    "--src-prefix=a/", "--dst-prefix=b/", "--no-indent-heuristic",
)  # fmt: skip


def environment(environ: "Mapping[str, str]", keep: "Sequence[str]" = ()) -> dict[str, str]:
    """The variables that git is run with; `keep` names the `GIT_*` ones that stay."""
    kept = {k: v for k, v in environ.items() if not k.startswith("GIT_") or k in keep}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
