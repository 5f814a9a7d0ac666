-- That something was shown: a backup was made, a drill passed or failed. `report` is JSON and
-- `digest` its SHA-256; the entry that recorded it begins its object id with the digest's
-- first half, which is the row's id too. Nothing here allows or denies anything, but what is
-- shown to an auditor must be as it was recorded. Column by column: docs/spec/schema.md.
CREATE TABLE evidence (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (length(kind) > 0),
    outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed')),
    at_us INTEGER NOT NULL,
    by_ BLOB NOT NULL CHECK (length(by_) = 16),
    report TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    change_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_kind ON evidence (kind, at_us);

-- Nobody's decision rests on it, so its changes touch no environment that there is.
-- sqlite: CREATE TRIGGER evidence_inserted_once BEFORE INSERT ON evidence
-- sqlite: WHEN EXISTS (SELECT 1 FROM evidence WHERE id = NEW.id)
-- sqlite: BEGIN
-- sqlite:     SELECT RAISE(ABORT, 'that evidence exists');
-- sqlite: END;
-- sqlite: CREATE TRIGGER evidence_inserted AFTER INSERT ON evidence
-- sqlite: BEGIN
-- sqlite:     INSERT INTO change (seq, scope, key, source, row, mac)
-- sqlite:     VALUES (NEW.change_seq, 'mount', '*', 'evidence', lower(hex(NEW.id)), NEW.mac);
-- sqlite: END;
-- sqlite: CREATE TRIGGER evidence_fixed BEFORE UPDATE ON evidence
-- sqlite: WHEN NEW.id IS NOT OLD.id OR NEW.digest IS NOT OLD.digest
-- sqlite:     OR NEW.report IS NOT OLD.report OR NEW.outcome IS NOT OLD.outcome
-- sqlite:     OR NEW.kind IS NOT OLD.kind
-- sqlite: BEGIN
-- sqlite:     SELECT RAISE(ABORT, 'what was shown does not change');
-- sqlite: END;
-- sqlite: CREATE TRIGGER evidence_updated AFTER UPDATE ON evidence
-- sqlite: BEGIN
-- sqlite:     INSERT INTO change (seq, scope, key, source, row, mac)
-- sqlite:     VALUES (NEW.change_seq, 'mount', '*', 'evidence', lower(hex(NEW.id)), NEW.mac);
-- sqlite: END;
-- sqlite: CREATE TRIGGER evidence_kept BEFORE DELETE ON evidence
-- sqlite: BEGIN
-- sqlite:     SELECT RAISE(ABORT, 'what was shown is never deleted');
-- sqlite: END;
