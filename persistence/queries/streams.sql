-- name: lock_owner
-- One at a time may count the user's waiting streams and add another.
SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: count_waiting
SELECT count(*) FROM streams
WHERE user_id = $1 AND status = 'scheduled' AND (scheduled_at IS NOT NULL) = $2

-- name: add
WITH added AS (
    INSERT INTO streams (user_id, title, description, visibility, scheduled_at, stream_key_hash)
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING id),
room AS (INSERT INTO rooms (stream_id) SELECT id FROM added)
SELECT id FROM added

-- name: by_id
-- $2: seconds without renewal after which a publisher counts as gone.
SELECT s.id, s.user_id, u.username, u.avatar_small_url, s.title, s.description, s.status, s.visibility,
       s.scheduled_at, s.started_at, s.ended_at, s.viewers_count, s.peak_viewers, s.created_at,
       coalesce(p.is_publishing AND p.seen_at > now() - make_interval(secs => $2), FALSE) AS publishing
FROM streams AS s
JOIN users AS u ON u.id = s.user_id
LEFT JOIN stream_publishers AS p ON p.stream_id = s.id
WHERE s.id = $1

-- name: owners_of
SELECT id, user_id FROM streams WHERE id = ANY ($1::bigint[])

-- name: list_newest
-- $2 status or NULL, $3 user or NULL, $4 the owner who also sees what is not public or NULL;
-- after the row created at $5 with id $6 where $5 is not NULL; at most $7.
SELECT s.id, s.user_id, u.username, u.avatar_small_url, s.title, s.description, s.status, s.visibility,
       s.scheduled_at, s.started_at, s.ended_at, s.viewers_count, s.peak_viewers, s.created_at,
       coalesce(p.is_publishing AND p.seen_at > now() - make_interval(secs => $1), FALSE) AS publishing
FROM streams AS s
JOIN users AS u ON u.id = s.user_id
LEFT JOIN stream_publishers AS p ON p.stream_id = s.id
WHERE ($2::text IS NULL OR s.status = $2)
  AND ($3::bigint IS NULL OR s.user_id = $3)
  AND (s.user_id = $4 OR (s.visibility = 'public' AND (s.status <> 'scheduled' OR s.scheduled_at IS NOT NULL)))
  AND ($5::timestamptz IS NULL OR (s.created_at, s.id) /*page*/ < ($5, $6::bigint))
ORDER BY s.created_at /*page*/ DESC, s.id /*page*/ DESC
LIMIT $7

-- name: list_live
-- The most watched first: after the row with $4 viewers and id $5 where $4 is not NULL.
SELECT s.id, s.user_id, u.username, u.avatar_small_url, s.title, s.description, s.status, s.visibility,
       s.scheduled_at, s.started_at, s.ended_at, s.viewers_count, s.peak_viewers, s.created_at,
       coalesce(p.is_publishing AND p.seen_at > now() - make_interval(secs => $1), FALSE) AS publishing
FROM streams AS s
JOIN users AS u ON u.id = s.user_id
LEFT JOIN stream_publishers AS p ON p.stream_id = s.id
WHERE s.status = 'live'
  AND ($2::bigint IS NULL OR s.user_id = $2)
  AND (s.user_id = $3 OR s.visibility = 'public')
  AND ($4::integer IS NULL OR (s.viewers_count, s.id) /*page*/ < ($4, $5::bigint))
ORDER BY s.viewers_count /*page*/ DESC, s.id /*page*/ DESC
LIMIT $6

-- name: rotate_key
UPDATE streams SET stream_key_hash = $3 WHERE id = $1 AND user_id = $2 AND status <> 'ended'
RETURNING TRUE

-- name: by_key
-- The newest first that can still be published to.
SELECT s.id, s.user_id, s.status = 'ended' AS is_ended,
       EXISTS (SELECT FROM streams AS other
               WHERE other.user_id = s.user_id AND other.status = 'live' AND other.id <> s.id) AS other_is_live
FROM streams AS s JOIN users AS u ON u.id = s.user_id
WHERE s.stream_key_hash = $1 AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())
  AND ($2::bigint IS NULL OR s.id = $2)
ORDER BY s.status = 'ended', s.id DESC
LIMIT 1

-- name: lock
SELECT id, status FROM streams WHERE id = $1 FOR NO KEY UPDATE

-- name: go_live
UPDATE streams SET status = 'live', started_at = coalesce(started_at, now())
WHERE id = $1 AND status = 'scheduled'
RETURNING user_id

-- name: publisher_here
INSERT INTO stream_publishers (stream_id, node_id) VALUES ($1, $2)
ON CONFLICT (stream_id) DO UPDATE SET node_id = $2, is_publishing = TRUE, seen_at = now()

-- name: publisher_gone
-- Not while the owner publishes another feed, or this one on another node.
UPDATE stream_publishers AS p SET is_publishing = FALSE, seen_at = now()
FROM streams AS s
WHERE p.stream_id = $1 AND p.is_publishing AND s.id = p.stream_id AND NOT EXISTS (
    SELECT FROM stage_feeds AS f WHERE f.stream_id = s.id AND f.user_id = s.user_id AND f.is_publishing)

-- name: ended_of
SELECT id FROM streams WHERE id = ANY($1::bigint[]) AND status = 'ended'

-- name: end
UPDATE streams SET status = 'ended', ended_at = now(), viewers_count = 0
WHERE id = $1 AND status <> 'ended'

-- name: forget_publisher
DELETE FROM stream_publishers WHERE stream_id = ANY($1::bigint[])

-- name: end_abandoned
-- Live, and the publisher has been gone for $1 seconds; or the node that had the publisher has, then
-- for $2 at least, which is how long a slow renewal is waited for. Each row goes to one node only.
WITH abandoned AS (
    SELECT s.id FROM streams AS s LEFT JOIN stream_publishers AS p ON p.stream_id = s.id
    WHERE s.status = 'live' AND (p.seen_at IS NULL OR p.seen_at < now() - make_interval(
        secs => CASE WHEN p.is_publishing THEN greatest($1::float8, $2::float8) ELSE $1 END))
    ORDER BY s.id FOR NO KEY UPDATE OF s SKIP LOCKED)
UPDATE streams AS s SET status = 'ended', ended_at = now(), viewers_count = 0
FROM abandoned WHERE s.id = abandoned.id
RETURNING s.id

-- name: end_never_begun
-- Made to go live at once $1 ago, and nothing came.
UPDATE streams SET status = 'ended', ended_at = now()
WHERE status = 'scheduled' AND scheduled_at IS NULL AND created_at < now() - $1::interval
RETURNING id

-- name: flush_viewers
WITH counted AS (
    SELECT s.id, c.viewers FROM streams AS s
    JOIN unnest($1::bigint[], $2::integer[]) AS c (id, viewers) ON c.id = s.id
    WHERE s.status <> 'ended' ORDER BY s.id FOR NO KEY UPDATE OF s)
UPDATE streams AS s
SET viewers_count = counted.viewers, peak_viewers = greatest(s.peak_viewers, counted.viewers)
FROM counted WHERE s.id = counted.id
