-- Addresses that a secret was moved away from. Only that secret may stand there again:
-- two secrets at one address, one after the other, would be one in the eyes of whoever
-- reads the log by address.
CREATE TABLE moved (
    environment TEXT NOT NULL REFERENCES environment (id),
    path TEXT NOT NULL CHECK (length(path) > 0),
    secret_id BLOB NOT NULL REFERENCES secret (id),
    moved_us INTEGER NOT NULL,
    moved_by BLOB NOT NULL CHECK (length(moved_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL,
    PRIMARY KEY (environment, path)
) STRICT, WITHOUT ROWID;
