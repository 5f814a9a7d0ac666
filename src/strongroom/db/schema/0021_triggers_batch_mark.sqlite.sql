-- The members of an open part may be marked as written by it, and by nothing else: the highest
-- bit of a version's number (docs/adr/0141). Which members there are does not change; that they
-- are as many the trigger sees, what they are the row's MAC.

DROP TRIGGER batch_part_fixed;
CREATE TRIGGER batch_part_fixed BEFORE UPDATE ON batch_part
WHEN NEW.batch_id IS NOT OLD.batch_id OR NEW.k IS NOT OLD.k
    OR length(NEW.members) IS NOT length(OLD.members)
    OR (NEW.members IS NOT OLD.members AND NEW.state IS NOT 'open')
    OR OLD.state IS NOT 'open'
BEGIN
    SELECT RAISE(ABORT, 'what names a batch_part does not change, nor does one that has ended');
END;
