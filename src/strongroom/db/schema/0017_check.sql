-- Checks of the room that were run: what was found, and when it was so. Never rewritten.
CREATE TABLE check_run (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    environments TEXT NOT NULL CHECK (length(environments) > 0),
    policy_sha256 BLOB NOT NULL CHECK (length(policy_sha256) = 32),
    as_of_us INTEGER NOT NULL,
    found INTEGER NOT NULL CHECK (found >= 0),
    body BLOB NOT NULL,
    run_by BLOB NOT NULL CHECK (length(run_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT;
CREATE INDEX check_run_at ON check_run (environments, as_of_us);
