-- Fills every list of a reader ($1) with something, $2 times.

INSERT INTO users (username, email, password_hash)
    SELECT 'pal' || n, 'pal' || n || '@mail.example', '!' FROM generate_series(1, $2::int) AS n
    WHERE $1::bigint IS NOT NULL;

INSERT INTO followers (follower_id, following_id, created_at)
    SELECT u.id, $1, now() FROM users AS u WHERE u.id <> $1 LIMIT $2;

INSERT INTO followers (follower_id, following_id, created_at)
    SELECT $1, u.id, now() FROM users AS u WHERE u.id <> $1 LIMIT $2;

INSERT INTO posts (user_id, content, content_html, html_version, is_pinned, hot_rank)
    SELECT $1, 'word', '<p>word</p>', 1000, TRUE, 1 FROM generate_series(1, $2::int);

INSERT INTO tags (name) SELECT 'tag' || n FROM generate_series(1, $2::int) AS n WHERE $1 > 0;

INSERT INTO tag_followers (user_id, tag_id) SELECT $1, id FROM tags LIMIT $2;

INSERT INTO post_tags (post_id, tag_id)
    SELECT p.id, t.id FROM posts AS p, tags AS t WHERE t.name = 'tag1' AND p.user_id = $1 LIMIT $2;

INSERT INTO streams (user_id, title, stream_key_hash, status, started_at)
    SELECT u.id, 'word', u.id::text::bytea, 'live', now() FROM users AS u WHERE $1 > 0 LIMIT $2;

INSERT INTO streams (user_id, title, stream_key_hash, status, started_at, ended_at)
    SELECT $1, 'word', n::text::bytea, 'ended', now(), now() FROM generate_series(1, $2::int) AS n;

INSERT INTO videos (user_id, title, status, visibility, video_url)
    SELECT $1, 'word', 'ready', 'public', '' FROM generate_series(1, $2::int);

INSERT INTO comments (user_id, content, content_html, html_version, post_id)
    SELECT $1, 'c', 'c', 1000, (SELECT min(id) FROM posts) FROM generate_series(1, $2::int);

INSERT INTO comments (user_id, content, content_html, html_version, video_id)
    SELECT $1, 'c', 'c', 1000, (SELECT min(id) FROM videos) FROM generate_series(1, $2::int);

INSERT INTO comments (user_id, content, content_html, html_version, stream_id)
    SELECT $1, 'c', 'c', 1000, (SELECT min(id) FROM streams) FROM generate_series(1, $2::int);

INSERT INTO comments (user_id, content, content_html, html_version, post_id, parent_id, depth)
    SELECT $1, 'c', 'c', 1000, c.post_id, c.id, 1
    FROM (SELECT * FROM comments ORDER BY id LIMIT 1) AS c, generate_series(1, $2::int);

INSERT INTO code_sessions (stream_id, title, language)
    SELECT min(id), 'c', 'python' FROM streams WHERE $1 > 0 AND $2 > 0;

INSERT INTO code_suggestions (session_id, user_id, content, original, line_start, line_end,
    client_id)
    SELECT c.id, $1, 'new', 'old', 1, 1, gen_random_uuid()::text
    FROM code_sessions AS c, generate_series(1, $2::int);

INSERT INTO badges (name, points) SELECT 'badge' || n, 1 FROM generate_series(1, $2::int) AS n
    WHERE $1 > 0;

INSERT INTO user_badges (user_id, badge_id) SELECT $1, id FROM badges LIMIT $2;

INSERT INTO challenges (title, start_date, end_date, reward_points, status)
    SELECT 'c', now(), now() + interval '1 day', 1, 'active' FROM generate_series(1, $2::int)
    WHERE $1 > 0;

INSERT INTO user_challenges (challenge_id, user_id, state, submission_url, submitted_at,
    reviewed_at, completed_at, points_earned)
    SELECT (SELECT min(id) FROM challenges), u.id, 'accepted', 'https://a.example', now(), now(),
    now(), 1
    FROM users AS u WHERE $1 > 0 LIMIT $2;

INSERT INTO point_events (user_id, delta, source_type, source_id)
    SELECT u.id, 5, 'badge', 1 FROM users AS u WHERE $1 > 0 LIMIT $2;

INSERT INTO notifications (user_id, actor_id, type, related_type, related_id, group_key)
    SELECT $1, NULL, 'badge', 'badge', n, 'key' || n FROM generate_series(1, $2::int) AS n;

INSERT INTO reports (reporter_id, subject_type, subject_id, reason)
    SELECT $1, 'post', id, 'x' FROM posts LIMIT $2;

INSERT INTO reports (reporter_id, subject_type, subject_id, reason, resolved_at, resolution)
    SELECT $1, 'video', id, 'x', now(), 'dismiss' FROM videos LIMIT $2;

INSERT INTO moderation_log (actor_id, action, detail)
    SELECT $1, 'suspend', '{}' FROM generate_series(1, $2::int);

INSERT INTO auth_sessions (user_id, token_hash, csrf_secret, expires_at, last_seen_at)
    SELECT $1, sha256(n::text::bytea), sha256(n::text::bytea), now() + interval '1 day', now()
    FROM generate_series(1, $2::int) AS n;

INSERT INTO removals (subject_type, subject_id, author_id, kept, reason, appeal, appealed_at)
    SELECT 'post', n, $1, '{}', 'x', 'y', now() FROM generate_series(1, $2::int) AS n;

INSERT INTO chat_bans (owner_id, user_id, moderator_id)
    SELECT $1, u.id, $1 FROM users AS u WHERE u.id <> $1 LIMIT $2;

INSERT INTO moderation_log (actor_id, owner_id, action, detail)
    SELECT $1, $1, 'ban', '{}' FROM generate_series(1, $2::int);

INSERT INTO chat_held_messages (stream_id, user_id, client_id, content, term)
    SELECT min(s.id), $1, n::text, 'word', 'word' FROM streams AS s, generate_series(1, $2::int) AS n GROUP BY n;

INSERT INTO stream_questions (stream_id, user_id, client_id, content, votes_count)
    SELECT (SELECT min(id) FROM streams), $1, n::text, 'why', n / 2 FROM generate_series(1, $2::int) AS n;

INSERT INTO stream_questions (stream_id, user_id, client_id, content, status, resolved_at)
    SELECT (SELECT min(id) FROM streams), $1, 'a' || n, 'why', 'answered', now() FROM generate_series(1, $2::int) AS n;
