-- As in 0005, for references. Their scope is `value` with their own id, which no secret has: no right to
-- a value rests on them.

CREATE TRIGGER reference_inserted_once BEFORE INSERT ON reference
WHEN EXISTS (SELECT 1 FROM reference WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that reference exists');
END;

CREATE TRIGGER reference_inserted AFTER INSERT ON reference
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'reference', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER reference_fixed BEFORE UPDATE ON reference
WHEN NEW.id IS NOT OLD.id OR NEW.secret_id IS NOT OLD.secret_id
    OR (OLD.items > 0 AND (NEW.holder IS NOT OLD.holder OR NEW.n IS NOT OLD.n))
BEGIN
    SELECT RAISE(ABORT, 'what names a reference does not change while it counts');
END;

CREATE TRIGGER reference_updated AFTER UPDATE ON reference
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'reference', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER reference_kept BEFORE DELETE ON reference
BEGIN
    SELECT RAISE(ABORT, 'a reference is counted down, never an absent row');
END;
