"""Labels of a secret, as changes write them."""

from typing import Final

from strongroom.db.tables.labels import LABEL, LabelRow
from strongroom.db.tables.secrets import SECRET
from strongroom.gate import attempts
from strongroom.gate.changes import reuse
from strongroom.gate.rows import bounded, label_of
from strongroom.gate.writer import Writer
from strongroom.model import label as labels
from strongroom.model.label import Label

NAME_CHARS_MAX: Final = 128


def set_label(to: Writer, secret_id: bytes, label: Label) -> bool:
    """Write the labels of a secret, unless they are so already; whether they were written.

    Raises:
        InvalidError: `text-invalid`, `tag-invalid`, `value-reused`.
        LimitError: `tags-too-many`. ConflictError: `client-taken`.
    """
    old = to.load(LABEL, secret_id)
    if label == label_of(old):
        return False
    row = LabelRow(
        secret_id,
        "\n".join(labels.tags(label.tags)),
        bounded(label.backup, "a backup owner", chars_max=NAME_CHARS_MAX),
        bounded(label.client, "a client", chars_max=NAME_CHARS_MAX),
        to.now_us,
        to.actor,
    )
    write = to.insert if old is None else to.update
    write(LABEL, row)
    if row.client and (old is None or row.client != old.client):
        secret = to.load(SECRET, secret_id)
        if secret is not None:
            attempts.allow(to, attempts.Kind.REUSE)
            reuse.one_for_each_client(to, secret, row.client)
    return True
