-- Triggers of SQLite, for what decides. A write leaves its change row, in order and in the
-- same transaction, because the trigger itself writes it; nothing that decides is deleted,
-- also not by `OR REPLACE`, which fires no trigger for what it removes. See docs/adr/0121.

CREATE TRIGGER meta_inserted_once BEFORE INSERT ON meta
WHEN EXISTS (SELECT 1 FROM meta WHERE key = NEW.key)
BEGIN
    SELECT RAISE(ABORT, 'that meta exists');
END;

CREATE TRIGGER meta_inserted AFTER INSERT ON meta
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'meta', NEW.key, NEW.mac);
END;

CREATE TRIGGER meta_fixed BEFORE UPDATE ON meta
WHEN NEW.key IS NOT OLD.key
BEGIN
    SELECT RAISE(ABORT, 'what names a meta does not change, nor is taken');
END;

CREATE TRIGGER meta_updated AFTER UPDATE ON meta
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'meta', NEW.key, NEW.mac);
END;

CREATE TRIGGER meta_kept BEFORE DELETE ON meta
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER principal_inserted_once BEFORE INSERT ON principal
WHEN EXISTS (SELECT 1 FROM principal WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM principal WHERE name = NEW.name)
BEGIN
    SELECT RAISE(ABORT, 'that principal exists');
END;

CREATE TRIGGER principal_inserted AFTER INSERT ON principal
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'principal', lower(hex(NEW.id)), 'principal', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER principal_fixed BEFORE UPDATE ON principal
WHEN NEW.id IS NOT OLD.id
    OR EXISTS (SELECT 1 FROM principal WHERE name = NEW.name AND id <> NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'what names a principal does not change, nor is taken');
END;

CREATE TRIGGER principal_updated AFTER UPDATE ON principal
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'principal', lower(hex(NEW.id)), 'principal', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER principal_kept BEFORE DELETE ON principal
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER role_inserted_once BEFORE INSERT ON role
WHEN EXISTS (SELECT 1 FROM role WHERE name = NEW.name)
BEGIN
    SELECT RAISE(ABORT, 'that role exists');
END;

CREATE TRIGGER role_inserted AFTER INSERT ON role
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'role', NEW.name, NEW.mac);
END;

CREATE TRIGGER role_fixed BEFORE UPDATE ON role
WHEN NEW.name IS NOT OLD.name
BEGIN
    SELECT RAISE(ABORT, 'what names a role does not change, nor is taken');
END;

CREATE TRIGGER role_updated AFTER UPDATE ON role
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'role', NEW.name, NEW.mac);
END;

CREATE TRIGGER role_kept BEFORE DELETE ON role
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER grant_inserted_once BEFORE INSERT ON grant_
WHEN EXISTS (SELECT 1 FROM grant_ WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that grant exists');
END;

CREATE TRIGGER grant_inserted AFTER INSERT ON grant_
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, CASE WHEN NEW.principal_id IS NULL THEN 'authority' ELSE 'principal' END, CASE WHEN NEW.principal_id IS NULL THEN '*' ELSE lower(hex(NEW.principal_id)) END, 'grant_', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER grant_fixed BEFORE UPDATE ON grant_
WHEN NEW.id IS NOT OLD.id OR NEW.principal_id IS NOT OLD.principal_id OR NEW.role IS NOT OLD.role
BEGIN
    SELECT RAISE(ABORT, 'what names a grant does not change, nor is taken');
END;

CREATE TRIGGER grant_updated AFTER UPDATE ON grant_
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, CASE WHEN NEW.principal_id IS NULL THEN 'authority' ELSE 'principal' END, CASE WHEN NEW.principal_id IS NULL THEN '*' ELSE lower(hex(NEW.principal_id)) END, 'grant_', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER grant_kept BEFORE DELETE ON grant_
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER token_inserted_once BEFORE INSERT ON token
WHEN EXISTS (SELECT 1 FROM token WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM token WHERE lookup = NEW.lookup)
BEGIN
    SELECT RAISE(ABORT, 'that token exists');
END;

CREATE TRIGGER token_inserted AFTER INSERT ON token
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'token', lower(hex(NEW.id)), 'token', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER token_fixed BEFORE UPDATE ON token
WHEN NEW.id IS NOT OLD.id OR NEW.lookup IS NOT OLD.lookup OR NEW.principal_id IS NOT OLD.principal_id
BEGIN
    SELECT RAISE(ABORT, 'what names a token does not change, nor is taken');
END;

CREATE TRIGGER token_updated AFTER UPDATE ON token
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'token', lower(hex(NEW.id)), 'token', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER token_kept BEFORE DELETE ON token
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER policy_inserted_once BEFORE INSERT ON policy
WHEN EXISTS (SELECT 1 FROM policy WHERE n = NEW.n)
BEGIN
    SELECT RAISE(ABORT, 'that policy exists');
END;

CREATE TRIGGER policy_inserted AFTER INSERT ON policy
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'policy', CAST(NEW.n AS TEXT), NEW.mac);
END;

CREATE TRIGGER policy_fixed BEFORE UPDATE ON policy
WHEN NEW.n IS NOT OLD.n OR NEW.sha256 IS NOT OLD.sha256 OR NEW.document IS NOT OLD.document OR NEW.compiled IS NOT OLD.compiled
BEGIN
    SELECT RAISE(ABORT, 'what names a policy does not change, nor is taken');
END;

CREATE TRIGGER policy_updated AFTER UPDATE ON policy
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'policy', CAST(NEW.n AS TEXT), NEW.mac);
END;

CREATE TRIGGER policy_kept BEFORE DELETE ON policy
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER environment_inserted_once BEFORE INSERT ON environment
WHEN EXISTS (SELECT 1 FROM environment WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that environment exists');
END;

CREATE TRIGGER environment_inserted AFTER INSERT ON environment
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'mount', NEW.id, 'environment', NEW.id, NEW.mac);
END;

CREATE TRIGGER environment_fixed BEFORE UPDATE ON environment
WHEN NEW.id IS NOT OLD.id
BEGIN
    SELECT RAISE(ABORT, 'what names a environment does not change, nor is taken');
END;

CREATE TRIGGER environment_updated AFTER UPDATE ON environment
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'mount', NEW.id, 'environment', NEW.id, NEW.mac);
END;

CREATE TRIGGER environment_kept BEFORE DELETE ON environment
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER kek_inserted_once BEFORE INSERT ON kek
WHEN EXISTS (SELECT 1 FROM kek WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that kek exists');
END;

CREATE TRIGGER kek_inserted AFTER INSERT ON kek
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'mount', NEW.environment, 'kek', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER kek_fixed BEFORE UPDATE ON kek
WHEN NEW.id IS NOT OLD.id OR NEW.environment IS NOT OLD.environment
BEGIN
    SELECT RAISE(ABORT, 'what names a kek does not change, nor is taken');
END;

CREATE TRIGGER kek_updated AFTER UPDATE ON kek
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'mount', NEW.environment, 'kek', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER kek_kept BEFORE DELETE ON kek
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER seal_inserted_once BEFORE INSERT ON seal
WHEN EXISTS (SELECT 1 FROM seal WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that seal exists');
END;

CREATE TRIGGER seal_inserted AFTER INSERT ON seal
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'seal', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER seal_fixed BEFORE UPDATE ON seal
WHEN NEW.id IS NOT OLD.id
BEGIN
    SELECT RAISE(ABORT, 'what names a seal does not change, nor is taken');
END;

CREATE TRIGGER seal_updated AFTER UPDATE ON seal
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'seal', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER seal_kept BEFORE DELETE ON seal
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER secret_inserted_once BEFORE INSERT ON secret
WHEN EXISTS (SELECT 1 FROM secret WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM secret WHERE environment = NEW.environment AND path = NEW.path)
BEGIN
    SELECT RAISE(ABORT, 'that secret exists');
END;

CREATE TRIGGER secret_inserted AFTER INSERT ON secret
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.id)), 'secret', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER secret_fixed BEFORE UPDATE ON secret
WHEN NEW.id IS NOT OLD.id
    OR EXISTS (SELECT 1 FROM secret WHERE environment = NEW.environment AND path = NEW.path AND id <> NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'what names a secret does not change, nor is taken');
END;

CREATE TRIGGER secret_updated AFTER UPDATE ON secret
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.id)), 'secret', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER secret_kept BEFORE DELETE ON secret
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER version_inserted_once BEFORE INSERT ON version
WHEN EXISTS (SELECT 1 FROM version WHERE secret_id = NEW.secret_id AND n = NEW.n)
BEGIN
    SELECT RAISE(ABORT, 'that version exists');
END;

CREATE TRIGGER version_inserted AFTER INSERT ON version
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.secret_id)), 'version', lower(hex(NEW.secret_id)) || '/' || NEW.n, NEW.mac);
END;

CREATE TRIGGER version_fixed BEFORE UPDATE ON version
WHEN NEW.secret_id IS NOT OLD.secret_id OR NEW.n IS NOT OLD.n OR NEW.created_us IS NOT OLD.created_us
BEGIN
    SELECT RAISE(ABORT, 'what names a version does not change, nor is taken');
END;

CREATE TRIGGER version_updated AFTER UPDATE ON version
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.secret_id)), 'version', lower(hex(NEW.secret_id)) || '/' || NEW.n, NEW.mac);
END;

CREATE TRIGGER version_kept BEFORE DELETE ON version
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER current_inserted_once BEFORE INSERT ON current
WHEN EXISTS (SELECT 1 FROM current WHERE secret_id = NEW.secret_id)
BEGIN
    SELECT RAISE(ABORT, 'that current exists');
END;

CREATE TRIGGER current_inserted AFTER INSERT ON current
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.secret_id)), 'current', lower(hex(NEW.secret_id)), NEW.mac);
END;

CREATE TRIGGER current_fixed BEFORE UPDATE ON current
WHEN NEW.secret_id IS NOT OLD.secret_id
BEGIN
    SELECT RAISE(ABORT, 'what names a current does not change, nor is taken');
END;

CREATE TRIGGER current_updated AFTER UPDATE ON current
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.secret_id)), 'current', lower(hex(NEW.secret_id)), NEW.mac);
END;

CREATE TRIGGER current_kept BEFORE DELETE ON current
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

CREATE TRIGGER schedule_inserted_once BEFORE INSERT ON schedule
WHEN EXISTS (SELECT 1 FROM schedule WHERE secret_id = NEW.secret_id)
BEGIN
    SELECT RAISE(ABORT, 'that schedule exists');
END;

CREATE TRIGGER schedule_inserted AFTER INSERT ON schedule
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'schedule', lower(hex(NEW.secret_id)), NEW.mac);
END;

CREATE TRIGGER schedule_fixed BEFORE UPDATE ON schedule
WHEN NEW.secret_id IS NOT OLD.secret_id
BEGIN
    SELECT RAISE(ABORT, 'what names a schedule does not change, nor is taken');
END;

CREATE TRIGGER schedule_updated AFTER UPDATE ON schedule
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'schedule', lower(hex(NEW.secret_id)), NEW.mac);
END;

CREATE TRIGGER schedule_kept BEFORE DELETE ON schedule
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;
