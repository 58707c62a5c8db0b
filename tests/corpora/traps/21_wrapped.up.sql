-- its own transaction
BEGIN;
CREATE TABLE wrapped (a int);
SAVEPOINT s;
CREATE TABLE gone (a int);
ROLLBACK TO SAVEPOINT s;
END
