-- Search by a part of a name uses trigrams where the server has them; the embedded server ships
-- without pg_trgm and answers from lower(username) alone (docs/decisions/0001-schema.md).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX IF NOT EXISTS idx_users_username_trgm ON users USING gin (lower(username) gin_trgm_ops);
    END IF;
END $$;
