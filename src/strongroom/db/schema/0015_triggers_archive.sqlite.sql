-- Triggers of SQLite for anchors and segments, as for the other deciding tables, and what
-- moving entries into a segment allows.

CREATE TRIGGER anchor_inserted_once BEFORE INSERT ON anchor
WHEN EXISTS (SELECT 1 FROM anchor WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'that anchor exists');
END;

CREATE TRIGGER anchor_inserted AFTER INSERT ON anchor
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'anchor', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER anchor_fixed BEFORE UPDATE ON anchor
WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.place IS NOT OLD.place
BEGIN
    SELECT RAISE(ABORT, 'what names an anchor does not change, nor is taken');
END;

CREATE TRIGGER anchor_updated AFTER UPDATE ON anchor
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'anchor', lower(hex(NEW.id)), NEW.mac);
END;

CREATE TRIGGER anchor_kept BEFORE DELETE ON anchor
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

-- Segments follow one another from the first entry on, below what has a place and a hash.
CREATE TRIGGER segment_in_order BEFORE INSERT ON segment
WHEN NEW.first IS NOT coalesce((SELECT max(until) FROM segment), 0)
    OR NEW.until > coalesce((SELECT max(size) FROM checkpoint), 0)
BEGIN
    SELECT RAISE(ABORT, 'that segment exists, or does not follow the one before it');
END;

CREATE TRIGGER segment_inserted AFTER INSERT ON segment
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'segment', CAST(NEW.first AS TEXT), NEW.mac);
END;

CREATE TRIGGER segment_fixed BEFORE UPDATE ON segment
WHEN NEW.first IS NOT OLD.first OR NEW.until IS NOT OLD.until OR NEW.root IS NOT OLD.root
    OR NEW.digest IS NOT OLD.digest OR NEW.changes IS NOT OLD.changes
BEGIN
    SELECT RAISE(ABORT, 'what names a segment does not change, nor is taken');
END;

CREATE TRIGGER segment_updated AFTER UPDATE ON segment
BEGIN
    INSERT INTO change (seq, scope, key, source, row, mac)
    VALUES (NEW.change_seq, 'authority', '*', 'segment', CAST(NEW.first AS TEXT), NEW.mac);
END;

CREATE TRIGGER segment_kept BEFORE DELETE ON segment
BEGIN
    SELECT RAISE(ABORT, 'a denial is a field, never an absent row');
END;

-- An entry may go once a segment says that it was moved.
DROP TRIGGER entry_kept;
CREATE TRIGGER entry_kept BEFORE DELETE ON entry
WHEN coalesce(
    (SELECT CASE WHEN OLD.seq < r.seq + r.n THEN r.idx + OLD.seq - r.seq END
        FROM run r WHERE r.lane = OLD.lane AND r.seq <= OLD.seq ORDER BY r.seq DESC LIMIT 1)
    < (SELECT max(until) FROM segment), 0) = 0
BEGIN
    SELECT RAISE(ABORT, 'the record is not deleted');
END;

-- A lane goes on where it was, even if all its entries were moved.
DROP TRIGGER entry_in_order;
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NEW.seq IS NOT 1 + coalesce(
        (SELECT max(seq) FROM entry WHERE lane = NEW.lane),
        (SELECT seq + n - 1 FROM run WHERE lane = NEW.lane ORDER BY seq DESC LIMIT 1),
        0)
    OR NEW.change_seq IS NOT (SELECT coalesce(max(seq), 0) FROM change)
BEGIN
    SELECT RAISE(ABORT, 'an entry must be the next of its lane and name the last change');
END;
