a;
COPY t FROM stdin; /* x */
1
\.x
