-- Where credentials are valid, what is rotated there and when, and each rotation as far as it came.
-- A target says where an admin credential is sent, and a rotation which value is to become current:
-- both must be as this room wrote them.
CREATE TABLE target (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    environment TEXT NOT NULL REFERENCES environment (id),
    name TEXT NOT NULL CHECK (length(name) > 0),
    rotator TEXT NOT NULL CHECK (length(rotator) > 0),
    address TEXT NOT NULL,
    admin TEXT NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'removed')),
    changed_us INTEGER NOT NULL,
    changed_by BLOB NOT NULL CHECK (length(changed_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX target_name ON target (name) WHERE state = 'active';

CREATE TABLE rotation_rule (
    secret_id BLOB PRIMARY KEY NOT NULL REFERENCES secret (id),
    target_id BLOB NOT NULL REFERENCES target (id),
    options TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('auto', 'approve', 'notify')),
    cron TEXT NOT NULL,
    zone TEXT NOT NULL,
    window_us INTEGER NOT NULL CHECK (window_us >= 0),
    blackouts TEXT NOT NULL,
    changed_us INTEGER NOT NULL,
    changed_by BLOB NOT NULL CHECK (length(changed_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rotation_rule_target ON rotation_rule (target_id);

CREATE TABLE rotation (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    secret_id BLOB NOT NULL REFERENCES secret (id),
    target_id BLOB NOT NULL REFERENCES target (id),
    state TEXT NOT NULL CHECK (length(state) > 0),
    open TEXT NOT NULL,
    overlap INTEGER NOT NULL CHECK (overlap IN (0, 1)),
    emergency INTEGER NOT NULL CHECK (emergency IN (0, 1)),
    paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
    aborting INTEGER NOT NULL CHECK (aborting IN (0, 1)),
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    old_n INTEGER NOT NULL CHECK (old_n >= 1),
    new_n INTEGER,
    failures INTEGER NOT NULL CHECK (failures >= 0),
    mints INTEGER NOT NULL CHECK (mints >= 0),
    begun_us INTEGER NOT NULL,
    begun_by BLOB NOT NULL CHECK (length(begun_by) = 16),
    reached_us INTEGER NOT NULL,
    promoted_us INTEGER NOT NULL,
    grace_us INTEGER NOT NULL CHECK (grace_us >= 0),
    watch_us INTEGER NOT NULL CHECK (watch_us >= 0),
    lead_us INTEGER NOT NULL CHECK (lead_us >= 0),
    due_us INTEGER NOT NULL,
    code TEXT NOT NULL,
    held_by TEXT NOT NULL,
    holder BLOB NOT NULL CHECK (length(holder) IN (0, 16)),
    fence INTEGER NOT NULL CHECK (fence >= 0),
    lease_us INTEGER NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- A secret is in one rotation at a time; the loser of two that begin at once meets this.
CREATE UNIQUE INDEX rotation_live ON rotation (secret_id) WHERE state NOT IN ('done', 'rolled-back');
CREATE INDEX rotation_due ON rotation (due_us) WHERE state NOT IN ('done', 'rolled-back', 'needs-person');
CREATE INDEX rotation_secret ON rotation (secret_id, begun_us);

-- The journal: what was begun and how it ended, never with what. The entries of the log say the same.
CREATE TABLE rotation_step (
    rotation_id BLOB NOT NULL REFERENCES rotation (id),
    k INTEGER NOT NULL CHECK (k >= 1),
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    fence INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    took_us INTEGER NOT NULL CHECK (took_us >= 0),
    PRIMARY KEY (rotation_id, k)
) STRICT, WITHOUT ROWID;
