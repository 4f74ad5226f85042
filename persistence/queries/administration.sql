-- What admins see of the whole site.

-- name: accounts
-- The newest first, behind the id $1 where that is not NULL: those whose name or address is like $2, of the
-- role $3, shut out or not ($4), where these are not NULL; at most $5.
SELECT u.id, u.username, u.email, u.role, u.created_at, u.points,
       coalesce(u.banned_until > now(), FALSE) AS is_suspended,
       CASE WHEN u.banned_until > now() AND u.banned_until < 'infinity' THEN u.banned_until END AS suspended_until
FROM users AS u
WHERE u.deleted_at IS NULL AND ($1::bigint IS NULL OR u.id /*page*/ < $1)
  AND ($2::text IS NULL OR u.username ILIKE $2 OR u.email ILIKE $2)
  AND ($3::text IS NULL OR u.role = $3)
  AND ($4::boolean IS NULL OR coalesce(u.banned_until > now(), FALSE) = $4)
ORDER BY u.id /*page*/ DESC LIMIT $5

-- name: figures
SELECT (SELECT count(*) FROM users WHERE deleted_at IS NULL) AS accounts,
       (SELECT count(*) FROM users WHERE deleted_at IS NULL AND created_at > now() - interval '7 days') AS new_accounts,
       (SELECT count(*) FROM users WHERE banned_until > now()) AS suspended_accounts,
       (SELECT count(DISTINCT user_id) FROM auth_sessions
        WHERE last_seen_at > now() - interval '1 day' AND revoked_at IS NULL) AS active_today,
       (SELECT count(*) FROM posts WHERE deleted_at IS NULL) AS posts,
       (SELECT count(*) FROM posts WHERE deleted_at IS NULL AND created_at > now() - interval '7 days') AS new_posts,
       (SELECT count(*) FROM comments WHERE deleted_at IS NULL) AS comments,
       (SELECT count(*) FROM videos WHERE deleted_at IS NULL AND status = 'ready') AS videos,
       (SELECT count(*) FROM streams WHERE started_at IS NOT NULL) AS streams,
       (SELECT count(*) FROM streams WHERE status = 'live') AS live_streams,
       (SELECT coalesce(sum(viewers_count), 0) FROM streams WHERE status = 'live') AS viewers,
       (SELECT count(*) FROM chat_messages WHERE created_at > now() - interval '1 day') AS messages_today,
       (SELECT count(*) FROM reports WHERE resolved_at IS NULL) AS open_reports,
       (SELECT count(*) FROM removals WHERE appealed_at IS NOT NULL AND upheld_at IS NULL) AS open_appeals,
       (SELECT coalesce(sum(size_bytes), 0)::bigint FROM media_objects WHERE status = 'ready') AS stored_bytes
