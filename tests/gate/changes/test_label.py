"""Tests for strongroom.gate.changes.label, through the changes that use it."""

import pytest
from tests.gate.changes.test_describe import A, shown
from tests.gate.hand import by_hand
from tests.gate.rooms import World, value_of

from strongroom.errors import InvalidError, LimitError, TamperedError
from strongroom.gate.changes.describe import DescribeSecret
from strongroom.gate.changes.secret import CreateSecret
from strongroom.gate.operation import Done
from strongroom.gate.views import ShowSecret
from strongroom.model.label import NO_LABEL, Label

LABEL = Label(("pci", "team:a"), "Bob", "acme")


def say(world: World, **more: object) -> Done[object]:
    answer = world.gate.change(world.owner, DescribeSecret(A, **more))  # type: ignore[arg-type]
    assert isinstance(answer, Done)
    return answer


def changes(world: World) -> int:
    return world.gate.status().change_seq


def test_a_new_secret_has_its_labels_at_once(world: World) -> None:
    new = CreateSecret(A, "api-key", "ann", value_of("fake-1"), label=LABEL)
    world.gate.change(world.owner, new)

    assert LABEL == shown(world).label
    assert world.value(A) == "fake-1"


def test_without_labels_there_is_no_row(world: World) -> None:
    world.create(str(A))
    assert NO_LABEL == shown(world).label
    assert () == say(world, drop_tags=("pci",)).result
    db = world.room.connect()
    assert [(0,)] == db.query("SELECT count(*) FROM label")
    db.close()


def test_what_is_so_already_is_not_written_again(world: World) -> None:
    world.create(str(A))
    said = {"owner": "sam", "backup": "Bob", "client": "acme", "add_tags": ("pci",)}
    assert ("owner", "tags", "backup", "client") == say(world, **said).result
    before = changes(world)

    assert () == say(world, **said).result
    assert before == changes(world)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"add_tags": ("PCI",)}, InvalidError),
        ({"add_tags": tuple(f"t{n}" for n in range(33))}, LimitError),
        ({"backup": "a\nb"}, InvalidError),
        ({"client": "x" * 129}, InvalidError),
    ],
)
def test_a_label_that_cannot_stand_changes_nothing(
    world: World, more: dict[str, object], error: type[Exception]
) -> None:
    world.create(str(A))
    with pytest.raises(error):
        say(world, owner="eve", **more)

    assert ("ann", NO_LABEL) == (shown(world).secret.owner, shown(world).label)


def test_a_label_that_a_hand_wrote_is_not_shown(world: World) -> None:
    world.create(str(A))
    say(world, client="acme")
    by_hand(world, "UPDATE label SET client = 'other', change_seq = {next}")
    with pytest.raises(TamperedError):
        world.again().look(world.owner, ShowSecret(A))
