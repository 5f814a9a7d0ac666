"""Everything that a request needs, opened at the start and closed at the end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from customer_intelligence import cache, database, renewal, reports, sms
from customer_intelligence.accounts import Records
from customer_intelligence.cache import Cache
from customer_intelligence.database import Pool
from customer_intelligence.mail import Mail
from customer_intelligence.settings import API_KEY_BRAND, ISSUER, Settings
from customer_intelligence.sms import Sms
from strongroom import Secrets
from strongroom.runtime.api_keys import ApiKeys
from strongroom.runtime.data_keys import DataKeys
from strongroom.runtime.jwt import Tokens


@dataclass(frozen=True, slots=True)
class Parts:
    """Threads share them. Each takes up a new version of its secret by itself."""

    secrets: Secrets
    settings: Settings
    database: Pool
    cache: Cache
    tokens: Tokens
    records: Records
    api_keys: ApiKeys
    personal: DataKeys
    mail: Mail
    sms: Sms


@contextmanager
def opened(secrets: Secrets, settings: Settings) -> Iterator[Parts]:
    """The parts of a service that is ready to answer."""
    with ExitStack() as ends:
        ends.enter_context(reports.running(secrets))
        pool = ends.enter_context(database.connected(secrets))
        database.make_tables(pool)
        personal = DataKeys(secrets, "FIELD_ENCRYPTION_KEY")
        personal.encrypt("", "")  # one that is no key is noticed here, not by the first customer
        records = Records(pool)
        parts = Parts(
            secrets=secrets,
            settings=settings,
            database=pool,
            cache=ends.enter_context(cache.connected(secrets, settings.score_life_s)),
            tokens=Tokens(
                secrets, "SECRET_KEY", issuer=ISSUER, audience=ISSUER, life_s=settings.token_life_s
            ),
            records=records,
            api_keys=ApiKeys(
                secrets,
                pepper="API_KEY_PEPPER",
                records=records,
                brand=API_KEY_BRAND,
                marker=settings.api_key_marker,
            ),
            personal=personal,
            mail=Mail(secrets, settings),
            sms=ends.enter_context(sms.connected(secrets, settings.sms_url)),
        )
        ends.enter_context(renewal.running(secrets, pool, personal, "FIELD_ENCRYPTION_KEY"))
        yield parts
