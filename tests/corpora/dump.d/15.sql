CREATE VIEW app.inv WITH (security_invoker = true) AS SELECT 1 AS a;
CREATE TABLE app.nn (a int, UNIQUE NULLS NOT DISTINCT (a));
CREATE PUBLICATION pubw FOR TABLE app.t (id, txt) WHERE (id > 5);
