"""Contradictions and gaps: known ones, by their numbers."""

import pytest

from strongroom.policy import contradictions
from tests.policy.samples import example, small


def test_there_are_thirty_one_and_each_has_a_resolution() -> None:
    known = list(contradictions.known())

    assert [f"C-{n}" for n in range(1, 32)] == [id_ for id_, _, _ in known]
    assert all(
        message.endswith(".") and resolution.endswith(".") for _, message, resolution in known
    )


def test_the_example_has_those_that_its_facts_make() -> None:
    found = {c.id for c in example().contradictions}

    assert found >= {f"C-{n}" for n in range(1, 32)} - {"C-23", "C-25", "C-26"}


def test_a_small_document_has_few() -> None:
    assert {"C-15", "C-16"} == {c.id for c in small().contradictions}


@pytest.mark.parametrize(
    ("more", "id_"),
    [
        (
            "\n## Code\n\n```python\nlog.info(api_key[:8])\n```\n\n- Never log secret values.\n",
            "C-1",
        ),
        ("\n- Use LastPass to generate passwords.\n", "C-30"),
        ("\n```bash\ngit log -p | grep secret\n```\n", "C-21"),
        ("\n- Use RSA with 2048 bits, a strong algorithm.\n", "C-19"),
        ("\n- Rotate secrets regularly.\n", "C-27"),
        ("\n- Changes of this policy must be approved by the CISO.\n", "C-29"),
    ],
)
def test_a_fact_brings_its_contradiction(more: str, id_: str) -> None:
    assert id_ not in {c.id for c in small().contradictions}
    found = [c for c in small(f"\n## More\n{more}").contradictions if c.id == id_]

    assert 1 == len(found)
    assert found[0].lines
