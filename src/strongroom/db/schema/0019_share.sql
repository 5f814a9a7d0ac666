-- A value that was set aside for one other person. `sealed` opens with the code and the
-- environment's key together, and is there only as long as nobody opened it.
CREATE TABLE share (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    lookup BLOB NOT NULL CHECK (length(lookup) = 32),
    secret_id BLOB NOT NULL REFERENCES secret (id),
    n INTEGER NOT NULL CHECK (n >= 1),
    field TEXT NOT NULL,
    kek_id BLOB NOT NULL CHECK (length(kek_id) = 16),
    sealed BLOB NOT NULL,
    recipient BLOB REFERENCES principal (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'taken', 'revoked', 'expired')),
    created_us INTEGER NOT NULL,
    created_by BLOB NOT NULL CHECK (length(created_by) = 16),
    expires_us INTEGER NOT NULL,
    ended_us INTEGER,
    ended_by BLOB,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL,
    CHECK ((state = 'open') = (length(sealed) > 0)),
    CHECK ((state = 'open') = (ended_us IS NULL))
) STRICT;
CREATE UNIQUE INDEX share_lookup ON share (lookup);
CREATE INDEX share_creator ON share (created_by, created_us);
CREATE INDEX share_open ON share (expires_us) WHERE state = 'open';
