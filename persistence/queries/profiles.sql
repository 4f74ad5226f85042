-- name: by_username
-- As $2 (or nobody: NULL) sees it.
SELECT u.id, u.username, u.full_name, u.bio, u.avatar_url, u.avatar_small_url, u.skills, u.points, u.role,
       u.followers_count, u.following_count, u.created_at,
       (SELECT count(*) FROM posts AS p WHERE p.user_id = u.id AND p.deleted_at IS NULL) AS posts_count,
       (SELECT count(*) FROM videos AS v WHERE v.user_id = u.id AND v.deleted_at IS NULL
           AND v.status = 'ready' AND v.visibility = 'public') AS videos_count,
       (SELECT count(*) FROM streams AS s WHERE s.user_id = u.id AND s.started_at IS NOT NULL
           AND s.visibility = 'public') AS streams_count,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', b.id, 'name', b.name, 'description', b.description,
                   'image_url', b.image_url, 'awarded_at', a.awarded_at) ORDER BY a.awarded_at DESC, b.id DESC), '[]')
        FROM user_badges AS a JOIN badges AS b ON b.id = a.badge_id WHERE a.user_id = u.id) AS badges,
       EXISTS (SELECT FROM followers AS f WHERE f.follower_id = $2 AND f.following_id = u.id) AS is_following,
       EXISTS (SELECT FROM followers AS f WHERE f.follower_id = u.id AND f.following_id = $2) AS is_follower,
       (SELECT k.kind FROM user_blocks AS k WHERE k.user_id = $2 AND k.target_id = u.id) AS blocking
FROM users AS u
WHERE lower(u.username) = lower($1) AND u.deleted_at IS NULL

-- name: own
SELECT id, username, email, email_verified_at IS NOT NULL AS is_email_verified, role, full_name, bio,
       avatar_url, avatar_small_url, skills, created_at
FROM users WHERE id = $1 AND deleted_at IS NULL

-- name: own_locked
-- Held until the change is made, so that of two changes of one version the second is refused.
SELECT id, username, email, email_verified_at IS NOT NULL AS is_email_verified, role, full_name, bio,
       avatar_url, avatar_small_url, skills, created_at
FROM users WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: change
UPDATE users SET full_name = $2, bio = $3, skills = $4 WHERE id = $1

-- name: set_avatar
UPDATE users SET avatar_url = $2, avatar_small_url = $3 WHERE id = $1 AND deleted_at IS NULL
RETURNING id
