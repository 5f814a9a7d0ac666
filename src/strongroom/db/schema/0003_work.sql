-- What is worked on. Nothing here decides who may read what, so nothing here has a MAC.

CREATE TABLE consumer (
    secret_id BLOB NOT NULL REFERENCES secret (id),
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    cache_us INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (secret_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE acknowledgement (
    secret_id BLOB NOT NULL,
    n INTEGER NOT NULL,
    consumer TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    PRIMARY KEY (secret_id, n, consumer)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    topic TEXT NOT NULL,
    body BLOB NOT NULL,
    due_us INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'given-up')),
    created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (state, due_us);

CREATE TABLE lease (
    name TEXT PRIMARY KEY NOT NULL,
    holder BLOB NOT NULL,
    until_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    id TEXT PRIMARY KEY NOT NULL,
    clause TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    secret_id BLOB,
    place TEXT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'closed')),
    opened_us INTEGER NOT NULL,
    changed_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_open ON finding (state, severity);

-- Keyed fingerprints of secret fields, and their length and classes of characters.
CREATE TABLE fingerprint (
    secret_id BLOB NOT NULL REFERENCES secret (id),
    n INTEGER NOT NULL,
    field TEXT NOT NULL,
    match BLOB,
    display TEXT,
    chars INTEGER NOT NULL,
    classes TEXT NOT NULL,
    PRIMARY KEY (secret_id, n, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX fingerprint_match ON fingerprint (match) WHERE match IS NOT NULL;
