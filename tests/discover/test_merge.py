"""Tests for strongroom.discover.merge."""

import pytest

from strongroom.discover.interface import Default, How, Mention, Scope
from strongroom.discover.merge import merge
from strongroom.discover.report import Item
from strongroom.discover.sorts import Sort
from strongroom.source.values import Value


def mention(name: str = "API_KEY", **more: object) -> Mention:
    fields: dict[str, object] = {"path": "a.py", "line": 1, "how": How.READ, **more}
    return Mention(name, **fields)  # type: ignore[arg-type]


def one(*mentions: Mention) -> Item:
    (item,) = merge(mentions)[0]
    return item


def test_all_places_of_a_name_are_one_row() -> None:
    item = one(
        mention(line=9),
        mention(path=".env.example", how=How.EXAMPLE),
        mention(line=2),
        mention(line=2),
    )

    assert [("a.py", 2), ("a.py", 9), (".env.example", 1)] == [
        (p.path, p.line) for p in item.places
    ]


@pytest.mark.parametrize(
    ("said", "required"),
    [
        ([(None, Scope.RUNTIME)], None),
        ([(False, Scope.RUNTIME), (True, Scope.RUNTIME)], True),
        ([(False, Scope.RUNTIME), (None, Scope.RUNTIME)], False),
        ([(False, Scope.RUNTIME), (True, Scope.TEST)], False),
        ([(True, Scope.TEST)], True),
    ],
)
def test_what_runs_says_whether_it_must_be_there(
    said: list[tuple[bool | None, Scope]], required: bool | None
) -> None:
    assert required is one(*(mention(required=r, scope=s) for r, s in said)).required


def test_the_worst_default_counts_and_those_of_tests_and_templates_do_not() -> None:
    weak, real = Default(Value.PLACEHOLDER), Default(Value.GENERATED)

    assert Value.GENERATED is one(mention(default=weak), mention(default=real)).default
    assert (
        Value.PLACEHOLDER
        is one(
            mention(default=weak),
            mention(default=real, scope=Scope.TEST),
            mention(default=real, how=How.EXAMPLE),
        ).default
    )


def test_a_file_of_a_secret_is_its_secret() -> None:
    item = one(mention("DB_PASSWORD_FILE", default=Default(Value.TEXT)))

    assert ("DB_PASSWORD", Sort.SECRET, None) == (item.name, item.sort, item.default)
    assert "LOG_FILE" == one(mention("LOG_FILE")).name


def test_a_name_in_small_letters_is_the_same_as_in_capitals() -> None:
    assert "DB_PASSWORD" == one(mention("db_password"), mention("DB_PASSWORD")).name


def test_what_is_made_is_no_item_unless_somebody_may_set_it_too() -> None:
    made = mention("DATABASE_URL", how=How.MADE, composes=("DB_USER", "DB_PASS"))

    items, composites = merge([made])
    assert ((), ["DATABASE_URL"]) == (items, [c.name for c in composites])
    items, composites = merge([made, mention("DATABASE_URL")])
    assert ([("DB_USER", "DB_PASS")], ()) == ([i.composed_of for i in items], composites)


def test_secrets_come_first_and_names_in_order() -> None:
    items, _ = merge(
        [mention("DEBUG"), mention("Z_PASSWORD"), mention("A_PASSWORD"), mention("DB_USER")]
    )

    assert ["A_PASSWORD", "Z_PASSWORD", "DB_USER", "DEBUG"] == [i.name for i in items]
