-- Which version of a secret a process of an application uses, as it says itself. Rotation waits
-- for it, so what stands here must be as it was said. A row whose lease is over is taken for the
-- next process, so that there are never more than the gate's bound for a secret. The table of
-- this name that 0003 made was never written.
DROP TABLE acknowledgement;
CREATE TABLE acknowledgement (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    secret_id BLOB NOT NULL REFERENCES secret (id),
    principal_id BLOB NOT NULL CHECK (length(principal_id) = 16),
    consumer TEXT NOT NULL CHECK (length(consumer) > 0),
    instance TEXT NOT NULL CHECK (length(instance) > 0),
    n INTEGER NOT NULL CHECK (n >= 1),
    since_us INTEGER NOT NULL,
    until_us INTEGER NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX acknowledgement_who
    ON acknowledgement (principal_id, consumer, instance, secret_id);
CREATE INDEX acknowledgement_secret ON acknowledgement (secret_id, until_us);
