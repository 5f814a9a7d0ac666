-- Triggers of SQLite, for what is recorded: appended in order, never rewritten, and deleted
-- only where it may be erased. What they do not stop: docs/adr/0121.

CREATE TRIGGER change_in_order BEFORE INSERT ON change
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM change)
BEGIN
    SELECT RAISE(ABORT, 'a change must be the next one');
END;

CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry WHERE lane = NEW.lane)
    OR NEW.change_seq IS NOT (SELECT coalesce(max(seq), 0) FROM change)
BEGIN
    SELECT RAISE(ABORT, 'an entry must be the next of its lane and name the last change');
END;

CREATE TRIGGER run_in_order BEFORE INSERT ON run
WHEN NEW.idx IS NOT coalesce((SELECT idx + n FROM run ORDER BY idx DESC LIMIT 1), 0)
    OR NEW.seq IS NOT coalesce(
        (SELECT seq + n FROM run WHERE lane = NEW.lane ORDER BY seq DESC LIMIT 1), 1)
BEGIN
    SELECT RAISE(ABORT, 'a run must follow the one before it');
END;

CREATE TRIGGER checkpoint_in_order BEFORE INSERT ON checkpoint
WHEN NEW.size <= (SELECT max(size) FROM checkpoint)
BEGIN
    SELECT RAISE(ABORT, 'a checkpoint must be larger than the one before it');
END;

CREATE TRIGGER node_once BEFORE INSERT ON node
WHEN EXISTS (SELECT 1 FROM node WHERE level = NEW.level AND i = NEW.i)
BEGIN
    SELECT RAISE(ABORT, 'a node is written once');
END;

CREATE TRIGGER change_stays BEFORE UPDATE ON change
BEGIN
    SELECT RAISE(ABORT, 'the record is not rewritten');
END;

CREATE TRIGGER change_kept BEFORE DELETE ON change
BEGIN
    SELECT RAISE(ABORT, 'the record is not deleted');
END;

CREATE TRIGGER entry_stays BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the record is not rewritten');
END;

CREATE TRIGGER entry_kept BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the record is not deleted');
END;

CREATE TRIGGER run_stays BEFORE UPDATE ON run
BEGIN
    SELECT RAISE(ABORT, 'the record is not rewritten');
END;

CREATE TRIGGER run_kept BEFORE DELETE ON run
BEGIN
    SELECT RAISE(ABORT, 'the record is not deleted');
END;

CREATE TRIGGER node_stays BEFORE UPDATE ON node
BEGIN
    SELECT RAISE(ABORT, 'the record is not rewritten');
END;

CREATE TRIGGER node_kept BEFORE DELETE ON node
BEGIN
    SELECT RAISE(ABORT, 'the record is not deleted');
END;

CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint
BEGIN
    SELECT RAISE(ABORT, 'the record is not rewritten');
END;

CREATE TRIGGER checkpoint_kept BEFORE DELETE ON checkpoint
BEGIN
    SELECT RAISE(ABORT, 'the record is not deleted');
END;

CREATE TRIGGER detail_stays BEFORE UPDATE ON detail
BEGIN
    SELECT RAISE(ABORT, 'the record is not rewritten');
END;

CREATE TRIGGER migration_stays BEFORE UPDATE ON migration
BEGIN
    SELECT RAISE(ABORT, 'the record is not rewritten');
END;

CREATE TRIGGER migration_kept BEFORE DELETE ON migration
BEGIN
    SELECT RAISE(ABORT, 'the record is not deleted');
END;
