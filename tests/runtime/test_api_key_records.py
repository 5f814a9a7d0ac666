"""Applications find records beside everything else of the runtime; tests/keysets has the rest."""

from strongroom.keysets import api_key_records as kernel
from strongroom.runtime import api_key_records


def test_it_is_the_kernels() -> None:
    assert set(api_key_records.__all__) == {"Record", "RecordSet", "Records"}
    for name in api_key_records.__all__:
        assert getattr(api_key_records, name) is getattr(kernel, name)
