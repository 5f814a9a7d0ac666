"""Tests for strongroom.check.python_outputs."""

import pytest

from strongroom.check.facts import Use
from strongroom.check.python_source import matters, uses

LOGGED = [
    "logger.info(f'{api_key}')", "log.debug('%s', api_key)", "logging.error('%s' % api_key)",
    "self._logger.warning('{}'.format(api_key))", "current_app.logger.info(api_key)",
    "logger.exception('x ' + api_key)", "structlog.get_logger().info('x', api_key=api_key)",
    "print(api_key)", "print('x', api_key, file=f)", "sys.stdout.write(api_key)", "click.echo(api_key)",
    "logger.info('x', extra={'k': api_key})", "logger.info(str(api_key))", "logger.info(repr(api_key))",
    "logger.info(','.join([api_key]))", "logger.info(settings.API_KEY)", "logger.info(cfg['api_key'])",
    "logger.info(api_key if x else y)", "logger.info(api_key or 'none')", "logger.info(*[api_key])",
    "logger.info(api_key.get_secret_value())", "logger.info(json.dumps({'a': api_key}))",
    "import os\nlogger.info(os.getenv('API_KEY'))", "import os\nlogger.info(os.environ)",
    "import os\nx = os.getenv('API_KEY')\nlogger.info(x)", "logger.info(f'{token}')",
    "logger.info((k := api_key))", "logger.info(api_key.strip())", "warnings.warn(f'{api_key}')",
]  # fmt: skip
SLICED = [
    "logger.info(api_key[:8])", "logger.info(f'{api_key[:8]}...')", "logger.info('%s', api_key[-4:])",
    "logger.info(f'{api_key:.8}')", "logger.info('%.8s' % api_key)", "logger.info('%.8s', api_key)",
    "logger.info(str(api_key)[:4] + '...')",
]  # fmt: skip
RAISED = [
    "raise ValueError(f'bad {api_key}')", "raise E('bad ' + api_key) from x",
    "raise PermissionError('%s' % api_key)", "raise E(api_key[:8])",
]  # fmt: skip
INNOCENT = [
    "logger.info('api key loaded')", "logger.info('%s', bool(api_key))", "logger.info(len(api_key))",
    "logger.info(mask(api_key))", "logger.info(api_key is None)", "logger.info(hash(api_key))",
    "logger.info('%s', api_key.name)", "logger.info(f'{key} missing')", "print(token)",
    "catalog.info(1, api_key)", "form.error(api_key)", "logger.handlers(api_key)", "info(api_key)",
    "raise ValueError(f'secret {name} is missing')", "raise", "raise api_key_error",
    "raise ParseError(f'unexpected {token}')", "logger.info('x', exc_info=api_key)",
    "logger.info('%s', token_type)", "logger.info('%s', password_hash)", "import secrets\nprint(secrets)",
    "logger.info(url.render_as_string(hide_password=True))", "logger.info({api_key: 1})",
]  # fmt: skip


def found(source: str) -> list[Use]:
    return [
        u.use
        for u in uses(source.encode(), "a.py")
        if u.use in {Use.LOGGED, Use.SLICED, Use.RAISED}
    ]


@pytest.mark.parametrize("source", LOGGED)
def test_a_secret_in_a_log_is_found(source: str) -> None:
    assert matters(source.encode())
    assert [Use.LOGGED] == found(source)


@pytest.mark.parametrize("source", SLICED)
def test_a_part_of_a_secret_in_a_log_is_found(source: str) -> None:
    assert matters(source.encode())
    assert [Use.SLICED] == found(source)


@pytest.mark.parametrize("source", RAISED)
def test_a_secret_in_an_error_is_found(source: str) -> None:
    assert matters(source.encode())
    assert [Use.RAISED] == found(source)


@pytest.mark.parametrize("source", INNOCENT)
def test_what_lets_nothing_out_is_not(source: str) -> None:
    assert [] == found(source)


def test_a_secret_is_reported_once_a_call() -> None:
    assert [Use.LOGGED] == found("logger.info(f'{api_key} {api_key}', api_key)")


def test_very_deep_expressions_are_left_alone() -> None:
    assert [] == found("logger.info(" + "[" * 60 + "api_key" + "]" * 60 + ")")
