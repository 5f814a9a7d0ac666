"""All readers, held to what each of them promises."""

import pytest
from tests.discover.sources.reading import HOSTILE

from strongroom.discover.interface import Mention, Reader
from strongroom.discover.sources.registry import READERS


@pytest.mark.parametrize("reader", READERS, ids=lambda r: r.__name__.rpartition(".")[2])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_fails_a_reader_and_its_answer_is_in_order(reader: Reader, text: str) -> None:
    answer = list(reader.read("some/file", text))

    assert [one.line for one in answer] == sorted(one.line for one in answer)
    assert len(answer) < 200_000
    assert all(len(one.name) <= 128 for one in answer if isinstance(one, Mention))
