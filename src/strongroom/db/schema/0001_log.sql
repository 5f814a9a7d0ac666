-- The order of everything, and the record of it. Column by column: docs/spec/schema.md.

-- Every write of a row that decides something, in order; made by triggers, one a write.
-- `scope` and `key` say what it may touch; `source`, `row` and `mac` which row it left in
-- which state, so that an older state that was put back is missed (docs/adr/0122).
CREATE TABLE change (
    seq INTEGER PRIMARY KEY,
    scope TEXT NOT NULL
        CHECK (scope IN ('value', 'secret', 'principal', 'token', 'mount', 'authority')),
    key TEXT NOT NULL,
    source TEXT NOT NULL,
    row TEXT NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE TABLE entry (
    lane BLOB NOT NULL CHECK (length(lane) = 16),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    change_seq INTEGER NOT NULL CHECK (change_seq >= 0),
    at_us INTEGER NOT NULL,
    leaf BLOB NOT NULL,
    PRIMARY KEY (lane, seq)
) STRICT, WITHOUT ROWID;

-- What may be erased of an entry. The leaf keeps SHA-256(salt, blob).
CREATE TABLE detail (
    lane BLOB NOT NULL,
    seq INTEGER NOT NULL,
    salt BLOB NOT NULL,
    blob BLOB NOT NULL,
    PRIMARY KEY (lane, seq)
) STRICT, WITHOUT ROWID;

-- Lanes that hold entries without a place in the log's order yet, and their last `seq`.
CREATE TABLE fresh (
    lane BLOB PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The log's order: `n` leaves from `idx` on are (lane, seq), (lane, seq + 1), ...
CREATE TABLE run (
    idx INTEGER PRIMARY KEY,
    lane BLOB NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 1)
) STRICT;
CREATE UNIQUE INDEX run_lane ON run (lane, seq);

-- Hashes of complete subtrees of 2^level leaves, level 8 and up.
CREATE TABLE node (
    level INTEGER NOT NULL CHECK (level >= 8),
    i INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, i)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL CHECK (length(root) = 32),
    note TEXT NOT NULL,
    at_us INTEGER NOT NULL
) STRICT;

-- Last use, a projection of the log: `kind` names what `key` is of.
CREATE TABLE used (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- How far of each lane the projection has read.
CREATE TABLE projected (
    lane BLOB PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Refusals beyond the rate that is logged one by one; `minute` counts from 1970.
CREATE TABLE overflow (
    principal_id BLOB NOT NULL,
    minute INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (principal_id, minute)
) STRICT, WITHOUT ROWID;
