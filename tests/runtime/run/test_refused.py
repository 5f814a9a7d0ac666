"""No secret becomes code: what loaders, shells, interpreters and tools read is refused."""

import pytest

from strongroom.runtime.run.refused import refused


@pytest.mark.parametrize(
    "name",
    ["LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "PATH", "IFS", "BASH_ENV", "ENV", "PS4",
     "BASH_FUNC_ls", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS", "NODE_OPTIONS", "PERL5OPT",
     "PERL5LIB", "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "GIT_SSH_COMMAND",
     "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_EXTERNAL_DIFF", "LESSOPEN", "PAGER", "EDITOR",
     "HOME", "SHELL", "GCONV_PATH", "OPENSSL_CONF", "SSLKEYLOGFILE", "PROMPT_COMMAND", "ZDOTDIR",
     "STRONGROOM_ORIGIN", "CREDENTIALS_DIRECTORY", "CLASSPATH", "MAKEFLAGS", "Ld_Preload"],
)  # fmt: skip
def test_what_changes_how_programs_run_is_refused(name: str) -> None:
    assert refused(name)


@pytest.mark.parametrize(
    "name",
    ["API_KEY", "DATABASE_URL", "GIT_TOKEN", "NODE_AUTH_TOKEN", "HOME_ASSISTANT_TOKEN", "LDAP_PASSWORD",
     "JAVA_KEYSTORE_PASSWORD", "SHELL_SECRET", "ENV_KEY", "PATHFINDER_KEY", "HTTPS_PROXY"],
)  # fmt: skip
def test_names_of_secrets_are_not(name: str) -> None:
    assert not refused(name)
