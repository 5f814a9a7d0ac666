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
     "STRONGROOM_ORIGIN", "CREDENTIALS_DIRECTORY", "CLASSPATH", "MAKEFLAGS", "Ld_Preload",
     "GUNICORN_CMD_ARGS", "UVICORN_CMD_ARGS", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "ERL_AFLAGS",
     "ERL_FLAGS", "VIMINIT", "EXINIT", "INPUTRC", "RSYNC_RSH", "SVN_SSH", "CVS_RSH", "TAR_OPTIONS",
     "ANSIBLE_CONFIG", "ANSIBLE_LIBRARY", "TF_CLI_CONFIG_FILE", "HGRCPATH", "GOFLAGS", "JRUBY_OPTS",
     "BUN_OPTIONS", "GHCRTS", "CATALINA_OPTS", "CLOUDSDK_PYTHON", "GTK_MODULES", "GTK_PATH",
     "QT_PLUGIN_PATH", "XDG_CONFIG_HOME", "KUBECONFIG", "AWS_CONFIG_FILE", "DJANGO_SETTINGS_MODULE",
     "RIPGREP_CONFIG_PATH", "PIP_CONFIG_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR",
     "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_TLS_REJECT_UNAUTHORIZED", "GIT_SSL_NO_VERIFY"],
)  # fmt: skip
def test_what_changes_how_programs_run_is_refused(name: str) -> None:
    assert refused(name)


@pytest.mark.parametrize(
    "name",
    ["API_KEY", "DATABASE_URL", "GIT_TOKEN", "NODE_AUTH_TOKEN", "HOME_ASSISTANT_TOKEN", "LDAP_PASSWORD",
     "JAVA_KEYSTORE_PASSWORD", "SHELL_SECRET", "ENV_KEY", "PATHFINDER_KEY", "HTTPS_PROXY",
     "DJANGO_SECRET_KEY", "KUBECONFIG_TOKEN", "ANSIBLE_VAULT_PASSWORD", "SSL_CERT_KEY", "SVN_SSH_KEY"],
)  # fmt: skip
def test_names_of_secrets_are_not(name: str) -> None:
    assert not refused(name)
