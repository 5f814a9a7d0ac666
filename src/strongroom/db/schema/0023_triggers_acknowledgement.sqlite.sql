-- As in 0005, for acknowledgements. Their scope is `value` with their own id, which no secret has:
-- nothing that is decided rests on them.

CREATE TRIGGER acknowledgement_inserted_once BEFORE INSERT ON acknowledgement
WHEN EXISTS (SELECT 1 FROM acknowledgement WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that acknowledgement exists');
END;

CREATE TRIGGER acknowledgement_inserted AFTER INSERT ON acknowledgement
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'acknowledgement', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER acknowledgement_fixed BEFORE UPDATE ON acknowledgement
WHEN NEW.id IS NOT OLD.id OR NEW.secret_id IS NOT OLD.secret_id
BEGIN
    SELECT RAISE(ABORT, 'what names an acknowledgement does not change, nor is taken');
END;

CREATE TRIGGER acknowledgement_updated AFTER UPDATE ON acknowledgement
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'acknowledgement', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER acknowledgement_kept BEFORE DELETE ON acknowledgement
BEGIN
    SELECT RAISE(ABORT, 'what a process said is ended, never an absent row');
END;
