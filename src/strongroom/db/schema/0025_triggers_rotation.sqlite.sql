-- As in 0005, for targets and rotations. The scope of a rule is its secret's; that of a target and of a
-- rotation is `value` with their own ids, which no secret has: no decision about a right rests on them.

CREATE TRIGGER target_inserted_once BEFORE INSERT ON target
WHEN EXISTS (SELECT 1 FROM target WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that target exists');
END;

CREATE TRIGGER target_inserted AFTER INSERT ON target
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'target', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER target_fixed BEFORE UPDATE ON target
WHEN NEW.id IS NOT OLD.id OR NEW.environment IS NOT OLD.environment OR NEW.name IS NOT OLD.name
BEGIN
    SELECT RAISE(ABORT, 'what names a target does not change');
END;

CREATE TRIGGER target_updated AFTER UPDATE ON target
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'target', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER target_kept BEFORE DELETE ON target
BEGIN
    SELECT RAISE(ABORT, 'a target is ended, never an absent row');
END;

CREATE TRIGGER rotation_rule_inserted_once BEFORE INSERT ON rotation_rule
WHEN EXISTS (SELECT 1 FROM rotation_rule WHERE secret_id = NEW.secret_id)
BEGIN
    SELECT RAISE(ABORT, 'that rule of rotation exists');
END;

CREATE TRIGGER rotation_rule_inserted AFTER INSERT ON rotation_rule
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'rotation_rule', lower(hex(NEW.secret_id)), NEW.mac);
END;

CREATE TRIGGER rotation_rule_fixed BEFORE UPDATE ON rotation_rule
WHEN NEW.secret_id IS NOT OLD.secret_id
BEGIN
    SELECT RAISE(ABORT, 'whose rule it is does not change');
END;

CREATE TRIGGER rotation_rule_updated AFTER UPDATE ON rotation_rule
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'secret', lower(hex(NEW.secret_id)), 'rotation_rule', lower(hex(NEW.secret_id)), NEW.mac);
END;

CREATE TRIGGER rotation_rule_kept BEFORE DELETE ON rotation_rule
BEGIN
    SELECT RAISE(ABORT, 'a rule of rotation is ended, never an absent row');
END;

CREATE TRIGGER rotation_inserted_once BEFORE INSERT ON rotation
WHEN EXISTS (SELECT 1 FROM rotation WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that rotation exists');
END;

CREATE TRIGGER rotation_inserted AFTER INSERT ON rotation
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'rotation', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER rotation_fixed BEFORE UPDATE ON rotation
WHEN NEW.id IS NOT OLD.id OR NEW.secret_id IS NOT OLD.secret_id OR NEW.target_id IS NOT OLD.target_id OR NEW.old_n IS NOT OLD.old_n OR NEW.begun_us IS NOT OLD.begun_us OR NEW.begun_by IS NOT OLD.begun_by
BEGIN
    SELECT RAISE(ABORT, 'what names a rotation does not change');
END;

CREATE TRIGGER rotation_updated AFTER UPDATE ON rotation
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'value', lower(hex(NEW.id)), 'rotation', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER rotation_kept BEFORE DELETE ON rotation
BEGIN
    SELECT RAISE(ABORT, 'a rotation is ended, never an absent row');
END;

CREATE TRIGGER rotation_step_next BEFORE INSERT ON rotation_step
WHEN NEW.k <> (SELECT coalesce(max(k), 0) + 1 FROM rotation_step WHERE rotation_id = NEW.rotation_id)
BEGIN
    SELECT RAISE(ABORT, 'steps of a rotation follow one another');
END;

CREATE TRIGGER rotation_step_fixed BEFORE UPDATE ON rotation_step
BEGIN
    SELECT RAISE(ABORT, 'a step of a rotation is never rewritten');
END;

CREATE TRIGGER rotation_step_kept BEFORE DELETE ON rotation_step
BEGIN
    SELECT RAISE(ABORT, 'a step of a rotation is never removed');
END;
