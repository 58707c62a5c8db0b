;;CREATE TABLE stray (a int);;
;