CREATE TABLE left_behind (a timestamptz DEFAULT '2026-01-01 00:00:00'::timestamptz);
