"""Names of variables that change how programs run. A secret under one of them would be code.

Whoever may write a secret may not thereby decide what runs where it is used. The list starts with
what sudo removes from an environment (`initial_badenv_table` in its env.c) and what ld.so(8), the
shells, the interpreters and git document as a place of code, options or helper programs.
"""

from typing import Final

from strongroom.source.vocabulary import vocabulary

# The dynamic linkers of Linux, macOS, AIX; whatever the interpreters and their tools read.
PREFIXES: Final = (
    "LD_", "DYLD_", "_RLD", "LDR_", "BASH_FUNC_", "GCONV_", "GLIBC_", "MALLOC_", "PYTHON", "PERL",
    "RUBY", "NODE_OPTIONS", "NPM_CONFIG_", "DOTNET_STARTUP", "CORECLR_", "COR_PROFILER",
    "COR_ENABLE", "PHPRC", "PHP_INI", "LUA_INIT", "LUA_PATH", "LUA_CPATH", "GIT_CONFIG",
    "LESSOPEN", "LESSCLOSE", "STRONGROOM_",
)  # fmt: skip
NAMES: Final = vocabulary(
    """
    PATH HOME SHELL USER LOGNAME IFS ENV BASH_ENV SHELLOPTS BASHOPTS PS4 PROMPT_COMMAND CDPATH
    GLOBIGNORE FPATH NULLCMD READNULLCMD ZDOTDIR TMPPREFIX TMPDIR PWD LIBPATH SHLIB_PATH
    TERM TERMINFO TERMINFO_DIRS TERMPATH TERMCAP LOCPATH NLSPATH PATH_LOCALE LANG LC_ALL
    LOCALDOMAIN RES_OPTIONS HOSTALIASES GETCONF_DIR KRB5_CONFIG OPENSSL_CONF OPENSSL_ENGINES
    OPENSSL_MODULES SSLKEYLOGFILE NODE_PATH NODE_EXTRA_CA_CERTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
    _JAVA_OPTIONS CLASSPATH JAVA_OPTS MAVEN_OPTS GRADLE_OPTS BUNDLE_GEMFILE GEM_HOME GEM_PATH
    R_PROFILE R_PROFILE_USER R_ENVIRON JULIA_LOAD_PATH PSMODULEPATH CARGO_HOME RUSTC RUSTC_WRAPPER
    RUSTFLAGS CC CXX MAKEFLAGS EDITOR VISUAL PAGER MANPAGER BROWSER LESS GIT_SSH GIT_SSH_COMMAND
    GIT_ASKPASS GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND
    GIT_EXEC_PATH GIT_TEMPLATE_DIR GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY
    GIT_INDEX_FILE GIT_NAMESPACE SSH_ASKPASS SUDO_ASKPASS SSH_AUTH_SOCK CREDENTIALS_DIRECTORY
    LISTEN_FDS LISTEN_PID LISTEN_FDNAMES NOTIFY_SOCKET
    """
)


def refused(name: str) -> bool:
    """Whether `name` is never injected; `Ld_Preload` is nobody's honest name either."""
    capitals = name.upper()
    return capitals in NAMES or capitals.startswith(PREFIXES)
