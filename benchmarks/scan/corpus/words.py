"""The words that names, hosts and paths are made of."""

import re

from benchmarks.scan.corpus.draw import Draw


def listed(text: str) -> list[str]:
    """Words, written one after another."""
    return text.split()


THINGS = listed(
    "account audit batch billing booking branch broker budget cache calendar campaign carrier cart "
    "catalog channel checkout claim cluster contact contract courier customer dashboard dataset "
    "delivery digest discount dispatch document employee event export feature feed fleet fulfilment "
    "gateway geo import incident ingest inventory invoice job journal ledger lead listing loyalty "
    "mailer market media meeting member menu merchant metric migration notification offer onboarding "
    "order parcel partner payment payout payroll pipeline plan portfolio price product profile "
    "project promotion quote rating receipt recipe refund region report reservation review roster "
    "route schedule search segment session shipment signal site snapshot stock store stream survey "
    "tax telemetry tenant ticket timeline tracking transfer trip vehicle vendor warehouse webhook "
    "workflow"
)
ACTIONS = listed(
    "add apply archive assign build cancel check clean close collect compare compute convert copy "
    "count create deliver describe drop enable fetch fill filter find flush format handle index "
    "join list load lock map merge move notify open pack parse patch plan poll print process prune "
    "publish pull push queue read reconcile record refresh remove render replay reset resize resolve "
    "restart retry review route run save scan schedule select send serve show sort split start stop "
    "store sum sync trim update validate verify visit warm watch write"
)
COMPANIES = listed(
    "acmefreight alderbank birchline bluequarry brightfold calderworks cindermill coldharbor "
    "copperlane dunmoor eastwick fernhollow foxglove granthill greymarsh harborlight hazelrow "
    "ironbridge juniper kestrelhq lakeforge larkfield lindenco marlowe mossgate northpier oakhaven "
    "orchardly pinecrest quillstone ravenscroft redfern rivermill saltmarsh sandpiper silverbirch "
    "stonebrook sundial thornbury tidewater umberly valeport westerly wildrose windmere yarrow"
)
PEOPLE = listed(
    "adele amir anja bea boris carla chen clara dario dmitri elif emil esme farid freya goran greta "
    "hana hugo ines ivo jana jorge kaya kenji lars leila lucia mara mateo mina nadia niko nora olga "
    "omar paula pedro priya rafa rosa ruth samir selma sven tara timo uma vera viktor wanda yara zoe"
)
ZONES = ("eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-2", "us-west-2")
PASSWORD_WORDS = listed(
    "Amber Anchor Badger Bamboo Basil Blizzard Canyon Cedar Cobalt Comet Coral Cricket Dragon Ember "
    "Falcon Garnet Glacier Hazel Heron Hornet Indigo Jasper Kestrel Lantern Lemon Maple Marble Meadow "
    "Monsoon Nectar Nimbus Ocean Otter Pepper Phoenix Pirate Plum Quartz Rabbit Raven Saffron Salmon "
    "Shadow Sierra Spring Summer Sunset Thunder Tiger Topaz Tulip Turtle Velvet Violet Walnut Willow "
    "Winter Zephyr"
)

# Phrases for what holds a password, or a key or token; the services make them many.
PASSWORD_NAMES = (
    "db password",
    "database password",
    "admin password",
    "smtp password",
    "redis password",
    "root password",
    "keystore password",
    "ldap bind password",
    "ftp passwd",
    "db pwd",
    "proxy password",
    "vpn passphrase",
    "mail password",
    "app password",
    "rabbitmq password",
    "service account password",
    "pg pass",
    "key passphrase",
    "truststore password",
    "mysql root password",
    "sftp password",
    "password",
    "user passwd",
    "backup passphrase",
    "login password",
    "wifi password",
    "cert password",
    "mongo password",
)
KEY_NAMES = (
    "api key",
    "secret key",
    "access token",
    "auth token",
    "client secret",
    "signing key",
    "encryption key",
    "webhook secret",
    "jwt secret",
    "session secret",
    "app secret",
    "private token",
    "bearer token",
    "refresh token",
    "shared secret",
    "consumer secret",
    "hmac secret",
    "service token",
    "deploy token",
    "api token",
    "api secret",
    "cookie secret",
    "master key",
    "bot token",
    "admin token",
    "license key",
)
_PARTS = re.compile(r"[^A-Za-z0-9]+")


def parts(phrase: str) -> list[str]:
    return [part.lower() for part in _PARTS.split(phrase) if part]


def snake(phrase: str) -> str:
    return "_".join(parts(phrase))


def kebab(phrase: str) -> str:
    return "-".join(parts(phrase))


def dotted(phrase: str) -> str:
    return ".".join(parts(phrase))


def pascal(phrase: str) -> str:
    return "".join(part.capitalize() for part in parts(phrase))


def camel(phrase: str) -> str:
    text = pascal(phrase)
    return text[:1].lower() + text[1:]


def host(draw: Draw) -> str:
    """A host name of a company that does not exist, in a domain kept for examples or private."""
    role = draw.pick(["db", "api", "mail", "mq", "cache", "pg-main", "git", "app01", "vpn", "ldap"])
    company = draw.pick(COMPANIES)
    return draw.pick(
        [
            f"{role}.{company}.internal",
            f"{role}.{draw.pick(['prod', 'stage', 'corp'])}.{company}.net",
            f"{role}-{draw.between(1, 9)}.{company}.io",
            f"{role}.{draw.pick(ZONES)}.{company}.cloud",
            f"10.{draw.below(256)}.{draw.below(256)}.{draw.between(1, 254)}",
        ]
    )


def user(draw: Draw) -> str:
    return draw.pick(
        [
            draw.pick(PEOPLE),
            f"svc_{draw.pick(THINGS)}",
            f"{draw.pick(THINGS)}_app",
            draw.pick(["admin", "root", "app", "deploy", "reporting", "readonly", "etl"]),
        ]
    )


def email(draw: Draw) -> str:
    return f"{draw.pick(PEOPLE)}@{draw.pick(COMPANIES)}.io"


def company(draw: Draw) -> str:
    return draw.pick(COMPANIES)


def stamp(draw: Draw) -> str:
    """A UTC time in a year around the corpus's date."""
    return (
        f"20{draw.between(23, 26)}-{draw.between(1, 12):02}-{draw.between(1, 28):02}T"
        f"{draw.below(24):02}:{draw.below(60):02}:{draw.below(60):02}Z"
    )
