-- How much of a store of ciphertexts was made by which version of a key, as its holder reported it. A
-- version is neither retired nor destroyed while anything refers to it. A row whose count is 0 is taken
-- for another holder or version, so that there are never more than the gate's bound for a secret.
CREATE TABLE reference (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    secret_id BLOB NOT NULL REFERENCES secret (id),
    holder TEXT NOT NULL CHECK (length(holder) > 0),
    n INTEGER NOT NULL CHECK (n >= 1),
    items INTEGER NOT NULL CHECK (items >= 0),
    said_us INTEGER NOT NULL,
    said_by BLOB NOT NULL CHECK (length(said_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reference_holder ON reference (secret_id, holder, n);
