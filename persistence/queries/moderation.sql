-- Reports, suspensions, roles, and the log of all that moderators do.

-- name: add_report
INSERT INTO reports (reporter_id, subject_type, subject_id, reason) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING id, created_at

-- name: open_reports
-- The queue: what has waited longest first, behind the id $1 where that is not NULL.
SELECT r.id, r.reporter_id, u.username AS reporter, r.subject_type, r.subject_id, r.reason, r.created_at,
       r.resolved_at, r.resolved_by, m.username AS resolver, r.resolution, r.note
FROM reports AS r LEFT JOIN users AS u ON u.id = r.reporter_id LEFT JOIN users AS m ON m.id = r.resolved_by
WHERE r.resolved_at IS NULL AND ($1::bigint IS NULL OR r.id /*page*/ > $1)
ORDER BY r.id /*page*/ ASC LIMIT $2

-- name: resolved_reports
SELECT r.id, r.reporter_id, u.username AS reporter, r.subject_type, r.subject_id, r.reason, r.created_at,
       r.resolved_at, r.resolved_by, m.username AS resolver, r.resolution, r.note
FROM reports AS r LEFT JOIN users AS u ON u.id = r.reporter_id LEFT JOIN users AS m ON m.id = r.resolved_by
WHERE r.resolved_at IS NOT NULL AND ($1::bigint IS NULL OR r.id /*page*/ < $1)
ORDER BY r.id /*page*/ DESC LIMIT $2

-- name: report
SELECT r.id, r.reporter_id, u.username AS reporter, r.subject_type, r.subject_id, r.reason, r.created_at,
       r.resolved_at, r.resolved_by, m.username AS resolver, r.resolution, r.note
FROM reports AS r LEFT JOIN users AS u ON u.id = r.reporter_id LEFT JOIN users AS m ON m.id = r.resolved_by
WHERE r.id = $1

-- name: lock_same
-- Every open report of what the report $1 is about, in order of id: two moderators do not decide at once.
SELECT r.id FROM reports AS r JOIN reports AS one ON (one.subject_type, one.subject_id) = (r.subject_type, r.subject_id)
WHERE one.id = $1 AND r.resolved_at IS NULL ORDER BY r.id FOR NO KEY UPDATE OF r

-- name: resolve
UPDATE reports SET resolved_at = now(), resolved_by = $2, resolution = $3, note = $4 WHERE id = ANY($1::bigint[])

-- name: lock_account
SELECT id, username, role FROM users WHERE lower(username) = lower($1) AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: lock_account_by_id
SELECT id, username, role FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: suspend
-- $2 NULL: until it is lifted.
UPDATE users SET banned_until = coalesce($2::timestamptz, 'infinity') WHERE id = $1

-- name: lift
UPDATE users SET banned_until = NULL WHERE id = $1 AND banned_until > now() RETURNING TRUE

-- name: live_streams
SELECT id FROM streams WHERE user_id = $1 AND status = 'live'

-- name: set_role
UPDATE users SET role = $2 WHERE id = $1

-- name: log
INSERT INTO moderation_log (actor_id, target_user_id, action, detail) VALUES ($1, $2, $3, $4)

-- name: read_log
-- The newest first, behind the id $1 where that is not NULL; about the user $2 where that is not NULL.
SELECT l.id, l.actor_id, a.username AS actor, l.target_user_id, t.username AS target, l.action, l.detail, l.created_at
FROM moderation_log AS l LEFT JOIN users AS a ON a.id = l.actor_id LEFT JOIN users AS t ON t.id = l.target_user_id
WHERE ($1::bigint IS NULL OR l.id /*page*/ < $1) AND ($2::bigint IS NULL OR l.target_user_id = $2)
ORDER BY l.id /*page*/ DESC LIMIT $3

-- name: waiting
-- What is reported and not decided, each once: what has waited longest first, behind the report $1 where
-- that is not NULL; of the type $2 where that is not NULL; at most $3.
SELECT min(r.id) AS id, r.subject_type, r.subject_id, count(*) AS reports_count
FROM reports AS r
WHERE r.resolved_at IS NULL AND ($2::text IS NULL OR r.subject_type = $2)
GROUP BY r.subject_type, r.subject_id
HAVING $1::bigint IS NULL OR min(r.id) /*page*/ > $1
ORDER BY min(r.id) /*page*/ ASC LIMIT $3

-- name: open_of
-- At most $3 open reports of each of the things that $1 (types) and $2 (ids) name, the first before.
SELECT r.id, r.reporter_id, u.username AS reporter, r.subject_type, r.subject_id, r.reason, r.created_at,
       r.resolved_at, r.resolved_by, NULL AS resolver, r.resolution, r.note
FROM unnest($1::text[], $2::bigint[]) AS w (kind, id)
CROSS JOIN LATERAL (
    SELECT * FROM reports AS o
    WHERE o.subject_type = w.kind AND o.subject_id = w.id AND o.resolved_at IS NULL
    ORDER BY o.id LIMIT $3) AS r
LEFT JOIN users AS u ON u.id = r.reporter_id
ORDER BY r.id
