-- Every feed gives ids only, newest first unless it says otherwise; `posts.sql` says what a post is.
-- $1 is who reads, or NULL: posts of people whom the reader has blocked or muted, or who have blocked
-- the reader, are left out. $2 is the id behind which the page begins, or NULL; $3 how many.

-- name: latest
SELECT p.id FROM posts AS p
WHERE p.deleted_at IS NULL AND ($2::bigint IS NULL OR p.id /*page*/ < $2)
  AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
ORDER BY p.id /*page*/ DESC LIMIT $3

-- name: home_of_many
-- The same as `home` for whoever follows more than $4 people, if a page of it stands among the newest
-- $5 posts of all; else nothing. Asking 5,000 people for their newest takes a tenth of a second.
SELECT p.id
FROM (SELECT id, user_id FROM posts
      WHERE deleted_at IS NULL AND ($2::bigint IS NULL OR id /*page*/ < $2) ORDER BY id /*page*/ DESC LIMIT $5) AS p
WHERE (SELECT u.following_count > $4 FROM users AS u WHERE u.id = $1)
  AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
  AND (p.user_id = $1
       OR EXISTS (SELECT FROM followers AS f WHERE f.follower_id = $1 AND f.following_id = p.user_id)
       -- Not EXISTS, which the planner may turn into a hash of every post under these tags.
       OR (SELECT TRUE FROM post_tags AS pt
           WHERE pt.post_id = p.id
             AND pt.tag_id = ANY (ARRAY(SELECT f.tag_id FROM tag_followers AS f WHERE f.user_id = $1)) LIMIT 1))
ORDER BY p.id /*page*/ DESC LIMIT $3

-- name: home
-- People and tags that the reader follows, and the reader's own. Each of them is asked for a page of
-- its newest, which an index has in order; the newest of those are the page.
SELECT DISTINCT id FROM (
    SELECT newest.id
    FROM (SELECT f.following_id AS id FROM followers AS f WHERE f.follower_id = $1
          UNION ALL SELECT $1::bigint) AS author
    CROSS JOIN LATERAL (
        SELECT p.id FROM posts AS p
        WHERE p.user_id = author.id AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR p.id /*page*/ < $2)
        ORDER BY p.id /*page*/ DESC LIMIT $3) AS newest
    WHERE author.id <> ALL (ARRAY(SELECT hidden_from($1)))
    UNION ALL
    SELECT newest.id FROM tag_followers AS f
    CROSS JOIN LATERAL (
        SELECT p.id FROM post_tags AS pt JOIN posts AS p ON p.id = pt.post_id
        WHERE pt.tag_id = f.tag_id AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR pt.post_id /*page*/ < $2)
          AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
        ORDER BY pt.post_id /*page*/ DESC LIMIT $3) AS newest
    WHERE f.user_id = $1) AS candidate
ORDER BY id /*page*/ DESC LIMIT $3

-- name: hot
-- The hottest first, behind the post of rank $4 with id $2.
SELECT p.id, p.hot_rank FROM posts AS p
WHERE p.deleted_at IS NULL AND p.hot_rank > 0
  AND ($2::bigint IS NULL OR (p.hot_rank, p.id) /*page*/ < ($4::double precision, $2))
  AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
ORDER BY p.hot_rank /*page*/ DESC, p.id /*page*/ DESC LIMIT $3

-- name: by_tag
SELECT pt.post_id AS id FROM post_tags AS pt JOIN posts AS p ON p.id = pt.post_id
WHERE pt.tag_id = $4 AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR pt.post_id /*page*/ < $2)
  AND p.user_id <> ALL (ARRAY(SELECT hidden_from($1)))
ORDER BY pt.post_id /*page*/ DESC LIMIT $3

-- name: by_person
-- Whoever looks at a muted person's page wants to see it; blocks stay.
SELECT p.id FROM posts AS p
WHERE p.user_id = $4 AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR p.id /*page*/ < $2)
  AND ($1::bigint IS NULL OR NOT EXISTS (
      SELECT FROM user_blocks AS b WHERE b.kind = 'block'
      AND ((b.user_id = $1 AND b.target_id = $4) OR (b.user_id = $4 AND b.target_id = $1))))
ORDER BY p.id /*page*/ DESC LIMIT $3

-- name: pinned_by_person
SELECT p.id FROM posts AS p
WHERE p.user_id = $4 AND p.is_pinned AND p.deleted_at IS NULL AND ($2::bigint IS NULL OR p.id /*page*/ < $2)
  AND ($1::bigint IS NULL OR NOT EXISTS (
      SELECT FROM user_blocks AS b WHERE b.kind = 'block'
      AND ((b.user_id = $1 AND b.target_id = $4) OR (b.user_id = $4 AND b.target_id = $1))))
ORDER BY p.id /*page*/ DESC LIMIT $3

-- name: rank
-- One batch of $3 posts, from id $1 (or the newest) backwards, as far as they are younger than $2:
-- those whose rank is not what it should be get it. Nodes that rank at the same time pass over each
-- other's. Gives the last id looked at, or NULL when there are no more.
WITH part AS (
    SELECT id, created_at, hot_rank AS had, hot_rank(likes_count, comments_count, created_at) AS rank
    FROM posts WHERE ($1::bigint IS NULL OR id < $1) AND deleted_at IS NULL ORDER BY id DESC LIMIT $3),
due AS (
    SELECT p.id, part.rank FROM posts AS p JOIN part ON part.id = p.id
    WHERE part.had <> part.rank FOR NO KEY UPDATE OF p SKIP LOCKED),
ranked AS (UPDATE posts AS p SET hot_rank = due.rank FROM due WHERE p.id = due.id RETURNING p.id)
SELECT CASE WHEN count(*) = $3 AND min(part.created_at) > now() - $2::interval THEN min(part.id) END AS last,
       (SELECT count(*) FROM ranked) AS moved
FROM part
