"""Some of the points at which the process of a rotation can die; `make fault` goes through all."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.conftest import Place
from tests.fault.rotation_cases import ALL, Given
from tests.fault.rotation_loop import Client, Held, House, Processes, run
from tests.rotation import killed

from strongroom.ops.local import Local

# Each case begins one point later than the one before, so that not all die at the same ones.
EVERY = int(os.environ.get("STRONGROOM_FAULT_EVERY", "20"))


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    with Processes.of() as started:
        yield started


@pytest.fixture
def house(request: pytest.FixtureRequest, room: Local, place: Place) -> Iterator[House]:
    """A room whose secret is rotated at a target with nothing else in it."""
    case = ALL[request.param]
    server = request.getfixturevalue(case.server) if case.server else None
    folder = place.folder.parent
    with case.build(Given(server, room, folder)) as stand:
        made = killed.House(room, case.kind, stand.address, stand.options, stand.works)
        made.furnish(stand.first, stand.admin)
        yield House(room, folder, case.kind, case.overlap, stand.works)


@pytest.mark.parametrize(
    ("house", "number"), [(name, n) for n, name in enumerate(ALL)], ids=ALL, indirect=["house"]
)
def test_what_a_killed_rotation_leaves_works_and_another_process_ends_it(
    house: House, processes: Processes, number: int
) -> None:
    counts = run(house, processes, number % EVERY, EVERY)
    print(counts)  # noqa: T201 - for whoever runs all of them

    assert counts.kills >= 24 // EVERY
    assert counts.logins > counts.kills
    assert counts.refused < counts.logins


@pytest.mark.parametrize("house", ["redis"], indirect=True)
def test_the_client_tells_what_may_be_refused_from_what_may_not(house: House) -> None:
    shut = replace(house, works=lambda _: False)
    first, older = house.current(), Held(0, {})
    for overlap, began_with, bad in (
        (True, first, True),
        (False, older, True),
        (False, first, False),
    ):
        client = Client(replace(shut, overlap=overlap), began_with)
        with client.working():
            client.another()
        assert bool(client.failed) is bad
        assert bool(client.refused) is not bad
