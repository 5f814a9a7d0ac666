-- What people say about a secret beside its owner: tags, one a line, who stands in for the
-- owner, and the client whose it is. A secret that nobody labelled has no row here.
CREATE TABLE label (
    secret_id BLOB PRIMARY KEY NOT NULL REFERENCES secret (id),
    tags TEXT NOT NULL,
    backup TEXT NOT NULL,
    client TEXT NOT NULL,
    changed_us INTEGER NOT NULL,
    changed_by BLOB NOT NULL CHECK (length(changed_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX label_client ON label (client) WHERE client <> '';
