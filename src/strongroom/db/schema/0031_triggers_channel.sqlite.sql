-- As in 0005, for channels. Their scope is `value` with their own id, which no secret has: no
-- decision of access rests on them.

CREATE TRIGGER channel_inserted_once BEFORE INSERT ON channel
WHEN EXISTS (SELECT 1 FROM channel WHERE id = NEW.id OR name = NEW.name)
BEGIN
    SELECT RAISE(ABORT, 'that channel exists');
END;

CREATE TRIGGER channel_inserted AFTER INSERT ON channel
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'channel', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER channel_fixed BEFORE UPDATE ON channel
WHEN NEW.id IS NOT OLD.id OR NEW.name IS NOT OLD.name
BEGIN
    SELECT RAISE(ABORT, 'what names a channel does not change, nor is taken');
END;

CREATE TRIGGER channel_updated AFTER UPDATE ON channel
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'channel', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER channel_kept BEFORE DELETE ON channel
BEGIN
    SELECT RAISE(ABORT, 'a channel is removed by its state, never an absent row');
END;
