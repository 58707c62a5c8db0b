-- A constant default is kept in the catalog: no row is written.
ALTER TABLE notes ADD COLUMN color text NOT NULL DEFAULT 'yellow';
