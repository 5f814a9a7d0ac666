-- As in 0005, for checks. A run is written once: no later hand can better what was found.

CREATE TRIGGER check_run_inserted_once BEFORE INSERT ON check_run
WHEN EXISTS (SELECT 1 FROM check_run WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that check_run exists');
END;

CREATE TRIGGER check_run_inserted AFTER INSERT ON check_run
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'mount', '*', 'check_run', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER check_run_fixed BEFORE UPDATE ON check_run
WHEN NEW.id IS NOT OLD.id OR NEW.environments IS NOT OLD.environments
    OR NEW.policy_sha256 IS NOT OLD.policy_sha256 OR NEW.as_of_us IS NOT OLD.as_of_us
    OR NEW.found IS NOT OLD.found OR NEW.body IS NOT OLD.body OR NEW.run_by IS NOT OLD.run_by
BEGIN
    SELECT RAISE(ABORT, 'what a check found does not change');
END;

CREATE TRIGGER check_run_updated AFTER UPDATE ON check_run
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'mount', '*', 'check_run', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER check_run_kept BEFORE DELETE ON check_run
BEGIN
    SELECT RAISE(ABORT, 'what a check found is kept');
END;
