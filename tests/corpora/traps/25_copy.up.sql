CREATE TABLE copied (a int, b text);
COPY copied (a, b) FROM stdin;
1	it's; $$
2	\N
\.
CREATE TABLE after_copy AS SELECT a FROM copied;
