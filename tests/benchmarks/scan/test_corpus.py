"""The labelled corpus: the same for the same seed, and true to its own labels."""

import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest
from benchmarks.scan.corpus import build, checksums, keys, tokens
from benchmarks.scan.corpus.build import Label
from benchmarks.scan.corpus.draw import BASE62, Draw


@dataclass(frozen=True)
class Corpus:
    folder: Path
    labels: list[Label]
    lines: dict[str, list[str]]

    def rows(self, label: Label) -> list[str]:
        return self.lines[label.file][label.line - 1 : label.end_line]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    labels = build.write(folder)
    names = {label.file for label in labels}
    return Corpus(folder, labels, {name: lines(folder / "files" / name) for name in names})


def lines(path: Path) -> list[str]:
    body = path.read_bytes()
    return body.decode("utf-16" if body[:2] == b"\xff\xfe" else "utf-8").splitlines()


def test_the_same_seed_writes_the_same_corpus(corpus: Corpus) -> None:
    again = list(islice(build.files(build.SEED), 60))
    labels = [label for file in again for label in file.labels]

    assert labels == corpus.labels[: len(labels)]
    assert all(corpus.lines[file.path] == file.lines for file in again if file.labels)


def test_another_seed_writes_other_secrets(corpus: Corpus) -> None:
    """But for the primes, which take long to find, and for what people think of as passwords."""
    other = {label.secret for file in islice(build.files(7), 60) for label in file.labels}
    drawn = {one.secret for one in corpus.labels if not one.cls.startswith(("private", "password"))}

    assert other & drawn == {""}


def test_it_is_large_and_half_of_it_negative(corpus: Corpus) -> None:
    counts = Counter(label.is_secret for label in corpus.labels)

    assert counts[True] + counts[False] >= 3000
    assert 0.45 < counts[False] / (counts[True] + counts[False]) < 0.55
    assert counts[None] < 0.05 * counts.total()
    assert len({label.cls for label in corpus.labels}) > 100


def test_every_label_lies_in_its_file_and_says_what_stands_there(corpus: Corpus) -> None:
    for label in corpus.labels:
        rows = corpus.rows(label)
        assert len(rows) == label.end_line - label.line + 1, label
        for part in label.text.split("\n"):
            assert any(part in row for row in rows), label
        assert bool(label.text) == bool(label.secret) == (label.is_secret is True)


def test_no_line_has_two_labels(corpus: Corpus) -> None:
    places = Counter(
        (label.file, line)
        for label in corpus.labels
        for line in range(label.line, label.end_line + 1)
    )

    assert [place for place, count in places.items() if count > 1] == []


def test_no_secret_stands_on_a_line_that_is_not_labelled_so(corpus: Corpus) -> None:
    secrets = [label for label in corpus.labels if label.is_secret]
    rest = {name: dict(enumerate(rows, start=1)) for name, rows in corpus.lines.items()}
    for label in secrets:
        for line in range(label.line, label.end_line + 1):
            rest[label.file].pop(line)

    assert [
        label
        for label in secrets
        if any(label.text in row for row in rest[label.file].values() if len(label.text) > 12)
    ] == []


def test_hardly_a_labelled_line_repeats(corpus: Corpus) -> None:
    texts = Counter(
        (label.is_secret, corpus.rows(label)[0].strip())
        for label in corpus.labels
        if label.line == label.end_line
    )

    assert max(count for (secret, _), count in texts.items() if secret) <= 3
    assert max(texts.values()) <= 15


def test_the_templates_hold_no_value_that_a_scanner_could_take(
    corpus: Corpus,
) -> None:
    """Everything is drawn when it is written: the repository stays clean."""
    texts = "".join(path.read_text("utf-8") for path in build.TEMPLATES.glob("*.txt"))

    assert [label.text for label in corpus.labels if label.is_secret and label.text in texts] == []


def test_a_folder_with_a_corpus_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()

    with pytest.raises(FileExistsError):
        build.write(tmp_path)


def test_labels_are_read_as_they_were_written(corpus: Corpus) -> None:
    assert build.read_labels(corpus.folder) == corpus.labels


def test_github_s_checksum_is_the_crc_of_the_thirty_characters() -> None:
    token = checksums.github(Draw(1), "ghp_")
    wrong = checksums.wrong_github(Draw(1), "ghp_")

    number = 0
    for digit in token[-6:]:
        number = number * 62 + BASE62.index(digit)
    assert number == zlib.crc32(token[4:-6].encode())
    assert wrong[:-6] == token[:-6]
    assert wrong != token


def test_marvin_gives_its_published_value() -> None:
    """The vector for no bytes in .NET's own tests, both halves folded."""
    assert checksums.marvin(b"", 0x4FB61A001BDBCC) == 0x30ED35C1 ^ 0x00CD3C7D


def test_the_famous_token_is_signed_with_the_famous_key() -> None:
    assert checksums.jwt_of_the_documentation().endswith("QT4fwpMeJf36POk6yJV_adQssw5c")


def test_the_rsa_keys_are_real() -> None:
    modulus, exponent, private, *_ = keys.rsa(Draw(1), "pool")

    assert pow(pow(42, exponent, modulus), private, modulus) == 42


def test_every_provider_draws_something_new_each_time() -> None:
    draw = Draw(1)

    assert [one.cls for one in tokens.PROVIDERS if one.make(draw) == one.make(draw)] == []
