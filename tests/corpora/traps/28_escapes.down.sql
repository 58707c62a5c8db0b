SET standard_conforming_strings = off;
COMMENT ON TABLE escapes IS 'it\'s gone; --';
DROP TABLE escapes;
