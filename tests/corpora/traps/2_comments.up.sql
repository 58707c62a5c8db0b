-- don't; stop $$ here
/* nor; here's /* one inside */ another; */
CREATE TABLE comments (a int -- it's; a column
, b int /* ; */); -- $tag$
--
/**/CREATE INDEX ON comments (a) --;
;
