-- What was taken away as its author and the moderators see it, and what the author objects.

-- name: of_author
-- What was taken from $1, the latest first, behind the id $2 where that is not NULL; at most $3.
SELECT id, subject_type, subject_id, author_id, reason, created_at, appeal, appealed_at, upheld_at, upheld_note
FROM removals
WHERE author_id = $1 AND ($2::bigint IS NULL OR id /*page*/ < $2)
ORDER BY id /*page*/ DESC LIMIT $3

-- name: one_of_author
SELECT id, subject_type, subject_id, author_id, reason, created_at, appeal, appealed_at, upheld_at, upheld_note
FROM removals WHERE author_id = $1 AND subject_type = $2 AND subject_id = $3

-- name: open
-- Appeals that nobody has decided, what was taken away first before.
SELECT id, subject_type, subject_id, author_id, reason, created_at, appeal, appealed_at, upheld_at, upheld_note
FROM removals
WHERE appealed_at IS NOT NULL AND upheld_at IS NULL AND ($1::bigint IS NULL OR id /*page*/ > $1)
ORDER BY id /*page*/ ASC LIMIT $2

-- name: appeal
-- Once: what was said stays.
UPDATE removals SET appeal = $4, appealed_at = now()
WHERE author_id = $1 AND subject_type = $2 AND subject_id = $3 AND appealed_at IS NULL RETURNING TRUE

-- name: uphold
UPDATE removals SET upheld_at = now(), upheld_note = $3
WHERE subject_type = $1 AND subject_id = $2 AND appealed_at IS NOT NULL AND upheld_at IS NULL
RETURNING author_id
