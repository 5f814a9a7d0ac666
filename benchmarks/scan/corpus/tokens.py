"""Credentials in their providers' formats, each drawn anew: none is anybody's.

A pattern writes `{alphabet:length}` for random parts; what has a checksum or structure inside is
a function. The names are how people call the thing in code.
"""

import base64
import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from benchmarks.scan.corpus import checksums, words
from benchmarks.scan.corpus.draw import (
    BASE32,
    BASE62,
    BASE64,
    DIGITS,
    HEX,
    LOWER,
    UPPER,
    URLSAFE,
    Draw,
)
from benchmarks.scan.corpus.values import Value

_ALPHABETS = {
    "hex": HEX,
    "d": DIGITS,
    "a": BASE62,
    "u": URLSAFE,
    "b64": BASE64,
    "U": UPPER,
    "UD": UPPER + DIGITS,
    "ld": LOWER + DIGITS,
    "b32": BASE32,
    "b32l": BASE32.lower(),
    "L": UPPER + LOWER,
}
_PART = re.compile(r"\{(\w+):(\d+)\}")

Maker = Callable[[Draw], str]


class Provider(NamedTuple):
    cls: str
    make: Maker
    names: tuple[str, ...]


def pattern(draw: Draw, text: str) -> str:
    """The pattern with its random parts drawn."""
    return _PART.sub(lambda part: draw.text(_ALPHABETS[part[1]], int(part[2])), text)


def _aws_session(draw: Draw) -> str:
    return "IQoJb3JpZ2luX2Vj" + draw.b64(300)


def _discord(draw: Draw) -> str:
    number = str(draw.between(10**17, 10**18 - 1)).encode()
    head = base64.b64encode(number).decode().rstrip("=")
    return f"{head}.{draw.text(URLSAFE, 6)}.{draw.text(URLSAFE, 38)}"


def _sentry(draw: Draw) -> str:
    claims = f'{{"iat":17{draw.text(DIGITS, 8)}.{draw.text(DIGITS, 6)},"url":"https://sentry.io",'
    claims += f'"region_url":"https://us.sentry.io","org":"{words.company(draw)}"}}'
    body = base64.b64encode(claims.encode()).decode()
    return f"sntrys_{body}_{base64.b64encode(draw.take(32)).decode().rstrip('=')}"


def _jwt(draw: Draw) -> str:
    issued = 1_700_000_000 + draw.below(10**8)
    claims: dict[str, object] = {
        "iss": f"https://auth.{words.company(draw)}.io/",
        "sub": draw.pick([draw.uuid(), str(draw.below(10**7)), words.email(draw)]),
        "iat": issued,
        "exp": issued + draw.pick([3600, 86400, 31536000]),
    }
    if draw.chance(50):
        claims["scope"] = draw.pick(["read:orders write:orders", "admin", "openid profile email"])
    return checksums.jwt(draw, claims)


def _artifactory(draw: Draw) -> str:
    text = f"reftkn:01:17{draw.text(DIGITS, 8)}:{draw.text(BASE62, 27)}"
    return base64.b64encode(text.encode()).decode()


def _nuget(draw: Draw) -> str:
    low = BASE32.lower()
    parts = (draw.text(low, 15), draw.pick("aq"), draw.text(low, 11), draw.pick("eu"))
    tail = (draw.pick("bdfhjlnprtvxz357"), draw.text(low[:16], 1), draw.text(low, 11))
    return "oy2" + draw.text(low[:16], 1) + "".join((*parts, *tail)) + draw.pick("aeimquy4")


def _legacy_storage(draw: Draw) -> str:
    return draw.b64(64)


_LINES: tuple[tuple[str, str | Maker, str], ...] = (
    # class, format, names (a comma between them)
    ("github", partial(checksums.github, prefix="ghp_"), "github token,gh pat,github access token"),
    ("github", partial(checksums.github, prefix="gho_"), "github oauth token,gh token"),
    ("github", partial(checksums.github, prefix="ghs_"), "github app token,installation token"),
    ("github", partial(checksums.github, prefix="ghu_"), "github user token"),
    ("github", partial(checksums.github, prefix="ghr_"), "github refresh token"),
    ("github", "github_pat_11{UD:8}0{a:13}_{a:59}", "github pat,release token"),
    ("gitlab", "glpat-{u:20}", "gitlab token,gitlab private token,ci job api token"),
    ("gitlab", checksums.gitlab_routable, "gitlab token,gitlab pat"),
    ("gitlab", "gldt-{u:20}", "gitlab deploy token"),
    ("gitlab", "glptt-{hex:40}", "gitlab trigger token"),
    ("gitlab", "glrt-{u:20}", "gitlab runner token"),
    ("npm", partial(checksums.github, prefix="npm_"), "npm token,npm auth token,node auth token"),
    ("pypi", checksums.pypi, "pypi token,twine password,pypi api token"),
    ("aws-secret", "{b64:40}", "aws secret access key,aws secret key,s3 secret key"),
    ("aws-session", _aws_session, "aws session token"),
    ("slack", "xoxb-{d:12}-{d:13}-{a:24}", "slack bot token,slack token"),
    ("slack", "xoxp-{d:12}-{d:12}-{d:13}-{hex:32}", "slack user token,slack api token"),
    ("slack", "xapp-1-A{UD:10}-{d:13}-{hex:64}", "slack app token"),
    ("slack-webhook", "https://hooks.slack.com/services/T{UD:10}/B{UD:10}/{a:24}", "slack webhook url,alert webhook"),
    ("stripe", "sk_live_{a:24}", "stripe secret key,stripe api key"),
    ("stripe", "sk_live_51{a:97}", "stripe secret key,stripe key"),
    ("stripe", "rk_live_51{a:97}", "stripe restricted key"),
    ("stripe", "whsec_{a:32}", "stripe webhook secret,stripe signing secret"),
    ("azure-storage", checksums.azure_storage, "azure storage key,storage account key"),
    ("azure-storage", _legacy_storage, "azure storage account key,blob account key"),
    ("azure-client-secret", "{a:3}8Q~{u:34}", "azure client secret,aad client secret,arm client secret"),
    ("gcp-oauth", "GOCSPX-{u:28}", "google client secret,oauth client secret"),
    ("google-api-key", "AIzaSy{u:33}", "gemini api key,google api key,youtube api key"),
    ("twilio", "{hex:32}", "twilio auth token"),
    ("twilio", "SK{hex:32}", "twilio api key"),
    ("sendgrid", "SG.{u:22}.{u:43}", "sendgrid api key,sendgrid key"),
    ("mailgun", "key-{hex:32}", "mailgun api key"),
    ("mailgun", "{hex:32}-{hex:8}-{hex:8}", "mailgun api key,mailgun sending key"),
    ("mailchimp", "{hex:32}-us{d:2}", "mailchimp api key"),
    ("openai", "sk-{a:20}T3BlbkFJ{a:20}", "openai api key,openai key"),
    ("openai", "sk-proj-{u:74}T3BlbkFJ{u:74}", "openai api key,llm api key"),
    ("openai", "sk-svcacct-{u:74}T3BlbkFJ{u:74}", "openai service key"),
    ("anthropic", "sk-ant-api03-{u:93}AA", "anthropic api key,claude api key"),
    ("anthropic", "sk-ant-admin01-{u:93}AA", "anthropic admin key"),
    ("huggingface", "hf_{L:34}", "hf token,huggingface token,hugging face hub token"),
    ("atlassian", checksums.atlassian, "jira api token,atlassian token,confluence token"),
    ("atlassian", checksums.bitbucket, "bitbucket app password"),
    ("shopify", "shpat_{hex:32}", "shopify access token"),
    ("shopify", "shpss_{hex:32}", "shopify shared secret"),
    ("telegram", "{d:10}:AA{u:33}", "telegram bot token,tg token"),
    ("discord", _discord, "discord bot token,discord token"),
    ("discord-webhook", "https://discord.com/api/webhooks/{d:18}/{u:68}", "discord webhook url"),
    ("digitalocean", "dop_v1_{hex:64}", "digitalocean token,do access token"),
    ("digitalocean", "doo_v1_{hex:64}", "digitalocean oauth token"),
    ("heroku", "HRKU-AA{u:58}", "heroku api key,heroku key"),
    ("heroku-uuid", lambda draw: draw.uuid(), "heroku api key"),
    ("datadog", "{hex:32}", "datadog api key,dd api key"),
    ("datadog", "{hex:40}", "datadog app key,datadog application key"),
    ("newrelic", "NRAK-{UD:27}", "new relic api key,new relic user key"),
    ("newrelic", "{hex:36}NRAL", "new relic license key"),
    ("sentry", _sentry, "sentry auth token"),
    ("sentry", "sntryu_{hex:64}", "sentry auth token,sentry user token"),
    ("vault", "hvs.CAESI{u:90}", "vault token"),
    ("vault", "hvb.AAAAAQ{u:132}", "vault token,batch token"),
    ("doppler", "dp.pt.{a:43}", "doppler token"),
    ("doppler", "dp.st.prd.{a:43}", "doppler service token"),
    ("databricks", "dapi{hex:32}", "databricks token,databricks access token"),
    ("jwt", _jwt, "access token,id token,auth token,service jwt"),
    ("linear", "lin_api_{a:40}", "linear api key"),
    ("notion", "ntn_{d:11}{a:35}", "notion token,notion api key"),
    ("postman", "PMAK-{hex:24}-{hex:34}", "postman api key"),
    ("grafana", checksums.grafana, "grafana token,grafana service account token"),
    ("grafana", checksums.grafana_cloud, "grafana cloud token"),
    ("pulumi", "pul-{hex:40}", "pulumi access token"),
    ("terraform-cloud", "{a:14}.atlasv1.{u:67}", "tfe token,terraform cloud token"),
    ("planetscale", "pscale_tkn_{u:43}", "planetscale token"),
    ("square", "sq0csp-{u:43}", "square application secret"),
    ("rubygems", "rubygems_{hex:48}", "gem host api key,rubygems api key"),
    ("airtable", "pat{a:14}.{hex:64}", "airtable api key,airtable pat"),
    ("groq", "gsk_{a:52}", "groq api key"),
    ("replicate", "r8_{a:37}", "replicate api token"),
    ("supabase", "sbp_{hex:40}", "supabase access token"),
    ("tailscale", "tskey-auth-k{a:11}CNTRL-{a:32}", "tailscale auth key,ts authkey"),
    ("docker-hub", "dckr_pat_{u:27}", "docker hub token,dockerhub password"),
    ("age", checksums.age, "age identity,sops age key"),
    ("sonarqube", "squ_{hex:40}", "sonar token"),
    ("buildkite", "bkua_{hex:40}", "buildkite api token"),
    ("easypost", "EZAK{a:54}", "easypost api key"),
    ("brevo", "xkeysib-{hex:64}-{a:16}", "brevo api key,sendinblue api key"),
    ("braintree", "access_token$production${ld:16}${hex:32}", "braintree access token"),
    ("facebook", "EAAC{a:150}ZD", "facebook page token,fb access token"),
    ("razorpay", "{a:24}", "razorpay key secret"),
    ("fireworks", "fw_{a:24}", "fireworks api key"),
    ("perplexity", "pplx-{a:48}", "perplexity api key"),
    ("xai", "xai-{a:80}", "xai api key,grok api key"),
    ("langsmith", "lsv2_pt_{hex:32}_{hex:10}", "langsmith api key,langchain api key"),
    ("netlify", "nfp_{a:36}", "netlify auth token"),
    ("shippo", "shippo_live_{hex:40}", "shippo api token"),
    ("prefect", "pnu_{ld:36}", "prefect api key"),
    ("launchdarkly", "sdk-{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}", "launchdarkly sdk key"),
    ("cratesio", "cio{a:32}", "cargo registry token"),
    ("nuget", _nuget, "nuget api key"),
    ("okta", "00{u:40}", "okta api token"),
    ("algolia-admin", "{hex:32}", "algolia admin key,algolia admin api key"),
    ("cloudflare", "{u:40}", "cloudflare api token,cf api token"),
    ("fastly", "{u:32}", "fastly api token"),
    ("artifactory", _artifactory, "artifactory token,jfrog access token"),
)  # fmt: skip


def _maker(form: str | Maker) -> Maker:
    return partial(pattern, text=form) if isinstance(form, str) else form


PROVIDERS = tuple(
    Provider(cls, _maker(form), tuple(names.split(","))) for cls, form, names in _LINES
)
# Without their names these are any other hex or base64: only a place that names them may be used.
NAMELESS = frozenset(
    words.listed(
        "aws-secret aws-session azure-storage twilio datadog razorpay algolia-admin cloudflare "
        "fastly okta launchdarkly heroku-uuid azure-client-secret mailgun"
    )
)


_BEFORE = words.listed("prod staging legacy internal ci old team backup my shared qa")


def provider(draw: Draw, cls: str | None = None) -> Value:
    """A credential of a provider, of the class if one is given."""
    found = draw.pick([one for one in PROVIDERS if cls in {None, one.cls}])
    name = draw.pick(found.names)
    if found.cls not in NAMELESS and draw.chance(20):
        name = draw.pick(words.KEY_NAMES)
    elif draw.chance(30):
        name = f"{draw.pick(_BEFORE)} {name}"
    return Value(found.make(draw), found.cls, names=(name,))


def generic(draw: Draw) -> Value:
    """A key that only its name and its randomness give away."""
    forms = (
        ("generic-hex", draw.hex(draw.pick([32, 40, 64]))),
        ("generic-base62", draw.text(BASE62, draw.pick([20, 24, 32, 40, 48]))),
        ("generic-base64", draw.b64(draw.pick([24, 32, 48]))),
        ("generic-urlsafe", draw.b64url(draw.pick([24, 32, 50]))),
        ("generic-uuid", draw.uuid()),
    )
    cls, text = draw.pick(forms)
    service = draw.pick(["", "", draw.pick(words.THINGS) + " "])
    return Value(text, cls, names=(service + draw.pick(words.KEY_NAMES),))


# No quote, backslash, dollar, ampersand or angle bracket: right in every format as they stand.
_SYMBOLS = "!@#%^*-_+=.?~"
_SYMBOLS_BARE = "-_.+!@^"


def password(draw: Draw, *, bare: bool = False) -> Value:
    """A password, as a machine draws it or as a person thinks of it."""
    name = draw.pick(words.PASSWORD_NAMES)
    names = (f"{draw.pick(words.THINGS)} {name}" if draw.chance(30) else name,)
    symbols = _SYMBOLS_BARE if bare else _SYMBOLS
    if draw.chance(50):
        size = draw.between(12, 24)
        body = draw.text(BASE62 + (symbols if draw.chance(60) else ""), size - 2)
        text = draw.text(BASE62, 1) + body + draw.text(BASE62, 1)
        return Value(text, "password-random", names=names)
    one, two = draw.sample(words.PASSWORD_WORDS, 2)
    year = str(draw.between(2009, 2026))
    mark = draw.pick("!@-_.+")
    leet = one.replace("a", "4").replace("e", "3").replace("o", "0")
    text = draw.pick(
        [
            f"{one}{mark}{year}",
            f"{one}{two}{draw.between(10, 999)}",
            f"{leet}{mark}{draw.text(DIGITS, 3)}",
            f"{one.lower()}-{two.lower()}-{draw.pick(words.PASSWORD_WORDS).lower()}-{draw.below(100)}",
            f"{words.company(draw).capitalize()}{year}{draw.pick('!@+')}",
            f"{one[:4]}{mark}{two[:4]}{mark}{draw.text(BASE62, 4)}",
        ]
    )
    return Value(text, "password-human", names=names)
