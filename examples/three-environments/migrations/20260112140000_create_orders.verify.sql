-- Looked at before anything is committed: a false, and the migration is rolled back.
SELECT count(*) = 3 AS all_constraints_are_there
FROM pg_constraint
WHERE conrelid = 'orders'::regclass AND contype IN ('p', 'f', 'c');
