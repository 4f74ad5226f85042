-- The empty beginning of a document can be given a name too, and was made at no time.

ALTER TABLE code_versions ALTER COLUMN made_at DROP NOT NULL;
