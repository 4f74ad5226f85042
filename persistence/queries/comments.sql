-- What may be commented on or liked, for the person $2 or NULL: whose it is, how it begins, and whether
-- its owner has blocked that person.

-- name: post_subject
SELECT p.user_id, coalesce(nullif(left(p.content_html, 1000), ''), left(p.content, 80)) AS html,
       EXISTS (SELECT FROM user_blocks AS b
               WHERE b.user_id = p.user_id AND b.target_id = $2 AND b.kind = 'block') AS is_blocked
FROM posts AS p WHERE p.id = $1 AND p.deleted_at IS NULL

-- name: video_subject
SELECT v.user_id, v.title,
       EXISTS (SELECT FROM user_blocks AS b
               WHERE b.user_id = v.user_id AND b.target_id = $2 AND b.kind = 'block') AS is_blocked
FROM videos AS v
WHERE v.id = $1 AND v.deleted_at IS NULL AND v.status = 'ready'
  AND (v.visibility <> 'private' OR v.user_id = $2)

-- name: stream_subject
SELECT s.user_id, s.title,
       EXISTS (SELECT FROM user_blocks AS b
               WHERE b.user_id = s.user_id AND b.target_id = $2 AND b.kind = 'block') AS is_blocked
FROM streams AS s WHERE s.id = $1 AND (s.visibility <> 'private' OR s.user_id = $2)

-- name: comment_subject
SELECT c.user_id, coalesce(nullif(left(c.content_html, 1000), ''), left(c.content, 80)) AS html, c.post_id, c.video_id, c.stream_id,
       EXISTS (SELECT FROM user_blocks AS b
               WHERE b.user_id = c.user_id AND b.target_id = $2 AND b.kind = 'block') AS is_blocked
FROM comments AS c WHERE c.id = $1 AND c.deleted_at IS NULL

-- name: parent
-- Kept from being removed while it is answered.
SELECT user_id, depth FROM comments
WHERE id = $1 AND deleted_at IS NULL
  AND post_id IS NOT DISTINCT FROM $2 AND video_id IS NOT DISTINCT FROM $3 AND stream_id IS NOT DISTINCT FROM $4
FOR SHARE

-- name: add
INSERT INTO comments (user_id, post_id, video_id, stream_id, parent_id, depth, content, content_html, html_version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id

-- name: by_ids
-- The comments $1 in that order, for the reader $2 or NULL. Of one that was deleted the place is left.
SELECT c.id, c.post_id, c.video_id, c.stream_id, c.parent_id, c.depth, c.created_at, c.edited_at,
       c.content, c.content_html, c.html_version, c.likes_count, c.deleted_at IS NOT NULL AS is_deleted,
       u.id AS user_id, u.username, u.avatar_small_url,
       EXISTS (SELECT FROM likes AS l WHERE l.comment_id = c.id AND l.user_id = $2) AS is_liked,
       (SELECT count(*) FROM comments AS r WHERE r.parent_id = c.id
        AND (r.deleted_at IS NULL OR EXISTS (SELECT FROM comments AS rr WHERE rr.parent_id = r.id))) AS replies_count
FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN comments AS c ON c.id = wanted.id
LEFT JOIN users AS u ON u.id = c.user_id AND c.deleted_at IS NULL
ORDER BY wanted.place

-- Lists: $1 what is commented on, $2 the reader or NULL, $3 the id behind which the page begins or NULL,
-- $4 how many. A deleted comment is listed as long as somebody has answered it.

-- name: newest_on_post
SELECT c.id FROM comments AS c
WHERE c.post_id = $1 AND c.depth = 0 AND ($3::bigint IS NULL OR c.id /*page*/ < $3)
  AND (c.user_id IS NULL OR c.user_id <> ALL (ARRAY(SELECT hidden_from($2))))
  AND (c.deleted_at IS NULL OR EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id))
ORDER BY c.id /*page*/ DESC LIMIT $4

-- name: oldest_on_post
SELECT c.id FROM comments AS c
WHERE c.post_id = $1 AND c.depth = 0 AND ($3::bigint IS NULL OR c.id /*page*/ > $3)
  AND (c.user_id IS NULL OR c.user_id <> ALL (ARRAY(SELECT hidden_from($2))))
  AND (c.deleted_at IS NULL OR EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id))
ORDER BY c.id /*page*/ ASC LIMIT $4

-- name: newest_on_video
SELECT c.id FROM comments AS c
WHERE c.video_id = $1 AND c.depth = 0 AND ($3::bigint IS NULL OR c.id /*page*/ < $3)
  AND (c.user_id IS NULL OR c.user_id <> ALL (ARRAY(SELECT hidden_from($2))))
  AND (c.deleted_at IS NULL OR EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id))
ORDER BY c.id /*page*/ DESC LIMIT $4

-- name: oldest_on_video
SELECT c.id FROM comments AS c
WHERE c.video_id = $1 AND c.depth = 0 AND ($3::bigint IS NULL OR c.id /*page*/ > $3)
  AND (c.user_id IS NULL OR c.user_id <> ALL (ARRAY(SELECT hidden_from($2))))
  AND (c.deleted_at IS NULL OR EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id))
ORDER BY c.id /*page*/ ASC LIMIT $4

-- name: newest_on_stream
SELECT c.id FROM comments AS c
WHERE c.stream_id = $1 AND c.depth = 0 AND ($3::bigint IS NULL OR c.id /*page*/ < $3)
  AND (c.user_id IS NULL OR c.user_id <> ALL (ARRAY(SELECT hidden_from($2))))
  AND (c.deleted_at IS NULL OR EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id))
ORDER BY c.id /*page*/ DESC LIMIT $4

-- name: oldest_on_stream
SELECT c.id FROM comments AS c
WHERE c.stream_id = $1 AND c.depth = 0 AND ($3::bigint IS NULL OR c.id /*page*/ > $3)
  AND (c.user_id IS NULL OR c.user_id <> ALL (ARRAY(SELECT hidden_from($2))))
  AND (c.deleted_at IS NULL OR EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id))
ORDER BY c.id /*page*/ ASC LIMIT $4

-- name: replies
-- Oldest first: an answer is read after what it answers.
SELECT c.id FROM comments AS c
WHERE c.parent_id = $1 AND ($3::bigint IS NULL OR c.id /*page*/ > $3)
  AND (c.user_id IS NULL OR c.user_id <> ALL (ARRAY(SELECT hidden_from($2))))
  AND (c.deleted_at IS NULL OR EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id))
ORDER BY c.id /*page*/ ASC LIMIT $4

-- name: lock
SELECT user_id, content FROM comments WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: edit
UPDATE comments SET content = $2, content_html = $3, html_version = $4, edited_at = now() WHERE id = $1

-- name: keep_html
-- The same text in the HTML of a newer renderer, unless it was edited or deleted meanwhile.
UPDATE comments AS c SET content_html = made.html, html_version = $4
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS made (id, content, html)
WHERE c.id = made.id AND c.content = made.content AND c.html_version < $4

-- name: delete
-- The words go at once; the place in the thread stays.
UPDATE comments SET deleted_at = now(), content = '', content_html = '' WHERE id = $1
