-- name: page
-- At most $5 of board $1 behind the place ($2 score, $3 reached at, $4 user).
SELECT s.user_id, u.username, u.avatar_small_url, s.score, s.reached_at
FROM board_scores AS s JOIN users AS u ON u.id = s.user_id
WHERE s.board = $1 AND s.score > 0
  AND (-s.score, s.reached_at, s.user_id) /*page*/ > (-($2::bigint), $3::timestamptz, $4::bigint)
  AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())
ORDER BY -s.score /*page*/ ASC, s.reached_at /*page*/ ASC, s.user_id /*page*/ ASC
LIMIT $5

-- name: standing
SELECT s.user_id, u.username, u.avatar_small_url, s.score, s.reached_at
FROM board_scores AS s JOIN users AS u ON u.id = s.user_id
WHERE s.board = $1 AND s.user_id = $2 AND s.score > 0
  AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())

-- name: ahead
-- All before the place over the index alone, less those set aside, whom no board shows.
SELECT (SELECT count(*) FROM board_scores AS s
        WHERE s.board = $1 AND s.score > 0
          AND (-s.score, s.reached_at, s.user_id) < (-($2::bigint), $3::timestamptz, $4::bigint))
     - (SELECT count(*) FROM users AS u JOIN board_scores AS s ON s.board = $1 AND s.user_id = u.id
        WHERE (u.deleted_at IS NOT NULL OR u.banned_until IS NOT NULL)
          AND (u.deleted_at IS NOT NULL OR u.banned_until > now())
          AND s.score > 0
          AND (-s.score, s.reached_at, s.user_id) < (-($2::bigint), $3::timestamptz, $4::bigint))

-- name: faces
SELECT id, username, avatar_small_url FROM users
WHERE id = ANY($1::bigint[]) AND deleted_at IS NULL AND (banned_until IS NULL OR banned_until <= now())

-- name: everybody
-- At most $3 of board $1 with ids after $2, in order of id.
SELECT s.user_id, s.score, s.reached_at
FROM board_scores AS s JOIN users AS u ON u.id = s.user_id
WHERE s.board = $1 AND s.user_id > $2 AND s.score > 0
  AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())
ORDER BY s.user_id LIMIT $3

-- name: scores_of
-- Those of $2 on board $1; 0 for who is on it no more.
SELECT u.id AS user_id, s.reached_at,
       CASE WHEN u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())
            THEN greatest(coalesce(s.score, 0), 0) ELSE 0 END AS score
FROM unnest($2::bigint[]) AS wanted (id)
JOIN users AS u ON u.id = wanted.id
LEFT JOIN board_scores AS s ON s.board = $1 AND s.user_id = u.id

-- name: changed_since
-- Who got points since $1, and who is suspended or was until lately.
SELECT DISTINCT user_id FROM point_events WHERE created_at > $1
UNION
SELECT id FROM users WHERE (deleted_at IS NOT NULL OR banned_until IS NOT NULL)
  AND (deleted_at > $1 OR banned_until IS NOT NULL)
