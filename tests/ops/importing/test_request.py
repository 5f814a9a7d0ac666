"""Plans and issues as values."""

from strongroom.ops.importing.request import ImportRequest, Issue, Plan


def test_an_issue_names_the_clauses_of_its_message_once() -> None:
    assert ("P-4.7", "C-20") == Issue(1, "", "x", "a (P-4.7), b (C-20), c (P-4.7)").clauses
    assert () == Issue(1, "", "x", "P-, XP-4.7").clauses


def test_a_request_does_not_show_its_source() -> None:
    assert "hidden" not in repr(ImportRequest(b"hidden"))


def test_a_plan_with_an_issue_is_not_carried_out() -> None:
    assert not Plan("env", (), (Issue(1, "", "x", "y"),)).ok
    assert Plan("env", (), ()).ok
