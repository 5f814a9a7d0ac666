-- As in 0005, for labels.

CREATE TRIGGER label_inserted_once BEFORE INSERT ON label
WHEN EXISTS (SELECT 1 FROM label WHERE secret_id = NEW.secret_id)
BEGIN
    SELECT RAISE(ABORT, 'that label exists');
END;

CREATE TRIGGER label_inserted AFTER INSERT ON label
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'label', lower(hex(NEW.secret_id)), NEW.mac);
END;

CREATE TRIGGER label_fixed BEFORE UPDATE ON label
WHEN NEW.secret_id IS NOT OLD.secret_id
BEGIN
    SELECT RAISE(ABORT, 'what names a label does not change, nor is taken');
END;

CREATE TRIGGER label_updated AFTER UPDATE ON label
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'label', lower(hex(NEW.secret_id)), NEW.mac);
END;

CREATE TRIGGER label_kept BEFORE DELETE ON label
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;
