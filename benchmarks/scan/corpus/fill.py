"""The placeholders of the templates: `«name»` is context, `«!name»` the secret of its line."""

import base64
import json
from collections.abc import Callable

from benchmarks.scan.corpus import checksums, decoys, keys, tokens, words
from benchmarks.scan.corpus.draw import BASE62, DIGITS, LOWER, UPPER, URLSAFE, Draw
from benchmarks.scan.corpus.values import Value

_POOL = "primes"  # of every seed alike: drawing primes is what takes long


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _encoded(plain: str, text: str, cls: str = "") -> Value:
    return Value(text, cls, shown=text, secret=plain)


def _bearer(draw: Draw) -> Value:
    """A token that is recognised without a name beside it."""
    named = [one for one in tokens.PROVIDERS if one.cls not in tokens.NAMELESS]
    found = draw.pick(named)
    return Value(found.make(draw), found.cls, names=found.names)


def bare(draw: Draw) -> Value:
    return tokens.password(draw, bare=True)


def bare_random(draw: Draw) -> Value:
    body = draw.text(BASE62 + "-_.", draw.between(12, 22))
    return Value(draw.text(BASE62, 1) + body + draw.text(BASE62, 1), "password-random")


def _split(draw: Draw, glue: str) -> Value:
    whole = _bearer(draw)
    at = len(whole.text) // 2 + draw.between(-3, 3)
    text = whole.text[:at] + glue.replace("\\n", "\n") + whole.text[at:]
    return Value(text, whole.cls, shown=text, secret=whole.text, names=whole.names)


def _b64_token(draw: Draw) -> Value:
    whole = _bearer(draw)
    return _encoded(whole.text, _b64(whole.text.encode()), whole.cls)


def _b64_password(draw: Draw) -> Value:
    whole = tokens.password(draw)
    return _encoded(whole.text, _b64(whole.text.encode()), whole.cls)


def _hex_password(draw: Draw) -> Value:
    whole = _bearer(draw)
    return _encoded(whole.text, whole.text.encode().hex(), whole.cls)


def _unicode(draw: Draw) -> Value:
    whole = _bearer(draw)
    return _encoded(whole.text, "".join(f"\\u{ord(c):04x}" for c in whole.text), whole.cls)


def _basic(draw: Draw) -> Value:
    secret = bare(draw).text
    return _encoded(secret, _b64(f"{words.user(draw)}:{secret}".encode()))


def _docker_config(draw: Draw) -> Value:
    inner = _basic(draw)
    text = json.dumps({"auths": {f"registry.{words.company(draw)}.io": {"auth": inner.text}}})
    return _encoded(inner.credential, _b64(text.encode()))


def _pem_lines(draw: Draw, kind: str) -> list[str]:
    private = "PRIVATE" + " KEY"
    if kind == "any":
        kind = draw.pick(["pkcs1", "pkcs8", "ec", "openssh", "ed25519"])
    if kind == "pkcs1":
        return keys.pem(f"RSA {private}", keys.pkcs1(keys.rsa(draw, _POOL)))
    if kind == "pkcs8":
        return keys.pem(private, keys.pkcs8_rsa(keys.rsa(draw, _POOL)))
    if kind == "ec":
        if draw.chance(50):
            return keys.pem(f"EC {private}", keys.sec1(draw))
        return keys.pem(private, keys.pkcs8_ec(draw))
    if kind == "ed25519":
        return keys.pem(private, keys.pkcs8_ed25519(draw))
    if kind == "openssh":
        comment = f"{words.user(draw)}@{words.company(draw)}"
        return keys.pem(f"OPENSSH {private}", keys.openssh(draw, comment), 70)
    if kind == "encrypted":
        return keys.pem(f"ENCRYPTED {private}", keys.encrypted_pkcs8(draw))
    if kind == "pgp":
        first, *rest = keys.pem(f"PGP {private} BLOCK", draw.take(700))
        return [first, "", *rest[:-1], f"={_b64(draw.take(3))}", rest[-1]]
    raise KeyError(kind)


def _pem(draw: Draw, kind: str) -> Value:
    return Value("\n".join(_pem_lines(draw, kind)), "private-key")


def _pem_escaped(draw: Draw, kind: str) -> Value:
    text = "\\n".join([*_pem_lines(draw, kind), ""])
    return Value(text, "private-key-oneline", shown=text, secret=text.replace("\\n", "\n"))


def _b64_pem(draw: Draw) -> Value:
    text = "\n".join([*_pem_lines(draw, "any"), ""])
    return _encoded(text, _b64(text.encode()))


def _putty(draw: Draw) -> Value:
    rows = [_b64(draw.take(48)) for _ in range(6)]
    text = "\n".join(
        [
            "PuTTY-User-Key-File-3: ssh-rsa",
            "Encryption: none",
            f"Comment: {words.user(draw)}",
            "Public-Lines: 3",
            *rows[:3],
            "Private-" + "Lines: 3",
            *rows[3:],
            f"Private-MAC: {draw.hex(64)}",
        ]
    )
    return Value(text, "private-key")


def _certificate(draw: Draw) -> list[str]:
    return keys.pem("CERTIFICATE", keys.certificate(draw, keys.rsa(draw, _POOL), words.host(draw)))


def _wp_salt(draw: Draw) -> str:
    return draw.text(BASE62 + "!@#%^*()-_ []{}~`+=,.;:/?|", 62).strip() + draw.text(BASE62, 2)


def _sas(draw: Draw) -> Value:
    whole = draw.b64(32)
    text = whole.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    return _encoded(whole, text)


def _image(draw: Draw) -> str:
    return "iVBORw0KGgoAAAANSUhEUgAA" + _b64(draw.take(draw.between(150, 400)))


def _minified(draw: Draw) -> str:
    """Some hundreds of characters as a minifier writes them."""
    parts = [
        f"function {a}({b},{c}){{return {b}.{draw.pick(words.ACTIONS)}({c})||{draw.below(999)}}}"
        for a, b, c in (draw.sample(LOWER, 3) for _ in range(draw.between(3, 9)))
    ]
    return "".join(parts)


SECRETS: dict[str, Callable[[Draw], Value | str]] = {
    "aws-secret": lambda d: tokens.provider(d, "aws-secret"),
    "azure-storage": lambda d: tokens.provider(d, "azure-storage"),
    "azure-client-secret": lambda d: tokens.provider(d, "azure-client-secret"),
    "gcp-oauth": lambda d: tokens.provider(d, "gcp-oauth"),
    "slack-webhook": lambda d: tokens.provider(d, "slack-webhook"),
    "jwt": lambda d: tokens.provider(d, "jwt"),
    "pypi": lambda d: tokens.provider(d, "pypi"),
    "npm": lambda d: checksums.github(d, "npm_"),
    "ghp": lambda d: checksums.github(d, "ghp_"),
    "glpat": lambda d: f"glpat-{d.text(URLSAFE, 20)}",
    "bare": bare,
    "bare-random": bare_random,
    "b64-token": _b64_token,
    "b64-password": _b64_password,
    "hex-password": _hex_password,
    "uni-token": _unicode,
    "basic": _basic,
    "b64-dockercfg": _docker_config,
    "b64-pem": _b64_pem,
    "putty": _putty,
    "wp-salt": _wp_salt,
    "sas": _sas,
    "b64x32": lambda d: d.b64(32),
    "b64url48": lambda d: d.b64url(36),
    "hex32": lambda d: d.hex(32),
    "hex40": lambda d: d.hex(40),
    "hex128": lambda d: d.hex(128),
    "telegram": lambda d: tokens.provider(d, "telegram"),
    "discord": lambda d: tokens.provider(d, "discord"),
    "jwk-d": lambda d: d.b64url(32),
    "u100": lambda d: d.text(URLSAFE, 100),
}
CONTEXT: dict[str, Callable[[Draw], str]] = {
    "word": lambda d: d.pick(words.THINGS),
    "Word": lambda d: d.pick(words.THINGS).capitalize(),
    "WORD": lambda d: d.pick(words.THINGS).upper(),
    "verb": lambda d: d.pick(words.ACTIONS),
    "Verb": lambda d: d.pick(words.ACTIONS).capitalize(),
    "company": words.company,
    "host": words.host,
    "user": words.user,
    "email": words.email,
    "zone": lambda d: d.pick(words.ZONES),
    "time": words.stamp,
    "ip": lambda d: f"10.{d.below(256)}.{d.below(256)}.{d.between(1, 254)}",
    "int": lambda d: str(d.between(2, 900)),
    "min": lambda d: str(d.between(2, 59)),
    "semver": lambda d: f"{d.below(12)}.{d.below(30)}.{d.below(20)}",
    "TICKET": lambda d: f"{d.pick(words.THINGS).upper()[:4]}-{d.between(10, 9000)}",
    "uuid": lambda d: d.uuid(),
    "UUID": lambda d: d.uuid().upper(),
    "md5": lambda d: d.hex(32),
    "sha1": lambda d: d.hex(40),
    "sha7": lambda d: d.hex(7),
    "sha256": lambda d: d.hex(64),
    "sri512": lambda d: f"sha512-{d.b64(64)}",
    "sri384": lambda d: f"sha384-{d.b64(48)}",
    "FPR": lambda d: d.hex(40).upper(),
    "akid": lambda d: tokens.pattern(d, d.pick(["AKIA", "AKIA", "ASIA"]) + "{b32:16}"),
    "doc-akid": lambda _: "AKIAIOSFODNN7" + "EXAMPLE",
    "doc-secret": lambda _: "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
    "google-browser": lambda d: f"AIzaSy{d.text(URLSAFE, 33)}",
    "recaptcha": lambda d: f"6L{d.text(BASE62, 6)}AAAAA{d.text(URLSAFE, 27)}",
    "pk-live": lambda d: f"pk_live_51{d.text(BASE62, 97)}",
    "sentry-dsn": lambda d: f"https://{d.hex(32)}@o{d.text(DIGITS, 6)}.ingest.sentry.io/45{d.text(DIGITS, 5)}",
    "supabase-anon": lambda d: checksums.jwt(d, {"iss": "supabase", "role": "anon", "exp": 2015000000}),
    "bad-ghp": lambda d: checksums.wrong_github(d, "ghp_"),
    "bcrypt": lambda d: f"$2y$12${d.text('./' + BASE62, 53)}",
    "weak": lambda d: d.pick(["admin", "keycloak", "root"]),
    "b64img": _image,
    "b64-user": lambda d: _b64(words.user(d).encode()),
    "b64-cert": lambda d: _b64("\n".join(_certificate(d)).encode()),
    "pem-cert": lambda d: "\n".join(_certificate(d)),
    "pem-csr": lambda d: "\n".join(keys.pem("CERTIFICATE REQUEST", d.take(420))),
    "pem-public": lambda d: "\n".join(keys.pem("PUBLIC KEY", keys.spki_rsa(keys.rsa(d, _POOL)))),
    "pem-encrypted": lambda d: "\n".join(_pem_lines(d, "encrypted")),
    "pgp-public": lambda d: "\n".join(keys.pem("PGP PUBLIC KEY BLOCK", d.take(500))),
    "ssh-pub": lambda d: _b64(keys.openssh_public(d)),
    "mini": _minified,
    "k1": lambda d: words.kebab(d.pick(words.KEY_NAMES)),
    "k2": lambda d: words.kebab(d.pick(words.KEY_NAMES)),
}  # fmt: skip
# `«hex12»` and the like: an alphabet and a length.
SIZED: dict[str, Callable[[Draw, int], str]] = {
    "hex": lambda d, n: d.hex(n),
    "hash": lambda d, n: d.text(LOWER + DIGITS, n),
    "digits": lambda d, n: d.text("123456789", 1) + d.text(DIGITS, n - 1),
    "a": lambda d, n: d.text(BASE62, n),
    "u": lambda d, n: d.text(URLSAFE, n),
    "UD": lambda d, n: d.text(UPPER + DIGITS, n),
    "ld": lambda d, n: d.text(LOWER + DIGITS, n),
    "b64x": lambda d, n: d.b64(n),
    "b64url": lambda d, n: d.text(URLSAFE, n),
}


def secret(draw: Draw, name: str) -> Value:
    """The secret that `«!name»` stands for."""
    if name.startswith(("split:", "split2:")):
        return _split(draw, name.partition(":")[2])
    if name.startswith("pem-"):
        kind = name.removeprefix("pem-")
        if kind.endswith("escaped"):
            return _pem_escaped(draw, kind.removesuffix("escaped").rstrip("-") or "pkcs8")
        return _pem(draw, kind)
    made = SECRETS[name](draw)
    return made if isinstance(made, Value) else Value(made, "")


def context(draw: Draw, name: str) -> str:
    """The text that `«name»` stands for."""
    if name in CONTEXT:
        return CONTEXT[name](draw)
    kind = name.rstrip(DIGITS)
    return SIZED[kind](draw, int(name[len(kind) :]))


_SCHEMES = (
    ("dsn-postgres", "postgres", "5432"),
    ("dsn-postgres", "postgresql", "5432"),
    ("dsn-mysql", "mysql", "3306"),
    ("dsn-mysql", "mysql+pymysql", "3306"),
    ("dsn-mongodb", "mongodb", "27017"),
    ("dsn-mongodb", "mongodb+srv", ""),
    ("dsn-redis", "redis", "6379"),
    ("dsn-redis", "rediss", "6380"),
    ("dsn-amqp", "amqp", "5672"),
    ("dsn-amqp", "amqps", "5671"),
    ("url-basic-auth", "https", ""),
    ("url-basic-auth", "ftp", ""),
)


def url(draw: Draw, *, hit: bool) -> Value:
    """A connection URL: with a password in it, or without, or with one that is none."""
    cls, scheme, port = draw.pick(_SCHEMES)
    host, user, thing = words.host(draw), words.user(draw), draw.pick(words.THINGS)
    tail = f"{host}{':' + port if port else ''}/{thing}"
    if hit:
        made = bare_random(draw) if draw.chance(60) else tokens.password(draw, bare=True)
        shown = made.text.replace("@", "%40").replace("+", "%2B").replace("^", "%5E")
        name = "" if scheme == "redis" and draw.chance(50) else user
        text = f"{scheme}://{name}:{shown}@{tail}"
        return Value(text, cls, shown=shown, secret=made.text, names=("database url",))
    texts = (
        (f"{scheme}://{tail}", "url-plain"),
        (f"{scheme}://{user}@{tail}", "url-plain"),
        (f"{scheme}://{user}:${{DB_PASSWORD}}@{tail}", "url-reference"),
        (f"{scheme}://{user}:{{password}}@{tail}", "url-reference"),
        (f"{scheme}://{user}:%s@{tail}", "url-reference"),
        (f"{scheme}://${{USER}}:${{PASS}}@${{HOST}}/{thing}", "url-reference"),
        (f"{scheme}://user:password@{draw.pick(['host', 'localhost', 'example.com'])}/{thing}", "url-placeholder"),
        (f"{scheme}://username:password@{tail}", "url-placeholder"),
        (f"{scheme}://{user}:<password>@{tail}", "url-placeholder"),
        (f"{scheme}://{user}:****@{tail}", "url-masked"),
        (f"{scheme}://{user}:changeme@localhost/{thing}", "url-placeholder"),
        (f"{scheme}://test:test@localhost/{thing}_test", "url-placeholder"),
        (f"{scheme}://[::1]:{port or '8443'}/{thing}", "url-plain"),
        (f"https://{host}/{thing}?id={draw.uuid()}&rev={draw.hex(40)}", "url-ids"),
    )  # fmt: skip
    text, kind = draw.pick(texts)
    return Value(text, kind, is_secret=False, names=("database url",))


_BARE = frozenset(" \"'`")


def slot(draw: Draw, kind: str, *, hit: bool, named: bool) -> Value:
    """A value for a slot of that kind, secret or decoy; `named` where its line shows its name."""
    kind, _, plain = kind.partition("-")
    never = _QUOTES | _SPACE if plain or kind == "bearer" else _QUOTES
    while True:
        value = _hit(draw, kind, bool(plain)) if hit else _decoy(draw, kind, named=named)
        if not never & set(value.text) and (named or value.cls not in tokens.NAMELESS):
            return value


_QUOTES = frozenset("\"'`\n")
_SPACE = frozenset(" ")
_DEBATABLE_PERCENT = 4


def _hit(draw: Draw, kind: str, plain: bool) -> Value:
    if kind == "url":
        return url(draw, hit=True)
    if kind == "password":
        return tokens.password(draw, bare=plain)
    if kind == "bearer":
        if draw.chance(25):
            return Value(tokens.provider(draw, "jwt").text, "jwt")
        return _bearer(draw) if draw.chance(75) else tokens.generic(draw)
    return tokens.provider(draw) if draw.chance(62) else tokens.generic(draw)


def _decoy(draw: Draw, kind: str, *, named: bool) -> Value:
    if kind == "url":
        return url(draw, hit=False)
    if named and draw.chance(_DEBATABLE_PERCENT):
        return decoys.debatable(draw)
    if kind == "password":
        return decoys.password(draw, named=named)
    return decoys.token(draw, named=named and kind == "token")
