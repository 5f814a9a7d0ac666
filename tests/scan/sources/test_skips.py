"""Tests for strongroom.scan.sources.skips."""

from strongroom.scan.sources import skips


def test_packages_of_others_are_left_out_and_lock_files_are_not() -> None:
    assert skips.folder("node_modules")
    assert skips.folder("Node_Modules")
    assert not skips.folder("src")
    assert not skips.folder("vendor")
    assert skips.file("x.PYC")
    assert not skips.file("package-lock.json")
    assert not skips.file("logo.png")
