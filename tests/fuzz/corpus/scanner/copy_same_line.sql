COPY t FROM stdin; select 1;
1
\.
