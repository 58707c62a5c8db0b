CREATE TABLE crlf (
    a text DEFAULT $$one
two$$
);
-- it's
CREATE INDEX ON crlf (a);
