-- Where messages about the room go. The address of a channel holds credentials, so that it is the
-- value of a secret of the room; `environment` is empty for all. What is owed to a channel stands in
-- the outbox, and decides nothing.
CREATE TABLE channel (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (length(name) > 0),
    environment TEXT NOT NULL,
    secret_id BLOB NOT NULL REFERENCES secret (id),
    events TEXT NOT NULL CHECK (length(events) > 0),
    state TEXT NOT NULL CHECK (state IN ('active', 'removed')),
    changed_us INTEGER NOT NULL,
    changed_by BLOB NOT NULL CHECK (length(changed_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX channel_name ON channel (name);
