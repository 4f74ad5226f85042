-- name: lock_owner
-- Whoever begins two uploads at once waits here, so that the quota holds.
SELECT TRUE FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: usage
-- An upload that has become a video is deleted when the video's own object counts.
SELECT coalesce(sum(size_bytes), 0)::bigint AS bytes, count(*) FILTER (WHERE status = 'uploading' AND starts_with(object_key, 'uploads/')) AS uploads
FROM media_objects
WHERE user_id = $1 AND status IN ('uploading', 'processing', 'ready')
  AND (starts_with(object_key, 'uploads/') OR (starts_with(object_key, 'videos/') AND status = 'ready'))

-- name: create
INSERT INTO media_objects (user_id, object_key, content_type, size_bytes, upload_metadata, expires_at)
VALUES ($1, $2, $3, $4, $5, now() + $6::interval)
RETURNING id, object_key, size_bytes, upload_offset, upload_metadata, expires_at, status

-- name: by_id
-- What has expired is gone, whether or not it has been cleared away.
SELECT id, object_key, size_bytes, upload_offset, upload_metadata, expires_at, status FROM media_objects
WHERE id = $1 AND user_id = $2 AND starts_with(object_key, 'uploads/')
  AND status IN ('uploading', 'processing') AND (expires_at IS NULL OR expires_at > now())

-- name: lock
SELECT id, object_key, size_bytes, upload_offset, upload_metadata, expires_at, status FROM media_objects
WHERE id = $1 AND user_id = $2 AND starts_with(object_key, 'uploads/')
  AND status = 'uploading' AND expires_at > now()
FOR UPDATE

-- name: advance
-- Only from the offset $2 at which the bytes were put: of two that append at once, one does.
UPDATE media_objects SET upload_offset = $3, expires_at = now() + $4::interval
WHERE id = $1 AND upload_offset = $2 AND status = 'uploading' AND expires_at > now()
RETURNING expires_at

-- name: add_parts
INSERT INTO upload_parts (upload_id, start_offset, size_bytes, object_key)
SELECT $1, p.start_offset, p.size_bytes, p.object_key
FROM unnest($2::bigint[], $3::bigint[], $4::text[]) AS p (start_offset, size_bytes, object_key)

-- name: parts
SELECT start_offset, size_bytes, object_key FROM upload_parts WHERE upload_id = $1 ORDER BY start_offset

-- name: terminate
UPDATE media_objects SET status = 'deleting', expires_at = now()
WHERE id = $1 AND user_id = $2 AND starts_with(object_key, 'uploads/')
  AND status = 'uploading' AND expires_at > now()
RETURNING id

-- name: begin_processing
-- The upload $1 is whole: it no longer expires.
UPDATE media_objects SET status = 'processing', expires_at = NULL
WHERE id = $1 AND status = 'uploading' AND upload_offset = size_bytes
RETURNING id

-- name: video_waits
-- A video that was made before its upload was whole goes on.
UPDATE videos SET status = 'processing' WHERE upload_id = $1 AND status = 'uploading' AND deleted_at IS NULL
RETURNING id

-- name: give_up_videos
UPDATE videos SET status = 'failed', failure = $2
WHERE upload_id = ANY($1::bigint[]) AND status = 'uploading'
