"""Comments in the document correct our reading; one that cannot be applied is an error."""

from collections.abc import Callable

import pytest

from strongroom.errors import InvalidError
from strongroom.model.policy import Policy, Status, Tier
from tests.policy.samples import small


def _with(comment: str) -> Policy:
    return small(
        f"\n## Extra\n\n- Never commit secrets to git.\n- Whisper all secrets.\n\n<!-- strongroom: {comment} -->\n"
    )


@pytest.mark.parametrize(
    ("comment", "read"),
    [
        ("P-4.1 bits=512", lambda p: p.generation.jwt_bits_min == 512),
        ("P-4.4 bits=128", lambda p: p.generation.api_key_bits_min == 128),
        ("P-4.5 prefix=acme_", lambda p: p.generation.api_key_prefix == "acme_"),
        ("P-4.7 length=20", lambda p: p.generation.password_length_min == 20),
        (
            "P-4.8 classes=upper,digits",
            lambda p: p.generation.password_classes == ("upper", "digits"),
        ),
        (
            "P-5.10 grace=12h..36h",
            lambda p: (p.rotation.grace_hours_min, p.rotation.grace_hours_max) == (12, 36),
        ),
        ("P-6.1 within=10m", lambda p: p.emergency.contain_minutes == 10),
        ("P-6.4 within=2w", lambda p: p.emergency.postmortem_minutes == 20160),
        ("P-12.5 retention='2 years'", lambda p: p.audit.retention_days == 731),
        ("P-14.1 every=30d", lambda p: p.review.every_days == 30),
        (
            "P-14.2 triggers='incidents, audits'",
            lambda p: p.review.triggers == ("incidents", "audits"),
        ),
        ("P-14.3 approvers='CISO,CTO'", lambda p: p.review.approvers == ("CISO", "CTO")),
        (
            "P-2.1 rotation=30d storage=vault",
            lambda p: (p.types[0].rotation_days, p.types[0].storage) == (30, "vault"),
        ),
        (
            "type jwt-key rotation=on-compromise",
            lambda p: (p.types[0].rotation_days, p.types[0].on_compromise) == (None, True),
        ),
        (
            "environment prod tier=medium storage=vault",
            lambda p: p.environment("production").tier is Tier.MEDIUM,
        ),
        ("role Developer production=yes", lambda p: p.access.matrix["Developer"]["Production"]),
        ("P-8.8 status=manual", lambda p: p.clause("P-8.8").status is Status.MANUAL),
    ],
)
def test_a_comment_sets_what_it_names(comment: str, read: Callable[[Policy], bool]) -> None:
    policy = _with(comment)

    assert read(policy)
    assert comment.split(maxsplit=1)[0] in policy.overrides[0].subject
    assert policy.overrides[0].line > 0


def test_a_sentence_of_the_document_can_be_given_its_clause() -> None:
    own = next(c.id for c in _with("P-4.1 bits=512").clauses if c.id.startswith("L-"))
    policy = _with(f"{own} as=P-8.10")

    assert "Whisper all secrets." == policy.clause("P-8.10").text  # type: ignore[union-attr]
    assert None is policy.clause(own)


def test_what_is_set_is_no_default_any_more() -> None:
    assert "audit.retention_days" in {d.field for d in small().defaults}
    assert "audit.retention_days" not in {d.field for d in _with("P-12.5 retention=400d").defaults}


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "P-5.10",
        "P-5.10 grace",
        "P-5.10 grace=",
        "P-5.10 grace=soon",
        "P-5.10 grace=48h..24h",
        "P-5.10 colour=red",
        "P-99.1 bits=1",
        "P-4.1 bits=many",
        "P-4.1 bits=0",
        "P-4.8 classes=runes",
        "P-8.8 status=enforced",
        "P-9.9 status=manual",
        "type nothing rotation=90d",
        "type jwt-key colour=red",
        "environment mars tier=weak",
        "environment production tier=medieval",
        "role Nobody production=yes",
        "role Developer mars=yes",
        "role Developer production=perhaps",
        "L-000000 as=P-1.1",
        "P-8.8 as=P-1.1",
        "nonsense a=b",
        "P-5.10 grace='24h",
    ],
)
def test_a_comment_that_cannot_be_applied_is_an_error_with_its_line(comment: str) -> None:
    with pytest.raises(InvalidError) as error:
        _with(comment)

    assert "policy-override-invalid" == error.value.code
    assert "line 24" in error.value.message


def test_other_comments_are_comments() -> None:
    assert () == small("\n<!-- a note to ourselves -->\n").overrides
