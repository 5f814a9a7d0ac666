-- As in 0005, for addresses that were left.

CREATE TRIGGER moved_inserted_once BEFORE INSERT ON moved
WHEN EXISTS (SELECT 1 FROM moved WHERE environment = NEW.environment AND path = NEW.path)
BEGIN
    SELECT RAISE(ABORT, 'that moved exists');
END;

CREATE TRIGGER moved_inserted AFTER INSERT ON moved
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'moved', NEW.environment || '/' || NEW.path, NEW.mac);
END;

CREATE TRIGGER moved_fixed BEFORE UPDATE ON moved
WHEN NEW.environment IS NOT OLD.environment OR NEW.path IS NOT OLD.path OR NEW.secret_id IS NOT OLD.secret_id
BEGIN
    SELECT RAISE(ABORT, 'what names a moved does not change, nor is taken');
END;

CREATE TRIGGER moved_updated AFTER UPDATE ON moved
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'moved', NEW.environment || '/' || NEW.path, NEW.mac);
END;

CREATE TRIGGER moved_kept BEFORE DELETE ON moved
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;
