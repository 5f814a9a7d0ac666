"""A provider's API on loopback, and a bench for the contract whose recipe runs in this process.

That the program does the same is tried once for each recipe, in `test_recipe`: it starts slowly.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from strongroom.rotation.contract import Bench, no_wait, plain_draw
from strongroom.rotation.recipes import recipe
from strongroom.rotation.rotators.exec import ExecRotator
from strongroom.rotation.rotators.interface import Credential, Fields, Job, Target
from tests.services.fake_http import Asked, Told, serving


class Here(ExecRotator):
    """Answers by the recipe itself."""

    def _send(self, job: Job, id_: str, body: bytes) -> bytes:
        del id_
        return recipe.answer(job.option("recipe"), body)


class Provider(ABC):
    """What a provider keeps, and what it answers."""

    recipe = ""

    @abstractmethod
    def tell(self, asked: Asked) -> Told:
        """Answer a request."""

    @abstractmethod
    def works(self, fields: Fields) -> bool:
        """Whether a client with these fields gets in."""

    @abstractmethod
    def start(self, url: str) -> tuple[dict[str, str], Fields, Fields]:
        """Options, the fields of the current version, those of the admin secret."""


def said(status: int, found: object = None) -> Told:
    """An answer in JSON."""
    return Told(status, b"" if found is None else json.dumps(found).encode())


def form(asked: Asked) -> dict[str, str]:
    """What a form holds."""
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(asked.body.decode(), strict_parsing=True))


def path(asked: Asked) -> str:
    """Without the query."""
    return urlsplit(asked.path).path


@contextmanager
def a_bench(provider: Provider, rotator: ExecRotator | None = None) -> Iterator[Bench]:
    """A bench whose current version is valid at the provider."""
    with serving(provider.tell) as fake:
        options, current, admin = provider.start(fake.url)
        target = Target("provider", "", {"recipe": provider.recipe, **options}, admin)
        job = Job(
            target, "production/app/KEY", "api-key", {}, Credential(1, current), plain_draw, no_wait
        )
        yield Bench(rotator or Here(), job, lambda one: provider.works(one.fields))
