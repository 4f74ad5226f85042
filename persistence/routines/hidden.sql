-- Whose posts and comments a reader is not shown: people the reader has blocked or muted, and people
-- who have blocked the reader. Nobody is hidden from a reader who is not signed in (NULL).
CREATE OR REPLACE FUNCTION hidden_from(reader BIGINT) RETURNS SETOF BIGINT LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT target_id FROM user_blocks WHERE user_id = reader
    UNION ALL
    SELECT user_id FROM user_blocks WHERE target_id = reader AND kind = 'block';
END;
