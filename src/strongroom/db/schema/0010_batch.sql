-- Many secrets that are written together, all or nothing (docs/adr/0141). `source` is a keyed
-- digest of what is written, so that only the same source goes on with it; `place` is its first
-- address, where its changes are decided.
CREATE TABLE batch (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (length(kind) > 0),
    place TEXT NOT NULL CHECK (length(place) > 0),
    state TEXT NOT NULL
        CHECK (state IN ('staging', 'publishing', 'published', 'aborting', 'aborted')),
    source BLOB NOT NULL CHECK (length(source) = 32),
    total INTEGER NOT NULL CHECK (total >= 1),
    created_us INTEGER NOT NULL,
    created_by BLOB NOT NULL CHECK (length(created_by) = 16),
    changed_us INTEGER NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_unfinished ON batch (state) WHERE state NOT IN ('published', 'aborted');

-- Which versions belong to a batch, said before any of them is written: for each member the
-- secret's id and four bytes of the version's number, in order.
CREATE TABLE batch_part (
    batch_id BLOB NOT NULL REFERENCES batch (id),
    k INTEGER NOT NULL CHECK (k >= 0),
    state TEXT NOT NULL CHECK (state IN ('open', 'published', 'dropped')),
    members BLOB NOT NULL CHECK (length(members) > 0 AND length(members) % 20 = 0),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL,
    PRIMARY KEY (batch_id, k)
) STRICT;
