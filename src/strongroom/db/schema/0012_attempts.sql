-- Tries that are limited by the hour: values that stand elsewhere already, codes that are none.
-- A count and no right, so it has no MAC; see docs/adr/0192.

CREATE TABLE attempt (
    principal_id BLOB NOT NULL CHECK (length(principal_id) = 16),
    kind TEXT NOT NULL,
    hour INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (principal_id, kind, hour)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_topic ON outbox (topic, state, created_us);
