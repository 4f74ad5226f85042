-- What may be reported and taken away. Each keep_* locks one that stands and returns what giving it back
-- needs; take_* takes it away; give_* gives it back.

-- name: subjects
-- What $1 (kinds) and $2 (ids) name, gone or not, and whether the person $3 may see it.
SELECT w.kind, w.id, f.user_id, u.username, coalesce(u.role, 'member') AS role,
       coalesce(r.kept ->> 'content', f.words) AS words, f.stream_id, f.is_open AS is_visible,
       r.subject_id IS NOT NULL AS is_removed, coalesce(u.banned_until > now(), FALSE) AS is_suspended
FROM unnest($1::text[], $2::bigint[]) AS w (kind, id)
JOIN LATERAL (
    SELECT p.id AS user_id, p.username AS words, NULL::bigint AS stream_id, p.deleted_at IS NULL AS is_open
    FROM users AS p WHERE w.kind = 'user' AND p.id = w.id
    UNION ALL
    SELECT p.user_id, left(p.content, 500), NULL, p.deleted_at IS NULL
    FROM posts AS p WHERE w.kind = 'post' AND p.id = w.id
    UNION ALL
    SELECT c.user_id, left(c.content, 500), c.stream_id, c.deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM streams AS s WHERE s.id = c.stream_id AND s.visibility = 'private' AND s.user_id IS DISTINCT FROM $3)
        AND NOT EXISTS (SELECT FROM videos AS v WHERE v.id = c.video_id AND v.visibility = 'private' AND v.user_id IS DISTINCT FROM $3)
    FROM comments AS c WHERE w.kind = 'comment' AND c.id = w.id
    UNION ALL
    SELECT v.user_id, v.title, NULL, v.deleted_at IS NULL AND (v.visibility <> 'private' OR v.user_id IS NOT DISTINCT FROM $3)
    FROM videos AS v WHERE w.kind = 'video' AND v.id = w.id
    UNION ALL
    SELECT s.user_id, s.title, s.id, s.visibility <> 'private' OR s.user_id IS NOT DISTINCT FROM $3
    FROM streams AS s WHERE w.kind = 'stream' AND s.id = w.id
    UNION ALL
    SELECT m.user_id, m.content, m.stream_id, m.deleted_at IS NULL
        AND (s.visibility <> 'private' OR s.user_id IS NOT DISTINCT FROM $3)
    FROM chat_messages AS m JOIN streams AS s ON s.id = m.stream_id WHERE w.kind = 'chat_message' AND m.id = w.id
) AS f ON TRUE
LEFT JOIN users AS u ON u.id = f.user_id
LEFT JOIN removals AS r ON r.subject_type = w.kind AND r.subject_id = w.id

-- name: keep_post
SELECT jsonb_build_object('tag_ids', coalesce((SELECT jsonb_agg(tag_id) FROM post_tags WHERE post_id = p.id), '[]')) AS kept
FROM posts AS p WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: keep_comment
SELECT jsonb_build_object('content', content, 'content_html', content_html, 'html_version', html_version) AS kept
FROM comments WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: keep_video
SELECT jsonb_build_object('visibility', visibility) AS kept
FROM videos WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: keep_stream
SELECT jsonb_build_object('visibility', visibility) AS kept FROM streams WHERE id = $1 FOR NO KEY UPDATE

-- name: keep_chat_message
-- The room first, as everybody who changes messages does.
WITH room AS MATERIALIZED (
    SELECT FROM rooms WHERE stream_id = (SELECT stream_id FROM chat_messages WHERE id = $1) FOR NO KEY UPDATE)
SELECT '{}'::jsonb AS kept FROM chat_messages AS m LEFT JOIN room ON TRUE
WHERE m.id = $1 AND m.deleted_at IS NULL FOR NO KEY UPDATE OF m

-- name: add
INSERT INTO removals (subject_type, subject_id, author_id, kept, reason) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING TRUE

-- name: drop
DELETE FROM removals WHERE subject_type = $1 AND subject_id = $2 RETURNING kept

-- name: take_post
WITH untagged AS (DELETE FROM post_tags WHERE post_id = $1)
UPDATE posts SET deleted_at = now(), is_pinned = FALSE WHERE id = $1

-- name: take_comment
UPDATE comments SET deleted_at = now(), content = '', content_html = '' WHERE id = $1

-- name: take_video
UPDATE videos SET visibility = 'private' WHERE id = $1

-- name: take_stream
UPDATE streams SET visibility = 'private' WHERE id = $1

-- name: take_chat_message
WITH moved AS (
    UPDATE rooms SET last_change = last_change + 1
    WHERE stream_id = (SELECT stream_id FROM chat_messages WHERE id = $1) RETURNING last_change)
UPDATE chat_messages SET deleted_at = now(), change = coalesce((SELECT last_change FROM moved), change) WHERE id = $1

-- name: give_post
-- $2: what was kept. Nothing when the post was removed for good meanwhile.
WITH given AS (UPDATE posts SET deleted_at = NULL WHERE id = $1 AND deleted_at IS NOT NULL RETURNING id),
tagged AS (
    INSERT INTO post_tags (post_id, tag_id)
    SELECT given.id, t.id FROM given, tags AS t
    WHERE t.id IN (SELECT value::bigint FROM jsonb_array_elements_text($2::jsonb -> 'tag_ids'))
    ON CONFLICT DO NOTHING)
SELECT id FROM given

-- name: give_comment
UPDATE comments SET deleted_at = NULL, content = $2::jsonb ->> 'content', content_html = $2::jsonb ->> 'content_html',
    html_version = ($2::jsonb ->> 'html_version')::integer
WHERE id = $1 AND deleted_at IS NOT NULL RETURNING id

-- name: give_video
UPDATE videos SET visibility = $2::jsonb ->> 'visibility' WHERE id = $1 AND deleted_at IS NULL RETURNING id

-- name: give_stream
UPDATE streams SET visibility = $2::jsonb ->> 'visibility' WHERE id = $1 RETURNING id

-- name: give_chat_message
WITH moved AS (
    UPDATE rooms SET last_change = last_change + 1
    WHERE stream_id = (SELECT stream_id FROM chat_messages WHERE id = $1) RETURNING last_change)
UPDATE chat_messages SET deleted_at = NULL, change = coalesce((SELECT last_change FROM moved), change)
WHERE id = $1 AND deleted_at IS NOT NULL AND $2::jsonb IS NOT NULL RETURNING id
