-- name: begin
-- The account is nobody's from here on: no name, no address, no way in. What it wrote follows.
UPDATE users SET username = 'erased_' || md5(gen_random_uuid()::text), email = id || '@erased.invalid', password_hash = NULL,
    full_name = NULL, bio = NULL, avatar_url = NULL, avatar_small_url = NULL, skills = '[]', role = 'member',
    email_verified_at = NULL, deleted_at = now(), erases_content = $2
WHERE id = $1 AND deleted_at IS NULL
RETURNING TRUE

-- name: drop_sessions
DELETE FROM auth_sessions WHERE user_id = $1 RETURNING token_hash

-- name: drop_tokens
DELETE FROM auth_tokens WHERE user_id = $1

-- name: drop_factors
DELETE FROM auth_factors WHERE user_id = $1

-- name: drop_oauth
DELETE FROM oauth_accounts WHERE user_id = $1

-- name: drop_push
DELETE FROM push_subscriptions WHERE user_id = $1

-- name: drop_preferences
DELETE FROM notification_preferences WHERE user_id = $1

-- name: drop_idempotency_keys
DELETE FROM idempotency_keys WHERE user_id = $1

-- name: drop_webhooks
DELETE FROM webhooks WHERE user_id = $1

-- name: drop_collaborations
DELETE FROM code_session_collaborators WHERE user_id = $1

-- name: drop_moderators
DELETE FROM stream_moderators WHERE user_id = $1 OR owner_id = $1

-- name: drop_held_messages
DELETE FROM chat_held_messages WHERE user_id = $1

-- name: drop_questions
-- What nobody has answered yet; what was answered stays, as what was said in a chat does.
DELETE FROM stream_questions WHERE user_id = $1 AND status = 'open'

-- name: leave_ended_stages
-- Those of streams that go on are left with all that follows from it: see rooms/stages.py.
DELETE FROM stage_guests AS g USING streams AS s
WHERE g.user_id = $1 AND s.id = g.stream_id AND s.status = 'ended'

-- name: drop_ended_feeds
DELETE FROM stage_feeds WHERE id IN (
    SELECT f.id FROM stage_feeds AS f JOIN streams AS s ON s.id = f.stream_id
    WHERE f.user_id = $1 AND s.status = 'ended' ORDER BY f.id FOR UPDATE OF f)

-- name: drop_stream_keys
UPDATE streams SET stream_key_hash = NULL WHERE user_id = $1 AND stream_key_hash IS NOT NULL

-- name: empty_withdrawn
-- What moderators of a room took away is kept for their log, but not longer than its author.
UPDATE chat_messages SET content = '' WHERE user_id = $1 AND withdrawn_at IS NOT NULL AND content <> ''

-- name: next_unfinished
-- The next after $1 whose erasure has begun and is not finished.
SELECT id, erases_content FROM users
WHERE deleted_at IS NOT NULL AND erased_at IS NULL AND id > $1 ORDER BY id LIMIT 1

-- name: open_streams
SELECT id FROM streams WHERE user_id = $1 AND status <> 'ended'

-- name: followed_some
-- Some of the people whose counters the next step changes, held in order of id with the account.
SELECT id FROM users WHERE id = $1 OR id IN (
    SELECT following_id FROM followers WHERE follower_id = $1 UNION
    SELECT follower_id FROM followers WHERE following_id = $1 LIMIT $2)
ORDER BY id FOR NO KEY UPDATE

-- name: part_some
DELETE FROM followers
WHERE (follower_id = $1 AND following_id = ANY($2::bigint[])) OR (following_id = $1 AND follower_id = ANY($2::bigint[]))

-- name: drop_blocks
DELETE FROM user_blocks WHERE (user_id, target_id) IN (
    SELECT user_id, target_id FROM user_blocks WHERE user_id = $1 OR target_id = $1 LIMIT $2)

-- name: drop_notifications
DELETE FROM notifications WHERE id IN (
    SELECT id FROM notifications WHERE user_id = $1 OR actor_id = $1 LIMIT $2)

-- name: drop_posts
DELETE FROM posts WHERE id IN (SELECT id FROM posts WHERE user_id = $1 LIMIT $2)

-- name: empty_comments
-- The thread stays.
UPDATE comments SET content = '', deleted_at = coalesce(deleted_at, now()) WHERE id IN (
    SELECT id FROM comments WHERE user_id = $1 AND content <> '' LIMIT $2)

-- name: drop_kept_words
-- What moderators took away, which they might give back.
DELETE FROM removals WHERE (subject_type, subject_id) IN (
    SELECT subject_type, subject_id FROM removals
    WHERE author_id = $1 AND subject_type IN ('post', 'comment') LIMIT $2)

-- name: hide_videos
UPDATE videos SET deleted_at = now() WHERE id IN (
    SELECT id FROM videos WHERE user_id = $1 AND deleted_at IS NULL LIMIT $2)

-- name: retire_uploads
-- Those that no video that stays is made of.
UPDATE media_objects SET status = 'deleting', expires_at = now() WHERE id IN (
    SELECT m.id FROM media_objects AS m
    WHERE m.user_id = $1 AND m.status = 'uploading' AND starts_with(m.object_key, 'uploads/') LIMIT $2)

-- name: retire_video_objects
UPDATE media_objects SET status = 'deleting', expires_at = now() WHERE id IN (
    SELECT m.id FROM media_objects AS m
    JOIN videos AS v ON m.id IN (v.upload_id, v.object_id, v.thumbnail_id)
    WHERE v.user_id = $1 AND v.deleted_at IS NOT NULL AND m.status <> 'deleting' LIMIT $2)

-- name: finish
UPDATE users SET erased_at = now() WHERE id = $1
