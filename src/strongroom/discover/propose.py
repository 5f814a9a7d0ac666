"""What a policy says of a name: its type, its period, its owner, and what is missing. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from strongroom.discover.interface import How
from strongroom.discover.report import Gap, Item
from strongroom.discover.sorts import Sort
from strongroom.generate.kinds import Kind, classify
from strongroom.model.policy import Policy, SecretType
from strongroom.naming.classify import words
from strongroom.naming.vocabulary import vocabulary
from strongroom.source.values import Value

_BROUGHT: Final = {
    Value.GENERATED: "brings a default that looks real",
    Value.LITERAL: "brings a typed default",
    Value.PLACEHOLDER: "brings a placeholder as its default",
}
# Which words of a name mean which words of a provider's row.
_PROVIDERS: Final = (
    (vocabulary("sentry"), vocabulary("sentry")),
    (
        vocabulary("email mail smtp sendgrid mailgun postmark ses mailchimp"),
        vocabulary("email mail e-mail"),
    ),
    (vocabulary("sms twilio vonage nexmo messagebird"), vocabulary("sms")),
    (vocabulary("aws gcp azure google cloud digitalocean gcs s3"), vocabulary("cloud")),
    (vocabulary("stripe paypal adyen braintree payment"), vocabulary("payment")),
)


def propose(item: Item, policy: Policy | None) -> Item:
    """The item with its kind, and with what the policy says of it, where there is one."""
    if item.sort is not Sort.SECRET:
        return replace(item, gaps=tuple(_places(item))) if item.sort is Sort.AMBIGUOUS else item
    kind = kind_of(item)
    item = replace(item, kind=kind.value if kind else None)
    if policy is None:
        return replace(item, gaps=tuple(_places(item)))
    found = type_of(item.name, kind, policy)
    owner = owner_of(item.name, found, policy)
    item = replace(
        item,
        type=found.id if found else None,
        period_days=found.rotation_days if found else None,
        owner=owner,
    )
    return replace(item, gaps=(*_places(item), *_missing(item, policy)))


def kind_of(item: Item) -> Kind | None:
    """What can be generated for it; a URL is as strong as the password in it."""
    return classify(item.name)


def type_of(name: str, kind: Kind | None, policy: Policy) -> SecretType | None:
    """The policy's type: the one whose example has this name, or the first of the same kind."""
    for known in policy.types:
        if known.example and known.example.strip("`").casefold() == name.casefold():
            return known
    row = next((r for r in policy.inventory if r.name.strip().strip("`") == name), None)
    if row is not None:
        spoken = row.type.strip().casefold()
        for known in policy.types:
            if spoken in {known.id, known.name.casefold()}:
                return known
    if kind is Kind.THIRD_PARTY:
        return _provider(name, policy)
    same = [
        t for t in policy.types if classify(t.id, t.name, t.example) is kind and kind is not None
    ]
    return same[0] if same else None


def owner_of(name: str, found: SecretType | None, policy: Policy) -> str | None:
    """Who owns it by the document's inventory, or whoever owns all of the same type there."""
    named = {
        r.owner.strip()
        for r in policy.inventory
        if r.name.strip().strip("`") == name and r.owner.strip()
    }
    if len(named) == 1:
        return named.pop()
    owners = Counter(r.owner.strip() for r in policy.inventory if r.owner.strip())
    return next(iter(owners)) if len(owners) == 1 and found is not None else None


def _provider(name: str, policy: Policy) -> SecretType | None:
    said = set(words(name))
    others = [t for t in policy.types if t.service is not None]
    for ours, theirs in _PROVIDERS:
        if ours & said:
            for known in others:
                if theirs & {
                    w.lower()
                    for text in (known.service, known.name, known.id)
                    if text
                    for w in words(text)
                }:
                    return known
    return None


def _places(item: Item) -> Iterator[Gap]:
    """What is wrong with the places, whatever the policy says of the name."""
    if item.public:
        spot = next(p for p in item.places if p.how is How.PUBLIC)
        if item.sort is Sort.SECRET:
            yield Gap("P-1.1", "ends in what a browser is sent", spot.path, spot.line)
    if item.sort is Sort.SECRET and item.default in _BROUGHT:
        spot = next((p for p in item.places if p.how in {How.READ, How.INJECTED}), item.places[0])
        clause = "P-8.11" if spot.how is How.READ else "P-1.2"
        yield Gap(clause, _BROUGHT[item.default], spot.path, spot.line)


def _missing(item: Item, policy: Policy) -> Iterator[Gap]:
    if item.type is None:
        yield Gap("P-2.1", "the policy has no type for it")
    if not item.runtime:
        return
    listed = {r.name.strip().strip("`") for r in policy.inventory}
    if listed and item.name not in listed:
        yield Gap("P-10.1", "the document's inventory does not list it")
    if item.owner is None:
        yield Gap("P-10.3", "nobody is named as its owner")
