import pytest

from strongroom.errors import ConfigError
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin import choose


def test_an_application_that_names_no_origin_has_none() -> None:
    assert choose.origin_of(Application(), Environment("production")) is None


def test_an_unknown_kind_is_refused_without_its_address() -> None:
    with pytest.raises(ConfigError) as caught:
        choose.origin_of(
            Application(origin="gopher://user:hunter2hunter2@host"), Environment("production")
        )
    assert caught.value.code == "origin-unknown"
    assert "hunter2" not in str(caught.value)
