"""Terraform: sensitive variables, stores of secrets, what functions and tasks are given, state."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.judge import judged
from strongroom.discover.sources.lines import NAME, STORED, Row, bare, by_lines, environment
from strongroom.discover.sources.references import handed

_HEAD: Final = re.compile(r'\s*(\w+)\s+(?:"([^"]*)"\s*)?(?:"([^"]*)"\s*)?=?\s*\{\s*(.*)')
_SET: Final = re.compile(r'\s*"?(?P<name>[A-Za-z_][\w-]{0,127})"?\s*[=:]\s*(?P<value>.*)')
_ITEM: Final = re.compile(
    r'\bname\s*[=:]\s*"(?P<name>[A-Za-z_]\w{0,127})"\s*,?\s*(?P<how>value|valueFrom)\s*[=:]\s*(?P<value>.*)'
)
_STORES: Final = {
    "aws_secretsmanager_secret": "name",
    "aws_ssm_parameter": "name",
    "google_secret_manager_secret": "secret_id",
    "azurerm_key_vault_secret": "name",
    "vault_kv_secret_v2": "name",
    "vault_generic_secret": "path",
}
_IN_STATE: Final = ("random_password", "tls_private_key", "aws_iam_access_key", "random_id")
_MAPS: Final = frozenset({"variables", "environment_variables", "env_vars", "app_settings"})


def reads(path: PurePosixPath) -> bool:
    """Sources, variables and states."""
    return path.name.endswith((".tf", ".tfvars", ".tf.json", ".tfstate", ".tfstate.backup"))


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names that an infrastructure is told, keeps and hands out."""
    if ".tfstate" in path:
        why = (
            "a state holds the values of its secrets in the clear: keep it in an encrypted backend"
        )
        return [Trouble(path, 1, "terraform-state", why)]
    return by_lines(path, text, _given if path.endswith(".tfvars") else _read)


@dataclass(slots=True)
class _Block:
    kind: str
    type: str
    name: str
    line: int
    said: dict[str, str] = field(default_factory=dict)


def _given(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    for row in rows:
        match = _SET.fullmatch(row.text)
        if match and not row.text.lstrip().startswith(("#", "//")):
            yield from handed(
                f"TF_VAR_{match['name']}", bare(match["value"]), path, row.line, Scope.CI,
                how=How.GIVEN, environment=environment(path),
            )  # fmt: skip


def _read(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    stack: list[_Block] = []
    for row in rows:
        text = row.text.strip()
        if text.startswith(("#", "//")):
            continue
        for match in _ITEM.finditer(row.text):
            secret = True if match["how"] == "valueFrom" else None
            value = None if secret else bare(match["value"].rstrip(" ,}"))
            yield from handed(
                match["name"], value, path, row.line, Scope.RUNTIME, secret=secret,
                environment=environment(path),
            )  # fmt: skip
        head = _HEAD.fullmatch(row.text)
        if head and len(stack) < 50:
            block = _Block(head[1], head[2] or "", head[3] or "", row.line)
            stack.append(block)
            text = head[4]
        match_set = _SET.fullmatch(text.rstrip("} ")) if "=" in text or ":" in text else None
        if match_set and stack and not head:
            block, name, value = stack[-1], match_set["name"], match_set["value"]
            if block.kind in _MAPS and NAME.fullmatch(name):
                yield from handed(
                    name, bare(value), path, row.line, Scope.RUNTIME, environment=environment(path)
                )
            else:
                block.said[name] = bare(value)
        elif match_set and stack:
            stack[-1].said[match_set["name"]] = bare(match_set["value"])
        if "}" in text:
            for _ in range(min(max(text.count("}") - text.count("{"), 0), len(stack))):
                yield from _ended(stack.pop(), path)
    for block in stack:
        yield from _ended(block, path)


def _ended(block: _Block, path: str) -> Iterator[Mention | Trouble]:
    if block.kind == "variable" and NAME.fullmatch(block.type):
        default = block.said.get("default")
        known = default is not None and default != "null"
        yield Mention(
            f"TF_VAR_{block.type}"[:128],
            path,
            block.line,
            How.READ,
            Scope.CI,
            required=default is None,
            default=judged(default or "") if known else None,
            secret=True if block.said.get("sensitive") == "true" else None,
        )
    elif block.kind == "resource":
        if block.type in _IN_STATE and block.type != "random_id":
            yield Trouble(
                path, block.line, "secret-in-state", f"a {block.type} stands in the state"
            )
        name = block.said.get(_STORES.get(block.type, ""), "").rpartition("/")[2]
        secure = block.type != "aws_ssm_parameter" or block.said.get("type") == "SecureString"
        if name and STORED.fullmatch(name) and secure:
            yield Mention(
                name, path, block.line, How.DECLARED, Scope.RUNTIME, secret=True,
                environment=environment(path), note=f"kept by {block.type}",
            )  # fmt: skip
