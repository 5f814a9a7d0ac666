-- Where the log is kept besides the room. Column by column: docs/spec/schema.md.

-- Places outside of the room that keep checkpoints. Who could take one out unnoticed could
-- roll the room back unnoticed, so these rows decide something (docs/adr/0203).
CREATE TABLE anchor (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('file', 'git')),
    place TEXT NOT NULL CHECK (length(place) > 0),
    state TEXT NOT NULL CHECK (state IN ('active', 'removed')),
    changed_us INTEGER NOT NULL,
    changed_by BLOB NOT NULL CHECK (length(changed_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Entries `first` up to and without `until` were moved into a sealed file with this digest.
-- `root` is that of the tree over the first `until` entries, `changes` how many changes the
-- entries made, `keep_until_us` the day before which the file must not be destroyed.
CREATE TABLE segment (
    first INTEGER PRIMARY KEY NOT NULL,
    until INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    changes INTEGER NOT NULL CHECK (changes >= 0),
    folder TEXT NOT NULL,
    keep_until_us INTEGER NOT NULL,
    moved_us INTEGER NOT NULL,
    moved_by BLOB NOT NULL CHECK (length(moved_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL,
    CHECK (until > first AND first % 256 = 0 AND until % 256 = 0)
) STRICT;
