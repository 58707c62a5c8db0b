CREATE TABLE "my-table; drop" ("a-b" int, größe text, "say ""hi""" text, doc jsonb);
CREATE INDEX ON "my-table; drop" ((doc ? 'key'));
CREATE VIEW über AS SELECT größe, doc ?| ARRAY['a', 'b'] AS any_of FROM "my-table; drop";
