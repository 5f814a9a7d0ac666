"""Calls that read the environment: of Python, of libraries that load settings, and of ours."""

from dataclasses import dataclass, replace
from typing import Final

from strongroom.naming.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Way:
    """How a call reads: which argument is the name, which the default, and what is sure of it."""

    at: int | None = 0  # position of the name; None where it is always `fixed`
    keywords: tuple[str, ...] = ("key", "name", "var", "var_name", "varname", "env")
    default_at: int | None = 1
    defaults: tuple[str, ...] = ("default", "fallback", "default_value")
    demands: bool = False  # fails where the name is missing and there is no default
    before: str = ""  # stands before the name that is given
    after: str = ""
    case: str = ""
    secret: bool | None = None
    fixed: str = ""  # the name when none is given
    shouted: bool = False  # only believed of a NAME_IN_CAPITALS
    note: str = ""
    declares: bool = False  # a declaration of ours or of another tool


GETENV: Final = Way()
DEMAND: Final = Way(demands=True, default_at=None)
_CONFIG: Final = Way(demands=True, default_at=None)
_OURS: Final = Way(default_at=None, demands=True, secret=True, note="strongroom")

ENVIRON: Final = vocabulary("os.environ environ os.environb")
ENVIRON_METHODS: Final = {
    "get": GETENV,
    "setdefault": GETENV,
    "pop": replace(GETENV, demands=True),
    "__getitem__": DEMAND,
}
# Objects of libraries, as `Names.dotted` writes them: an instance ends in `()`.
ENV_OBJECTS: Final = vocabulary("""
    environ.Env() environ.FileAwareEnv() environ.environ.Env() environs.Env() environs.env
    environs.FileAwareEnv() environs.EnvFile()
    """)
CONFIG_OBJECTS: Final = vocabulary("""
    decouple.config decouple.Config() decouple.AutoConfig() starlette.config.Config()
    """)
DYNACONF_OBJECTS: Final = vocabulary(
    "dynaconf.Dynaconf() dynaconf.LazySettings() dynaconf.settings dynaconf.FlaskDynaconf()"
)
_NUMBERS: Final = vocabulary("""
    bool int float decimal date datetime time timedelta log_level path uuid enum dj_bool
    """)
_TEXTS: Final = vocabulary("str bytes unicode ascii url list tuple dict json get_value read get")
_URLS: Final = {
    "db": "DATABASE_URL",
    "db_url": "DATABASE_URL",
    "dj_db_url": "DATABASE_URL",
    "cache": "CACHE_URL",
    "cache_url": "CACHE_URL",
    "dj_cache_url": "CACHE_URL",
    "email": "EMAIL_URL",
    "email_url": "EMAIL_URL",
    "dj_email_url": "EMAIL_URL",
    "search_url": "SEARCH_URL",
    "channels": "CHANNELS_URL",
    "channels_url": "CHANNELS_URL",
}
_ENV: Final = Way(demands=True, default_at=1)
_OF_ENV: Final = {
    "": _ENV,
    **dict.fromkeys(_TEXTS, _ENV),
    **{name: replace(_ENV, secret=False) for name in _NUMBERS},
    **{name: replace(_ENV, fixed=url, secret=True) for name, url in _URLS.items()},
}
_SECRETS_METHODS: Final = vocabulary("get aget find refresh versions on_rotate retry_on_auth_error")
EXACT: Final = {
    "os.getenv": GETENV,
    "os.getenvb": GETENV,
    "strongroom.get_secret": Way(secret=True, note="strongroom"),
    **{
        f"{owner}.{method}": replace(_OURS, demands=method not in {"find", "versions"})
        for owner in ("strongroom.Secrets()", "strongroom.client.Secrets()")
        for method in _SECRETS_METHODS
    },
    "dj_database_url.config": Way(
        at=None, keywords=("env",), fixed="DATABASE_URL", secret=True, note="dj_database_url"
    ),
    "django_cache_url.config": Way(
        at=None, keywords=("env",), fixed="CACHE_URL", secret=True, note="django_cache_url"
    ),
    "dj_email_url.config": Way(
        at=None, keywords=("env",), fixed="EMAIL_URL", secret=True, note="dj_email_url"
    ),
    "dj_search_url.config": Way(
        at=None, keywords=("env",), fixed="SEARCH_URL", secret=True, note="dj_search_url"
    ),
}
# What people call such functions, where their own code is not in sight.
GUESSED: Final = vocabulary("""
    getenv get_secret get_env getsecret read_secret get_env_var get_env_variable require_env
    require_secret env_var get_setting get_env_value env_str env_bool env_int env_float env_list
    get_bool_from_env get_int_from_env get_list_from_env get_str_env get_bool_env get_int_env
    get_required_env required_env must_getenv must_get_env mustenv
    """)
_CASTING: Final = frozenset({"bool", "int", "float", "flag", "number", "seconds", "timedelta"})


def way_of(dotted: str) -> Way | None:
    """How a call of this function reads the environment, or None."""
    exact = EXACT.get(dotted)
    if exact is not None:
        return exact
    owner, _, method = dotted.rpartition(".")
    if method in ENVIRON_METHODS and is_environ(owner):
        return ENVIRON_METHODS[method]
    if dotted in ENV_OBJECTS:
        return _OF_ENV[""]
    if owner in ENV_OBJECTS:
        return _OF_ENV.get(method)
    if dotted in CONFIG_OBJECTS:
        return _CONFIG
    if owner in CONFIG_OBJECTS and method == "get":
        return _CONFIG
    return _guessed(dotted, owner, method)


def is_environ(dotted: str) -> bool:
    """Whether this is the environment of the process, or what is called like it."""
    return dotted in ENVIRON or dotted.endswith(".environ")


def casts(name: str) -> bool:
    """Whether a function of this name gives a number or a switch."""
    return bool(_CASTING.intersection(name.lower().split("_")))


def _guessed(dotted: str, owner: str, method: str) -> Way | None:
    if method in GUESSED:
        secret = False if casts(method) else None
        demands = method.startswith(("require", "must"))
        return Way(secret=secret, shouted=True, demands=demands)
    if dotted in {"env", "config"} or (
        owner.endswith((".env", ".settings", ".config")) and method in {"env", "config"}
    ):
        return replace(_ENV if method == "env" else _CONFIG, shouted=True)
    if owner == "env" or owner.endswith(".env"):
        found = _OF_ENV.get(method)
        return replace(found, shouted=True, fixed="") if found else None
    return None
