CREATE TABLE wide (a int);
