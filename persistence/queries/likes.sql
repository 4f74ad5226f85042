-- The unique index decides, never a look before: a like sent twice at once is one.

-- name: like_post
INSERT INTO likes (user_id, post_id) VALUES ($1, $2)
ON CONFLICT (post_id, user_id) WHERE post_id IS NOT NULL DO NOTHING RETURNING TRUE

-- name: like_video
INSERT INTO likes (user_id, video_id) VALUES ($1, $2)
ON CONFLICT (video_id, user_id) WHERE video_id IS NOT NULL DO NOTHING RETURNING TRUE

-- name: like_comment
INSERT INTO likes (user_id, comment_id) VALUES ($1, $2)
ON CONFLICT (comment_id, user_id) WHERE comment_id IS NOT NULL DO NOTHING RETURNING TRUE

-- name: unlike_post
DELETE FROM likes WHERE user_id = $1 AND post_id = $2

-- name: unlike_video
DELETE FROM likes WHERE user_id = $1 AND video_id = $2

-- name: unlike_comment
DELETE FROM likes WHERE user_id = $1 AND comment_id = $2
