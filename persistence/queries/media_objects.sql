-- name: announce
-- Before the bytes are stored, so that whatever fails then is found and cleared away.
INSERT INTO media_objects (user_id, object_key, content_type, size_bytes, sha256, width, height, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8::interval)
RETURNING id

-- name: keep
UPDATE media_objects SET status = 'ready', upload_offset = size_bytes, expires_at = NULL
WHERE object_key = ANY($1::text[]) AND status = 'uploading'

-- name: retire_others
-- Of $1's objects of one kind (keys that begin with $2), all but $3.
UPDATE media_objects SET status = 'deleting', expires_at = now()
WHERE user_id = $1 AND starts_with(object_key, $2) AND status = 'ready' AND NOT object_key = ANY($3::text[])

-- name: ready
SELECT object_key, content_type, size_bytes, sha256 FROM media_objects
WHERE object_key = $1 AND status = 'ready'

-- name: take_expired
-- Each goes to one node, which has $3 to clear it away; if it dies, another comes back to it.
UPDATE media_objects AS m SET expires_at = now() + $3::interval, status = 'deleting'
FROM (SELECT id FROM media_objects
      WHERE status IN ('uploading', 'failed', 'deleting') AND expires_at <= now() AND starts_with(object_key, $1)
      ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS taken
WHERE m.id = taken.id
RETURNING m.id, m.object_key

-- name: remove
DELETE FROM media_objects WHERE id = ANY($1::bigint[])
