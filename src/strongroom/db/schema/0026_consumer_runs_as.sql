-- Whose word counts for an application: ids of principals in hexadecimal, with blanks between.
ALTER TABLE consumer ADD COLUMN runs_as TEXT NOT NULL DEFAULT '';
