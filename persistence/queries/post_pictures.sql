-- Pictures of posts: objects under pictures/, of which the smaller copy names the larger one.

-- name: keep
-- The picture $1 is stored, and its smaller copy $2 if it has one. It waits $3 for a post.
WITH small AS (
    UPDATE media_objects SET status = 'ready', upload_offset = size_bytes, expires_at = NULL, small_of = $1
    WHERE id = $2 AND status = 'uploading')
UPDATE media_objects SET status = 'ready', upload_offset = size_bytes, expires_at = now() + $3::interval
WHERE id = $1 AND status = 'uploading'

-- name: by_id
SELECT m.id, m.object_key, s.object_key AS small_key, m.content_type, m.width, m.height, m.alt_text
FROM media_objects AS m LEFT JOIN media_objects AS s ON s.small_of = m.id
WHERE m.id = $1 AND m.user_id = $2 AND m.status = 'ready' AND m.small_of IS NULL AND starts_with(m.object_key, 'pictures/')

-- name: describe
UPDATE media_objects SET alt_text = $3
WHERE id = $1 AND user_id = $2 AND status = 'ready' AND small_of IS NULL AND starts_with(object_key, 'pictures/')

-- name: count_waiting
SELECT count(*) FROM media_objects
WHERE user_id = $1 AND status = 'ready' AND expires_at IS NOT NULL AND starts_with(object_key, 'pictures/')

-- name: discard
-- Only one that no post has, and its smaller copy with it.
WITH held AS (
    SELECT m.id FROM media_objects AS m WHERE m.id = $1 AND m.status = 'ready'
        AND NOT EXISTS (SELECT FROM post_media AS p WHERE p.media_id = m.id) FOR NO KEY UPDATE)
UPDATE media_objects SET status = 'deleting', expires_at = now()
WHERE id IN (SELECT id FROM held UNION ALL SELECT s.id FROM media_objects AS s JOIN held ON s.small_of = held.id)
RETURNING id

-- name: retire_unused
-- Those whose time without a post is over, at most $1 of them, with their smaller copies.
WITH held AS (
    SELECT id FROM media_objects WHERE status = 'ready' AND expires_at <= now() AND starts_with(object_key, 'pictures/')
    ORDER BY expires_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
UPDATE media_objects SET status = 'deleting', expires_at = now()
WHERE id IN (SELECT id FROM held UNION ALL SELECT s.id FROM media_objects AS s JOIN held ON s.small_of = held.id)

-- name: file
-- What is stored under the key $1: everybody's while a post has it that is there, and its owner's
-- until a first one has it. What only posts have that were taken away is nobody's.
SELECT m.object_key, m.content_type, m.size_bytes, m.sha256, m.user_id, NOT shown.by_some AS is_private
FROM media_objects AS m
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS by_any, count(*) FILTER (WHERE p.deleted_at IS NULL) > 0 AS by_some
    FROM post_media AS pm JOIN posts AS p ON p.id = pm.post_id
    WHERE pm.media_id = coalesce(m.small_of, m.id)) AS shown
WHERE m.object_key = $1 AND m.status = 'ready' AND (shown.by_some OR NOT shown.by_any)
