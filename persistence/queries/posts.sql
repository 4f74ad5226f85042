-- name: add
-- A new post takes part in the hot list at once, with nothing but its age.
INSERT INTO posts (user_id, content, content_html, html_version, given_tags, hot_rank)
VALUES ($1, $2, $3, $4, $5, hot_rank(0, 0, now())) RETURNING id

-- name: by_ids
-- The posts $1 in that order, for the reader $2 or NULL.
SELECT p.id, p.user_id, u.username, u.avatar_small_url, p.content, p.content_html, p.html_version, p.created_at, p.edited_at,
       p.likes_count, p.comments_count, p.is_pinned,
       EXISTS (SELECT FROM likes AS l WHERE l.post_id = p.id AND l.user_id = $2) AS is_liked,
       ARRAY(SELECT t.name FROM post_tags AS pt JOIN tags AS t ON t.id = pt.tag_id
             WHERE pt.post_id = p.id ORDER BY t.name) AS tags,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', m.id, 'object_key', m.object_key, 'small_key', s.object_key, 'content_type', m.content_type,
                   'width', m.width, 'height', m.height, 'alt_text', m.alt_text) ORDER BY pm.position), '[]')
        FROM post_media AS pm JOIN media_objects AS m ON m.id = pm.media_id LEFT JOIN media_objects AS s ON s.small_of = m.id
        WHERE pm.post_id = p.id) AS media
FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN posts AS p ON p.id = wanted.id
JOIN users AS u ON u.id = p.user_id
WHERE p.deleted_at IS NULL
ORDER BY wanted.place

-- name: lock
-- Keep others from editing, pinning or deleting it meanwhile.
SELECT user_id, content, given_tags FROM posts WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: edit
UPDATE posts SET content = $2, content_html = $3, html_version = $4, given_tags = $5, edited_at = now() WHERE id = $1

-- name: keep_html
-- The same text in the HTML of a newer renderer, unless it was edited meanwhile.
UPDATE posts AS p SET content_html = made.html, html_version = $4
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS made (id, content, html)
WHERE p.id = made.id AND p.content = made.content AND p.html_version < $4

-- name: delete
UPDATE posts SET deleted_at = now(), is_pinned = FALSE WHERE id = $1 AND deleted_at IS NULL

-- name: forget_tags
-- What is not there counts for no tag.
DELETE FROM post_tags WHERE post_id = $1 AND NOT tag_id = ANY($2::bigint[])

-- name: add_tags
-- In order of id, as every statement that moves the tags' counters.
INSERT INTO post_tags (post_id, tag_id) SELECT $1, tag_id FROM unnest($2::bigint[]) AS tag_id ORDER BY tag_id
ON CONFLICT DO NOTHING

-- name: forget_media
DELETE FROM post_media WHERE post_id = $1

-- name: add_media
-- Only pictures of the author's that are there, and held, so that none is cleared away meanwhile.
INSERT INTO post_media (post_id, position, media_id)
SELECT $1, wanted.place - 1, m.id
FROM unnest($2::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN media_objects AS m ON m.id = wanted.id
WHERE m.user_id = $3 AND m.status = 'ready' AND m.small_of IS NULL AND starts_with(m.object_key, 'pictures/')
ORDER BY m.id FOR NO KEY UPDATE OF m
RETURNING media_id

-- name: lock_pins
-- One at a time may count the author's pinned posts and pin another.
SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE

-- name: count_pinned
SELECT count(*) FROM posts WHERE user_id = $1 AND is_pinned AND deleted_at IS NULL AND id <> $2

-- name: pin
UPDATE posts SET is_pinned = $2 WHERE id = $1 AND is_pinned <> $2

-- name: people_named
-- Of the names $1, in lower case, those that somebody has.
SELECT id, username FROM users WHERE lower(username) = ANY($1::text[]) AND deleted_at IS NULL

-- name: purge
-- Posts that were deleted longer than $1 ago, with all that hangs on them; at most $2 at once.
DELETE FROM posts WHERE id IN (
    SELECT id FROM posts WHERE deleted_at < now() - $1::interval
    ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
