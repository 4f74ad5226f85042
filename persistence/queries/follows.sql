-- name: lock_pair
-- Whoever follows or blocks holds both people, in order of id: what one of the two does about the
-- other is decided one after the other, and the counters' triggers cannot deadlock.
SELECT id FROM users WHERE id = ANY($1::bigint[]) AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE

-- name: blocked_between
SELECT EXISTS (SELECT FROM user_blocks WHERE kind = 'block'
               AND ((user_id = $1 AND target_id = $2) OR (user_id = $2 AND target_id = $1)))

-- name: follow
INSERT INTO followers (follower_id, following_id) VALUES ($1, $2)
ON CONFLICT DO NOTHING RETURNING TRUE

-- name: unfollow
DELETE FROM followers WHERE follower_id = $1 AND following_id = $2

-- name: followers
-- Who follows $1, the newest first, after the row followed at $3 by $4 where $3 is not NULL; at
-- most $5. $2 is who looks: people with a block between are left out.
SELECT u.id, u.username, u.full_name, u.avatar_small_url, f.created_at,
       EXISTS (SELECT FROM followers AS mine WHERE mine.follower_id = $2 AND mine.following_id = u.id) AS is_following
FROM followers AS f JOIN users AS u ON u.id = f.follower_id
WHERE f.following_id = $1 AND u.deleted_at IS NULL
  AND ($3::timestamptz IS NULL OR (f.created_at, f.follower_id) /*page*/ < ($3, $4::bigint))
  AND NOT EXISTS (SELECT FROM user_blocks AS b WHERE b.kind = 'block'
                  AND ((b.user_id = $2 AND b.target_id = u.id) OR (b.user_id = u.id AND b.target_id = $2)))
ORDER BY f.created_at /*page*/ DESC, f.follower_id /*page*/ DESC
LIMIT $5

-- name: following
-- Whom $1 follows, in the same way.
SELECT u.id, u.username, u.full_name, u.avatar_small_url, f.created_at,
       EXISTS (SELECT FROM followers AS mine WHERE mine.follower_id = $2 AND mine.following_id = u.id) AS is_following
FROM followers AS f JOIN users AS u ON u.id = f.following_id
WHERE f.follower_id = $1 AND u.deleted_at IS NULL
  AND ($3::timestamptz IS NULL OR (f.created_at, f.following_id) /*page*/ < ($3, $4::bigint))
  AND NOT EXISTS (SELECT FROM user_blocks AS b WHERE b.kind = 'block'
                  AND ((b.user_id = $2 AND b.target_id = u.id) OR (b.user_id = u.id AND b.target_id = $2)))
ORDER BY f.created_at /*page*/ DESC, f.following_id /*page*/ DESC
LIMIT $5

-- name: block
INSERT INTO user_blocks (user_id, target_id, kind) VALUES ($1, $2, 'block')
ON CONFLICT (user_id, target_id) DO UPDATE SET kind = 'block', created_at = now()
WHERE user_blocks.kind = 'mute'

-- name: mute
-- Who is blocked is not heard anyway.
INSERT INTO user_blocks (user_id, target_id, kind) VALUES ($1, $2, 'mute') ON CONFLICT DO NOTHING

-- name: unblock
DELETE FROM user_blocks WHERE user_id = $1 AND target_id = $2 AND kind = $3

-- name: part
DELETE FROM followers
WHERE (follower_id = $1 AND following_id = $2) OR (follower_id = $2 AND following_id = $1)

-- name: listed
-- Whom $1 blocked or muted ($2), the newest first, after the row of $3 about $4; at most $5.
SELECT u.id, u.username, u.full_name, u.avatar_small_url, b.created_at, FALSE AS is_following
FROM user_blocks AS b JOIN users AS u ON u.id = b.target_id
WHERE b.user_id = $1 AND b.kind = $2 AND u.deleted_at IS NULL
  AND ($3::timestamptz IS NULL OR (b.created_at, b.target_id) /*page*/ < ($3, $4::bigint))
ORDER BY b.created_at /*page*/ DESC, b.target_id /*page*/ DESC
LIMIT $5
