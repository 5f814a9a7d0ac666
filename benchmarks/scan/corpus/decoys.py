"""What is no secret and looks like one: the lines that flood people who run a scanner."""

import base64
from collections.abc import Callable
from functools import partial

from benchmarks.scan.corpus import checksums, tokens, words
from benchmarks.scan.corpus.draw import BASE62, DIGITS, URLSAFE, Draw
from benchmarks.scan.corpus.values import Value

Decoy = Callable[[Draw], Value]

_PLACEHOLDERS = words.listed(
    "changeme change-me CHANGE_ME CHANGEME change_this replace-me REPLACE_ME replace_with_real_value "
    "your-password-here your_password yourpassword YOUR_PASSWORD <password> <your-password> <PASSWORD> "
    "[password] {password} insert-password-here enter_password_here my-secret-password "
    "mypassword example-password ExamplePassword sample_password todo TODO tbd FIXME none null "
    "undefined xxx xxxxxxxx XXXXXXXXXXXX placeholder dummy dummy-password fill-in your-secret "
    "some-password a-very-strong-password <strong-password> put-your-password-here set-me SetMe "
    "use-a-real-password-in-production not-set to-be-defined <from-1password> <ask-ops> ..."
)
_KEY_PLACEHOLDERS = words.listed(
    "your-api-key-here your_api_key YOUR_API_KEY <API_KEY> <your-token> <token> {token} [TOKEN] "
    "insert-your-token-here my-api-key replace-with-your-key API_KEY_HERE your-client-secret "
    "YOUR_CLIENT_SECRET <client-secret> <access_token> paste-your-token-here example-token "
    "EXAMPLE_TOKEN sample-api-key dummy_token dummy-key-1234 fake-api-key changeme-jwt-secret "
    "your-256-bit-secret your-super-secret-jwt-key super-secret-key-change-in-production "
    "django-insecure-change-me replace_this_with_a_long_random_string "
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX "
    "00000000-0000-0000-0000-000000000000 0123456789abcdef0123456789abcdef "
    "1234567890abcdef1234567890abcdef abcdefghijklmnopqrstuvwxyz123456 abc123def456 deadbeefdeadbeef "
    "ffffffffffffffffffffffffffffffff aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 12345678901234567890 "
    "thisisnotarealkey this-is-not-a-real-secret-key <base64-encoded-key> <32-byte-hex-string>"
)
_MASKED = words.listed(
    "******** **** ********************** ●●●●●●●● [REDACTED] <redacted> ***REMOVED*** [FILTERED] "
    "[MASKED] (hidden) <hidden> [secure] (sensitive_value) <sensitive> [secret] •••••••• [PROTECTED]"
)
_FIXTURES = words.listed(
    "test foobar foo bar baz hunter2 test-password testpass test-only fake-password-for-tests "
    "not-a-real-password wrong-password invalid-password incorrect bad-password fake mock "
    "dummy-pass mock-password stub dummy_pass wrongpass valid-password-1 test-user-password "
    "password-for-unit-tests expired-password mismatched-password no-such-password fakepassword"
)
_KEY_FIXTURES = words.listed(
    "test-token test_api_key test-secret test-key-123 fake-token fake_secret_key mock-access-token "
    "mock_api_key stub-token abc123 token-1 token-abc key1 key-2 invalid-token expired-token "
    "not-a-token bogus-token revoked-token my-token secret-token dummy-access-token "
    "test-client-secret unit-test-key sekret some-opaque-token first-token second-token "
    "valid-token-for-user-1 ghp_test ghp_fake_token_for_tests sk-test-not-real sk-fake xoxb-fake-token "
    "AKIA_TEST_KEY fake-aws-secret test-jwt-secret refresh-token-value the-access-token bearer-abc"
)
# Weak, and in use: whether one stands for a real account only its owner knows.
_WEAK = words.listed(
    "postgres root admin guest rabbitmq minioadmin mysql password secret pass s3cr3t passw0rd "
    "password123 pass123 test123 123456 letmein secret123 topsecret qwerty password1 p@ssw0rd "
    "changeit admin123 welcome1 toor"
)
_ENUMS = words.listed(
    "password_reset_token access_token refresh_token api_key client_secret csrf_token id_token "
    "forgot_password change-password reset_password token_expired invalid_token secret_rotated "
    "user.password.updated auth.token.revoked bearer urn:ietf:params:oauth:token-type:access_token "
    "authorization_code client_credentials x-api-key X-Auth-Token private_key_jwt "
    "client_secret_basic client_secret_post password_too_short token_not_found session_token "
    "app.security.jwt.secret spring.datasource.password com.example.auth.TokenService "
    "auth/wrong-password passwordConfirmation current-password new-password one-time-code "
    "settings.security.password_policy secretKeyRef password-input token_bucket keyring "
    "public_key_credential encryption_key_id"
)
_LABELS = (
    "Password",
    "Enter your password",
    "Passwort vergessen?",
    "Mot de passe oublié ?",
    "Contraseña",
    "Confirm password",
    "Your token has expired",
    "Şifrenizi girin",
    "パスワード",
    "Пароль",
    "The API key is required",
    "New password must be at least 12 characters",
    "Copy your secret key now, it will not be shown again",
    "Client secret (optional)",
    "Heslo",
    "Wachtwoord wijzigen",
    "Access token revoked",
    "Senha incorreta",
    "Forgot your password?",
    "Show password",
)


def _from(cls: str, texts: tuple[str, ...] | list[str], phrases: tuple[str, ...]) -> Decoy:
    return lambda draw: Value(draw.pick(texts), cls, False, names=(draw.pick(phrases),))


def _shape(draw: Draw, phrase: str) -> str:
    name = words.snake(phrase).upper()
    return draw.pick(
        [
            f"${{{name}}}",
            f"$({name})",
            f"{{{{ {words.snake(phrase)} }}}}",
            f"{{{{ .Values.{words.camel(draw.pick(words.THINGS))}.{words.camel(phrase)} }}}}",
            f"${{{{ secrets.{name} }}}}",
            f"%({words.snake(phrase)})s",
            f"#{{{name}}}#",
            f"@@{name}@@",
            f"__{name}__",
            f"${{env:{name}}}",
            f"${{{name}:?must be set}}",
            f"env:{name}",
            f"<%= ENV['{name}'] %>",
            f"${{var.{words.snake(phrase)}}}",
            f"%{name}%",
        ]
    )


def _reference(draw: Draw, phrases: tuple[str, ...]) -> Value:
    phrase = draw.pick(phrases)
    return Value(_shape(draw, phrase), "reference-variable", False, names=(phrase,))


def _store(draw: Draw, phrases: tuple[str, ...]) -> Value:
    phrase, thing, zone = draw.pick(phrases), draw.pick(words.THINGS), draw.pick(words.ZONES)
    kebab, snake = words.kebab(phrase), words.snake(phrase)
    number = draw.text(DIGITS, 12)
    text = draw.pick(
        [
            f"vault:secret/data/{thing}#{snake}",
            f"op://{draw.pick(['Production', 'Shared', 'Engineering'])}/{thing}/{kebab}",
            f"arn:aws:secretsmanager:{zone}:{number}:secret:{thing}/{kebab}-{draw.text(BASE62, 6)}",
            f"arn:aws:ssm:{zone}:{number}:parameter/prod/{thing}/{snake}",
            f"projects/{words.company(draw)}-prod/secrets/{kebab}/versions/latest",
            f"ssm:/prod/{thing}/{snake}",
            f"{{{{resolve:secretsmanager:{thing}/prod:SecretString:{snake}}}}}",
            f"@Microsoft.KeyVault(SecretUri=https://{thing}-kv.vault.azure.net/secrets/{kebab}/)",
            f"/run/secrets/{snake}",
            f"file:///run/secrets/{snake}",
            f"/etc/{thing}/{kebab}.txt",
            f"ref+vault://secret/{thing}#/{snake}",
            f"sm://{words.company(draw)}/{kebab}",
            f"keyring:{thing}/{snake}",
            f"doppler://{thing}/prd/{snake.upper()}",
        ]
    )
    return Value(text, "reference-store", False, names=(phrase,))


def _sealed(draw: Draw, phrases: tuple[str, ...]) -> Value:
    """Encrypted in place (SOPS, jasypt, Spring, transit): useless without its key."""
    text = draw.pick(
        [
            f"ENC[AES256_GCM,data:{draw.b64(18)},iv:{draw.b64(32)},tag:{draw.b64(16)},type:str]",
            f"ENC({draw.b64(48)})",
            f"{{cipher}}{draw.hex(96)}",
            f"vault:v1:{draw.b64(60)}",
        ]
    )
    return Value(text, "encrypted", False, names=(draw.pick(phrases),))


def _masked_token(draw: Draw) -> Value:
    text = draw.pick(
        [
            f"ghp_{'x' * 36}",
            f"ghp_{draw.text(BASE62, 4)}{'*' * 32}",
            f"sk_live_{'*' * 20}{draw.text(BASE62, 4)}",
            "sk_live_" + "X" * 24,
            "sk-" + "x" * 48,
            "sk-ant-api03-...",
            "sk-proj-your-key-here",
            "xoxb-xxxxxxxxxxxx-xxxxxxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx",
            "xoxb-your-token",
            "glpat-xxxxxxxxxxxxxxxxxxxx",
            "glpat-" + "*" * 20,
            "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "SG.xxxxxxxx.xxxxxxxxxxxxxxxx",
            "AKIAXXXXXXXXXXXXXXXX",
            "npm_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "eyJhbGciOi...",
            "AIzaSy...",
            "dop_v1_<your token>",
            "hvs.your-vault-token",
            "shpat_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            f"{draw.text(BASE62, 3)}...{draw.text(BASE62, 3)}",
        ]
    )
    return Value(text, "masked-token", False, names=(draw.pick(words.KEY_NAMES),))


def _documented(draw: Draw) -> Value:
    """Credentials that documentation made famous. Pieced together: this file holds none."""
    example = "EXAM" + "PLE"
    text, names = draw.pick(
        [
            (f"AKIAIOSFODNN7{example}", "aws access key id"),
            (f"AKIAI44QH8DHB{example}", "aws access key id"),
            (f"wJalrXUtnFEMI/K7MDENG/bPxRfiCY{example}KEY", "aws secret access key"),
            (f"je7MtGbClwBF/2Zp9Utk/h3yCo8nvb{example}KEY", "aws secret access key"),
            (checksums.jwt_of_the_documentation(), "access token"),
            ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "authorization"),
            ("mF_9.B5f-4.1JqM", "access token"),
            ("Bearer 2YotnFZFEjr1zCsicMWpAA", "authorization"),
            ("tGzv3JOkF0XG5Qx2TlKWIA", "refresh token"),
            ("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW", "authorization"),
        ]
    )
    return Value(text, "documented-example", False, names=(names,))


def _bad_checksum(draw: Draw) -> Value:
    prefix = draw.pick(["ghp_", "gho_", "ghs_", "npm_"])
    name = {"npm_": "npm token"}.get(prefix, "github token")
    return Value(checksums.wrong_github(draw, prefix), "wrong-checksum", False, names=(name,))


def identifier(draw: Draw) -> Value:
    """Random, and by its name and nature no credential."""
    sha = draw.hex(40)
    kinds = (
        ("id-git-sha", sha, "commit sha,git revision,base commit,head sha,source version"),
        ("id-git-sha", sha[:12], "git commit,build revision"),
        ("id-digest", draw.hex(64), "sha256,checksum,content digest,archive sha256"),
        ("id-digest", f"sha256:{draw.hex(64)}", "image digest,digest,oci digest"),
        ("id-digest", draw.hex(32), "md5,content md5,file hash"),
        ("id-integrity", f"sha512-{draw.b64(64)}", "integrity"),
        ("id-integrity", f"sha384-{draw.b64(48)}", "integrity,subresource integrity"),
        ("id-uuid", draw.uuid(), "request id,tenant id,user id,correlation id,client id"),
        ("id-uuid", draw.uuid(), "subscription id,application id,object id,device id,run id"),
        ("id-trace", draw.hex(32), "trace id,x b3 traceid,transaction id"),
        ("id-trace", f"00-{draw.hex(32)}-{draw.hex(16)}-01", "traceparent"),
        ("id-etag", f"W/{draw.hex(8)}-{draw.hex(32)}", "etag,if none match"),
        ("id-cache", f"{draw.pick(words.THINGS)}:v{draw.below(9)}:{draw.hex(40)}", "cache key"),
        ("id-cloud", f"i-0{draw.hex(16)}", "instance id"),
        ("id-cloud", f"arn:aws:iam::{draw.text(DIGITS, 12)}:role/{draw.pick(words.THINGS)}-deploy", "role arn"),
        ("id-cloud", f"arn:aws:kms:{draw.pick(words.ZONES)}:{draw.text(DIGITS, 12)}:key/{draw.uuid()}", "kms key arn,kms key id"),
        ("id-cloud", f"vpc-0{draw.hex(16)}", "vpc id"),
        ("id-cloud", f"E{draw.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 13)}", "distribution id"),
        ("id-client", f"{draw.text(DIGITS, 12)}-{draw.text('abcdefghijklmnopqrstuvwxyz0123456789', 32)}.apps.googleusercontent.com", "google client id,oauth client id"),
        ("id-client", draw.text(BASE62, 32), "auth0 client id,oidc client id"),
        ("id-client", f"AC{draw.hex(32)}", "twilio account sid"),
        ("id-client", f"price_1{draw.text(BASE62, 23)}", "stripe price id"),
        ("id-client", f"cus_{draw.text(BASE62, 14)}", "stripe customer id"),
        ("id-client", f"T0{draw.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 9)}", "slack team id"),
        ("id-analytics", f"G-{draw.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 10)}", "measurement id,ga id"),
        ("id-object", draw.hex(24), "object id,mongo id,document id,parent id"),
        ("id-object", f"01{draw.text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 24)}", "ulid,event id,message id"),
        ("id-object", draw.text(URLSAFE, 11), "video id,youtube id"),
        ("id-fingerprint", f"SHA256:{draw.b64(32).rstrip('=')}", "host key fingerprint,ssh fingerprint"),
        ("id-fingerprint", ":".join(draw.hex(2) for _ in range(20)), "sha1 fingerprint,cert fingerprint"),
    )  # fmt: skip
    cls, text, names = draw.pick(kinds)
    return Value(text, cls, False, names=tuple(names.split(",")))


def public(draw: Draw) -> Value:
    """Made to be published: the provider's documentation says so."""
    kinds = (
        ("public-stripe", f"pk_live_51{draw.text(BASE62, 97)}", "stripe publishable key"),
        ("public-stripe", f"pk_test_{draw.text(BASE62, 24)}", "stripe public key"),
        ("public-recaptcha", f"6L{draw.text(BASE62, 6)}AAAAA{draw.text(URLSAFE, 27)}", "recaptcha site key"),
        ("public-recaptcha", f"0x4AAAAAAA{draw.text(URLSAFE, 14)}", "turnstile site key"),
        ("public-vapid", f"B{draw.text(URLSAFE, 86)}", "vapid public key,application server key"),
        ("public-posthog", f"phc_{draw.text(BASE62, 43)}", "posthog project key"),
        ("public-age", f"age1{draw.text('qpzry9x8gf2tvdw0s3jn54khce6mua7l', 58)}", "age recipient,sops recipient"),
        ("public-ssh", f"ssh-ed25519 {base64.b64encode(bytes.fromhex('0000000b7373682d6564323535313900000020') + draw.take(32)).decode()}", "ssh public key,deploy key pub"),
        ("public-wireguard", draw.b64(32), "peer public key,wireguard public key"),
    )  # fmt: skip
    cls, text, names = draw.pick(kinds)
    return Value(text, cls, False, names=tuple(names.split(",")))


def debatable(draw: Draw) -> Value:
    """Sensible people differ on these: they count neither as a hit nor as a false alarm."""
    project = f"{words.company(draw)}-{draw.hex(5)}"
    kinds = (
        ("aws-key-id", f"AKIA{tokens.pattern(draw, '{b32:16}')}", "aws access key id"),
        ("aws-key-id", f"ASIA{tokens.pattern(draw, '{b32:16}')}", "aws access key id"),
        ("google-browser-key", f"AIzaSy{draw.text(URLSAFE, 33)}", "google maps api key,firebase api key"),
        ("stripe-test-key", f"sk_test_{draw.text(BASE62, 24)}", "stripe test key,stripe secret key"),
        ("sentry-dsn", f"https://{draw.hex(32)}@o{draw.text(DIGITS, 6)}.ingest.sentry.io/{draw.text(DIGITS, 7)}", "sentry dsn"),
        ("supabase-anon", checksums.jwt(draw, {"iss": "supabase", "ref": project, "role": "anon", "iat": 1700000000, "exp": 2015000000}), "supabase anon key"),
        ("mapbox-public", f"pk.eyJ1IjoibWFwcyIsImEiOiJ{draw.text(BASE62, 30)}In0.{draw.text(URLSAFE, 22)}", "mapbox token"),
        ("weak-default", draw.pick(_WEAK), "postgres password,root password,admin password,db password"),
        ("password-hash", f"$2b$12${draw.text('./' + BASE62, 53)}", "password hash,admin password hash"),
        ("password-hash", f"$argon2id$v=19$m=65536,t=3,p=4${draw.b64(16).rstrip('=')}${draw.b64(32).rstrip('=')}", "password hash"),
        ("password-hash", f"pbkdf2_sha256$600000${draw.text(BASE62, 22)}${draw.b64(32)}", "password"),
    )  # fmt: skip
    cls, text, names = draw.pick(kinds)
    return Value(text, cls, None, names=tuple(names.split(",")))


_LABEL_NAMES = ("password label", "password placeholder", "token expired message", "secret hint")
_ENUM_NAMES = (
    "password reset token",
    "token type",
    "password field",
    "secret name",
    "api key header",
    "token claim",
    "event password changed",
    "auth token key",
    "credential type",
)

# Those that bring a name of their own, for a line that shows the name; and those for any line.
_NAMED_PASSWORDS: tuple[tuple[int, Decoy], ...] = (
    (3, _from("ui-label", _LABELS, _LABEL_NAMES)),
    (4, _from("enum-constant", _ENUMS, _ENUM_NAMES)),
)
_PASSWORDS: tuple[tuple[int, Decoy], ...] = (
    (16, _from("placeholder", _PLACEHOLDERS, words.PASSWORD_NAMES)),
    (12, partial(_reference, phrases=words.PASSWORD_NAMES)),
    (10, partial(_store, phrases=words.PASSWORD_NAMES)),
    (5, _from("masked", _MASKED, words.PASSWORD_NAMES)),
    (10, _from("fixture", _FIXTURES, words.PASSWORD_NAMES)),
    (4, partial(_sealed, phrases=words.PASSWORD_NAMES)),
)
_NAMED_TOKENS: tuple[tuple[int, Decoy], ...] = (
    (10, identifier),
    (5, public),
    (3, _bad_checksum),
    (4, _from("enum-constant", _ENUMS, _ENUM_NAMES)),
    (4, _documented),
    (3, partial(_sealed, phrases=words.KEY_NAMES)),
)
_TOKENS: tuple[tuple[int, Decoy], ...] = (
    (12, _from("placeholder", _KEY_PLACEHOLDERS, words.KEY_NAMES)),
    (8, partial(_reference, phrases=words.KEY_NAMES)),
    (6, partial(_store, phrases=words.KEY_NAMES)),
    (5, _masked_token),
    (8, _from("fixture", _KEY_FIXTURES, words.KEY_NAMES)),
    (2, _bad_checksum),
)


def _weighted(draw: Draw, table: tuple[tuple[int, Decoy], ...]) -> Value:
    at = draw.below(sum(weight for weight, _ in table))
    for weight, decoy in table:
        at -= weight
        if at < 0:
            return decoy(draw)
    raise AssertionError(at)


def password(draw: Draw, *, named: bool) -> Value:
    """What stands where a password would; `named` where the line shows the name it brings."""
    return _weighted(draw, _PASSWORDS + _NAMED_PASSWORDS if named else _PASSWORDS)


def token(draw: Draw, *, named: bool) -> Value:
    """What stands where a key or token would."""
    return _weighted(draw, _TOKENS + _NAMED_TOKENS if named else _TOKENS)
