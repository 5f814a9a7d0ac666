-- Triggers of SQLite for `share`, as in 0005. An ended share is never opened again.

CREATE TRIGGER share_inserted_once BEFORE INSERT ON share
WHEN EXISTS (SELECT 1 FROM share WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM share WHERE lookup = NEW.lookup)
BEGIN
    SELECT RAISE(ABORT, 'that share exists');
END;

CREATE TRIGGER share_inserted AFTER INSERT ON share
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'share', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER share_fixed BEFORE UPDATE ON share
WHEN NEW.id IS NOT OLD.id OR NEW.lookup IS NOT OLD.lookup OR NEW.secret_id IS NOT OLD.secret_id
    OR NEW.n IS NOT OLD.n OR NEW.field IS NOT OLD.field OR NEW.recipient IS NOT OLD.recipient
    OR NEW.created_us IS NOT OLD.created_us OR NEW.created_by IS NOT OLD.created_by
    OR NEW.expires_us IS NOT OLD.expires_us
    OR (OLD.state <> 'open' AND NEW.state IS NOT OLD.state)
BEGIN
    SELECT RAISE(ABORT, 'what names a share does not change, nor is taken');
END;

CREATE TRIGGER share_updated AFTER UPDATE ON share
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'share', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER share_kept BEFORE DELETE ON share
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;
