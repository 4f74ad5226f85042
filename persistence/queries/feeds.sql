-- Every feed gives ids only, newest first unless it says otherwise; `posts.sql` says what a post is.
-- $1 is who reads, or NULL: posts of people whom the reader has blocked or muted, or who have blocked
-- the reader, are left out. $2 is the id behind which the page begins, or NULL; $3 how many.

-- name: latest
SELECT p.id FROM posts AS p
WHERE p.deleted_at IS NULL AND ($2::bigint IS NULL OR p.id < $2)
  AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
ORDER BY p.id DESC LIMIT $3

-- name: home
-- People and tags that the reader follows, and the reader's own. Each of them is asked for a page of
-- its newest, which an index has in order; the newest of those are the page.
SELECT DISTINCT id FROM (
    SELECT newest.id
    FROM (SELECT f.following_id AS id FROM followers AS f WHERE f.follower_id = $1
          UNION ALL SELECT $1::bigint) AS author
    CROSS JOIN LATERAL (
        SELECT p.id FROM posts AS p
        WHERE p.user_id = author.id AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR p.id < $2)
        ORDER BY p.id DESC LIMIT $3) AS newest
    WHERE author.id <> ALL (ARRAY(SELECT hidden_from($1)))
    UNION ALL
    SELECT newest.id FROM tag_followers AS f
    CROSS JOIN LATERAL (
        SELECT p.id FROM post_tags AS pt JOIN posts AS p ON p.id = pt.post_id
        WHERE pt.tag_id = f.tag_id AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR pt.post_id < $2)
          AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
        ORDER BY pt.post_id DESC LIMIT $3) AS newest
    WHERE f.user_id = $1) AS candidate
ORDER BY id DESC LIMIT $3

-- name: hot
-- The hottest first, behind the post of rank $4 with id $2.
SELECT p.id, p.hot_rank FROM posts AS p
WHERE p.deleted_at IS NULL AND p.hot_rank > 0
  AND ($2::bigint IS NULL OR (p.hot_rank, p.id) < ($4::double precision, $2))
  AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
ORDER BY p.hot_rank DESC, p.id DESC LIMIT $3

-- name: by_tag
SELECT pt.post_id AS id FROM post_tags AS pt JOIN posts AS p ON p.id = pt.post_id
WHERE pt.tag_id = $4 AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR pt.post_id < $2)
  AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
ORDER BY pt.post_id DESC LIMIT $3

-- name: by_person
-- Whoever looks at a muted person's page wants to see it; blocks stay.
SELECT p.id FROM posts AS p
WHERE p.user_id = $4 AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR p.id < $2)
  AND ($1::bigint IS NULL OR NOT EXISTS (
      SELECT FROM user_blocks AS b WHERE b.kind = 'block'
      AND ((b.user_id = $1 AND b.target_id = $4) OR (b.user_id = $4 AND b.target_id = $1))))
ORDER BY p.id DESC LIMIT $3

-- name: pinned_by_person
SELECT p.id FROM posts AS p
WHERE p.user_id = $4 AND p.is_pinned AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR p.id < $2)
  AND ($1::bigint IS NULL OR NOT EXISTS (
      SELECT FROM user_blocks AS b WHERE b.kind = 'block'
      AND ((b.user_id = $1 AND b.target_id = $4) OR (b.user_id = $4 AND b.target_id = $1))))
ORDER BY p.id DESC LIMIT $3

-- name: rank
-- One batch: posts after id $1 and younger than $2 whose rank is not what it should be by now; at
-- most $3. Nodes that rank at the same time pass over each other's.
WITH due AS (
    SELECT id, hot_rank(likes_count, comments_count, created_at) AS rank FROM posts
    WHERE id > $1 AND created_at > now() - $2::interval AND deleted_at IS NULL
      AND hot_rank <> hot_rank(likes_count, comments_count, created_at)
    ORDER BY id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)
UPDATE posts AS p SET hot_rank = due.rank FROM due WHERE p.id = due.id
RETURNING p.id
