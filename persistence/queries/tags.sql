-- name: ensure
-- In order of name, so that two posts that make the same tags do not wait for each other in a circle.
INSERT INTO tags (name) SELECT name FROM unnest($1::text[]) AS name ORDER BY name ON CONFLICT (name) DO NOTHING

-- name: ids
SELECT id FROM tags WHERE name = ANY($1::text[]) ORDER BY id

-- name: by_name
SELECT t.id, t.name, t.posts_count, t.followers_count, t.created_at,
       EXISTS (SELECT FROM tag_followers AS f WHERE f.tag_id = t.id AND f.user_id = $2) AS is_followed
FROM tags AS t WHERE t.name = $1

-- name: popular
-- The most used first, behind the tag of $3 posts with id $4; only those that begin with $2.
SELECT t.id, t.name, t.posts_count, t.followers_count, t.created_at,
       EXISTS (SELECT FROM tag_followers AS f WHERE f.tag_id = t.id AND f.user_id = $1) AS is_followed
FROM tags AS t
WHERE starts_with(t.name, $2) AND ($3::integer IS NULL OR (t.posts_count, t.id) /*page*/ < ($3, $4::bigint))
ORDER BY t.posts_count /*page*/ DESC, t.id /*page*/ DESC LIMIT $5

-- name: followed
-- What somebody follows, behind the tag with id $2.
SELECT t.id, t.name, t.posts_count, t.followers_count, t.created_at, TRUE AS is_followed
FROM tag_followers AS f JOIN tags AS t ON t.id = f.tag_id
WHERE f.user_id = $1 AND ($2::bigint IS NULL OR f.tag_id /*page*/ < $2)
ORDER BY f.tag_id /*page*/ DESC LIMIT $3

-- name: follow
INSERT INTO tag_followers (user_id, tag_id) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: unfollow
DELETE FROM tag_followers WHERE user_id = $1 AND tag_id = $2
