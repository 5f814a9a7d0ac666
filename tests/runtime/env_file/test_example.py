"""`.env.example` has the names and no value that opens anything (P-3.3)."""

import secrets

from strongroom.runtime.declaration import declared
from strongroom.runtime.env_file.example import drift, render

DECLARED = (
    declared("SECRET_KEY", type="jwt", description="Signs tokens."),
    declared("API_KEY", required=["production"]),
    declared("SENTRY_DSN", required=False),
)


def test_names_with_what_is_said_of_them() -> None:
    text = render("", DECLARED, ["SECRET_KEY", "PORT"])

    assert "# Signs tokens.\n# jwt, required\nSECRET_KEY=\n" in text
    assert "required in production\nAPI_KEY=\n" in text
    assert "optional\nSENTRY_DSN=\n" in text
    assert text.startswith("# Signs")
    assert text.endswith("SENTRY_DSN=\n\nPORT=\n")
    assert () == drift(text, DECLARED, ["SECRET_KEY", "PORT"])
    assert text == render(text, DECLARED, ["SECRET_KEY", "PORT"])


def test_what_stands_there_stays_but_for_real_values() -> None:
    real = secrets.token_urlsafe(32)
    before = f"# ours\nPORT=8000\nSECRET_KEY=dev-secret-key-change-in-production\nOTHER={real}\n"
    text = render(before, DECLARED[:1], [])

    assert before.replace(real, "") == text
    assert ["example-holds-value"] == [
        one.code for one in drift(before, DECLARED[:1], ["PORT", "OTHER"])
    ]


def test_drift_both_ways() -> None:
    found = drift("OLD=\nx\n", DECLARED[:1], ["PORT"])

    assert [(0, "example-lacks"), (0, "example-lacks"), (1, "example-undeclared"),
            (2, "env-unreadable")] == [(one.line, one.code) for one in found]  # fmt: skip
