-- Rows that decide something. Each carries the MAC over itself and the change that wrote it.
-- Column by column: docs/spec/schema.md. Who may write them, and how: docs/adr/0121.

CREATE TABLE meta (
    key TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `roles` and `patterns` are lists, one item a line. `denials` is how many denying grants
-- name this principal: a grant that was deleted by hand is missed when they are counted.
CREATE TABLE principal (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'workload', 'system')),
    name TEXT NOT NULL CHECK (length(name) > 0),
    roles TEXT NOT NULL,
    environment TEXT,
    patterns TEXT NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    denials INTEGER NOT NULL CHECK (denials >= 0),
    created_us INTEGER NOT NULL,
    created_by BLOB NOT NULL CHECK (length(created_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX principal_name ON principal (name);

-- A role that a principal or a grant names; `denials` as above, for grants to the role.
CREATE TABLE role (
    name TEXT PRIMARY KEY NOT NULL CHECK (length(name) > 0),
    denials INTEGER NOT NULL CHECK (denials >= 0),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Exactly one of `principal_id` and `role` is set. `verbs` are words parted by spaces,
-- `sources` networks, one a line.
CREATE TABLE grant_ (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    effect TEXT NOT NULL CHECK (effect IN ('allow', 'deny')),
    principal_id BLOB REFERENCES principal (id),
    role TEXT REFERENCES role (name),
    verbs TEXT NOT NULL CHECK (length(verbs) > 0),
    environment TEXT NOT NULL,
    pattern TEXT NOT NULL,
    not_before_us INTEGER,
    expires_us INTEGER,
    reason_required INTEGER NOT NULL CHECK (reason_required IN (0, 1)),
    approvals INTEGER NOT NULL CHECK (approvals >= 0),
    uses_left INTEGER CHECK (uses_left >= 0),
    sources TEXT NOT NULL,
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    why TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    created_by BLOB NOT NULL CHECK (length(created_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL,
    CHECK ((principal_id IS NULL) <> (role IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_principal ON grant_ (principal_id) WHERE principal_id IS NOT NULL;
CREATE INDEX grant_role ON grant_ (role) WHERE role IS NOT NULL;

CREATE TABLE token (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    lookup BLOB NOT NULL CHECK (length(lookup) = 32),
    principal_id BLOB NOT NULL REFERENCES principal (id),
    name TEXT NOT NULL,
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    uses_left INTEGER CHECK (uses_left >= 0),
    created_us INTEGER NOT NULL,
    created_by BLOB NOT NULL CHECK (length(created_by) = 16),
    expires_us INTEGER NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX token_lookup ON token (lookup);
CREATE INDEX token_principal ON token (principal_id);

CREATE TABLE policy (
    n INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    document BLOB NOT NULL,
    compiled BLOB NOT NULL,
    adopted_us INTEGER NOT NULL,
    adopted_by BLOB NOT NULL CHECK (length(adopted_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT;

CREATE TABLE environment (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('weak', 'medium', 'strong')),
    frozen INTEGER NOT NULL CHECK (frozen IN (0, 1)),
    reason TEXT NOT NULL,
    changed_us INTEGER NOT NULL,
    changed_by BLOB NOT NULL CHECK (length(changed_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE kek (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    environment TEXT NOT NULL REFERENCES environment (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'retired', 'destroyed')),
    created_us INTEGER NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seal (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    opens TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'removed')),
    slot BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    created_by BLOB NOT NULL CHECK (length(created_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Wide rows stand in tables with a row id: without one they would fill the inner pages too.
CREATE TABLE secret (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    environment TEXT NOT NULL REFERENCES environment (id),
    path TEXT NOT NULL CHECK (length(path) > 0),
    type TEXT NOT NULL CHECK (length(type) > 0),
    owner TEXT NOT NULL CHECK (length(owner) > 0),
    store TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'deleted')),
    frozen INTEGER NOT NULL CHECK (frozen IN (0, 1)),
    reason TEXT NOT NULL,
    description TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    created_by BLOB NOT NULL CHECK (length(created_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX secret_address ON secret (environment, path);

CREATE TABLE version (
    secret_id BLOB NOT NULL REFERENCES secret (id),
    n INTEGER NOT NULL CHECK (n >= 1),
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'current', 'previous', 'retired', 'destroyed')),
    compromised INTEGER NOT NULL CHECK (compromised IN (0, 1)),
    deleted_us INTEGER,
    type TEXT NOT NULL CHECK (length(type) > 0),
    origin TEXT NOT NULL CHECK (origin IN ('generated', 'given', 'imported')),
    kek_id BLOB NOT NULL CHECK (length(kek_id) = 16),
    wrapped BLOB NOT NULL,
    sealed BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    created_by BLOB NOT NULL CHECK (length(created_by) = 16),
    expires_us INTEGER NOT NULL,
    changed_us INTEGER NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL,
    PRIMARY KEY (secret_id, n),
    -- A destroyed version has lost its keys, and only a destroyed one has.
    CHECK ((state = 'destroyed') = (length(wrapped) = 0)),
    CHECK ((state = 'destroyed') = (length(sealed) = 0))
) STRICT;

-- Which version is current. The row exists from the secret's first moment; `n` is null
-- until a version was promoted.
CREATE TABLE current (
    secret_id BLOB PRIMARY KEY NOT NULL REFERENCES secret (id),
    n INTEGER,
    changed_us INTEGER NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule (
    secret_id BLOB PRIMARY KEY NOT NULL REFERENCES secret (id),
    every_us INTEGER,
    next_us INTEGER,
    grace_us INTEGER NOT NULL,
    automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
    changed_us INTEGER NOT NULL,
    changed_by BLOB NOT NULL CHECK (length(changed_by) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_next ON schedule (next_us);
