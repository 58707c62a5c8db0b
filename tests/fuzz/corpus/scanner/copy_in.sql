copy public.from (a, stdin) from stdin with (format csv); -- x
1	';
\N	$$
\.
copy t from stdin;
\.
select 1;
