-- name: create
INSERT INTO videos (user_id, title, description, visibility, tags, status, upload_id)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id

-- name: by_ids
-- The videos $1 in that order, as the reader $2 or NULL may see them.
SELECT v.id, v.user_id, u.username, u.avatar_small_url, v.title, v.description, v.status, v.failure, v.visibility, v.tags,
       v.video_url, v.thumbnail_url, v.duration, v.width, v.height, v.video_codec, v.audio_codec,
       v.views_count, v.likes_count, v.comments_count, v.created_at, v.updated_at, m.size_bytes, m.content_type,
       CASE v.status WHEN 'uploading' THEN v.upload_id END AS upload_id,
       EXISTS (SELECT FROM likes AS l WHERE l.video_id = v.id AND l.user_id = $2) AS is_liked
FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN videos AS v ON v.id = wanted.id
JOIN users AS u ON u.id = v.user_id
LEFT JOIN media_objects AS m ON m.id = v.object_id
WHERE v.deleted_at IS NULL AND (v.user_id = $2 OR (v.status = 'ready' AND v.visibility <> 'private'))
ORDER BY wanted.place

-- Lists: $1 the reader or NULL, $2 the id behind which the page begins or NULL, $3 how many.

-- name: newest
SELECT v.id FROM videos AS v
WHERE v.status = 'ready' AND v.visibility = 'public' AND v.deleted_at IS NULL AND ($2::bigint IS NULL OR v.id /*page*/ < $2)
  AND v.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
ORDER BY v.id /*page*/ DESC LIMIT $3

-- name: popular
-- The most watched first, behind the one with $4 views and the id $2.
SELECT v.id, v.views_count FROM videos AS v
WHERE v.status = 'ready' AND v.visibility = 'public' AND v.deleted_at IS NULL
  AND ($2::bigint IS NULL OR (v.views_count, v.id) /*page*/ < ($4::integer, $2))
  AND v.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
ORDER BY v.views_count /*page*/ DESC, v.id /*page*/ DESC LIMIT $3

-- name: newest_of
-- Of the person $4; the owner sees all there is.
SELECT v.id FROM videos AS v
WHERE v.user_id = (SELECT u.id FROM users AS u WHERE lower(u.username) = lower($4) AND u.deleted_at IS NULL)
  AND v.deleted_at IS NULL AND ($2::bigint IS NULL OR v.id /*page*/ < $2)
  AND (v.user_id = $1 OR (v.status = 'ready' AND v.visibility = 'public'))
ORDER BY v.id /*page*/ DESC LIMIT $3

-- name: lock
-- What the person $2 may not see is not there; a moderator sees what is public, as everybody does.
SELECT user_id FROM videos
WHERE id = $1 AND deleted_at IS NULL AND (user_id = $2 OR (status = 'ready' AND visibility <> 'private'))
FOR UPDATE

-- name: edit
UPDATE videos SET title = coalesce($2, title), description = CASE WHEN $3 THEN $4 ELSE description END,
    visibility = coalesce($5, visibility), tags = coalesce($6, tags)
WHERE id = $1

-- name: delete
UPDATE videos SET deleted_at = now() WHERE id = $1

-- name: retire_objects
UPDATE media_objects SET status = 'deleting', expires_at = now()
WHERE id IN (SELECT unnest(ARRAY[upload_id, object_id, thumbnail_id]) FROM videos WHERE id = $1) AND status <> 'deleting'

-- name: file
-- What is stored under the key $1, and whose it is.
SELECT m.object_key, m.content_type, m.size_bytes, m.sha256, v.user_id, v.visibility = 'private' AS is_private
FROM media_objects AS m JOIN videos AS v ON v.object_id = m.id OR v.thumbnail_id = m.id
WHERE m.object_key = $1 AND m.status = 'ready' AND v.status = 'ready' AND v.deleted_at IS NULL

-- name: add_job
INSERT INTO video_jobs (video_id) VALUES ($1)

-- name: take_job
-- Each goes to one node, which renews its claim while it works; if it dies, another comes back to it.
UPDATE video_jobs SET attempts = attempts + 1, due_at = now() + $1::interval
WHERE video_id = (SELECT video_id FROM video_jobs WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING video_id, attempts

-- name: raw_video
SELECT v.id, v.user_id, m.id AS upload_id, m.content_type, m.size_bytes
FROM videos AS v JOIN media_objects AS m ON m.id = v.upload_id
WHERE v.id = $1 AND v.status = 'processing' AND v.deleted_at IS NULL

-- name: put_off_job
UPDATE video_jobs SET due_at = now() + $2::interval WHERE video_id = $1

-- name: drop_job
DELETE FROM video_jobs WHERE video_id = $1

-- name: finish
UPDATE videos SET status = 'ready', video_url = $2, thumbnail_url = $3, duration = $4, width = $5, height = $6,
    video_codec = $7, audio_codec = $8,
    object_id = (SELECT id FROM media_objects WHERE object_key = $9),
    thumbnail_id = (SELECT id FROM media_objects WHERE object_key = $10)
WHERE id = $1 AND status = 'processing' AND deleted_at IS NULL
RETURNING id

-- name: fail
UPDATE videos SET status = 'failed', failure = $2 WHERE id = $1 AND status = 'processing'

-- name: retire_upload
UPDATE media_objects SET status = 'deleting', expires_at = now()
WHERE id = (SELECT upload_id FROM videos WHERE id = $1)

-- name: has_video
SELECT TRUE FROM videos WHERE upload_id = $1
