-- Triggers of SQLite for batches. Their scope is `value` with the batch's own id, which no
-- secret has: nothing that is decided rests on them.

CREATE TRIGGER batch_inserted_once BEFORE INSERT ON batch
WHEN EXISTS (SELECT 1 FROM batch WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that batch exists');
END;

CREATE TRIGGER batch_inserted AFTER INSERT ON batch
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'batch', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER batch_fixed BEFORE UPDATE ON batch
WHEN NEW.id IS NOT OLD.id OR NEW.source IS NOT OLD.source OR NEW.place IS NOT OLD.place
    OR NEW.created_by IS NOT OLD.created_by OR OLD.state IN ('published', 'aborted')
BEGIN
    SELECT RAISE(ABORT, 'what names a batch does not change, nor does one that has ended');
END;

CREATE TRIGGER batch_updated AFTER UPDATE ON batch
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'batch', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER batch_kept BEFORE DELETE ON batch
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER batch_part_inserted_once BEFORE INSERT ON batch_part
WHEN EXISTS (SELECT 1 FROM batch_part WHERE batch_id = NEW.batch_id AND k = NEW.k)
BEGIN
    SELECT RAISE(ABORT, 'that batch_part exists');
END;

CREATE TRIGGER batch_part_inserted AFTER INSERT ON batch_part
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.batch_id)), 'batch_part', lower(hex(NEW.batch_id)) || '/' || NEW.k, NEW.mac);
END;

CREATE TRIGGER batch_part_fixed BEFORE UPDATE ON batch_part
WHEN NEW.batch_id IS NOT OLD.batch_id OR NEW.k IS NOT OLD.k OR NEW.members IS NOT OLD.members
    OR OLD.state IS NOT 'open'
BEGIN
    SELECT RAISE(ABORT, 'what names a batch_part does not change, nor does one that has ended');
END;

CREATE TRIGGER batch_part_updated AFTER UPDATE ON batch_part
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.batch_id)), 'batch_part', lower(hex(NEW.batch_id)) || '/' || NEW.k, NEW.mac);
END;

CREATE TRIGGER batch_part_kept BEFORE DELETE ON batch_part
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;
