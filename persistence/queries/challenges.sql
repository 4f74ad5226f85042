-- name: add
INSERT INTO challenges (title, description, start_date, end_date, reward_points, created_by, status)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id

-- name: by_id
SELECT c.id, c.title, c.description, c.start_date, c.end_date, c.reward_points, c.created_at,
       c.created_by, u.username AS created_by_name,
       (SELECT count(*) FROM user_challenges AS p WHERE p.challenge_id = c.id) AS participants_count
FROM challenges AS c LEFT JOIN users AS u ON u.id = c.created_by
WHERE c.id = $1

-- name: list
-- $1 status at $2 or NULL; after the challenge that starts at $3 with id $4; at most $5.
SELECT c.id, c.title, c.description, c.start_date, c.end_date, c.reward_points, c.created_at,
       c.created_by, u.username AS created_by_name,
       (SELECT count(*) FROM user_challenges AS p WHERE p.challenge_id = c.id) AS participants_count
FROM challenges AS c LEFT JOIN users AS u ON u.id = c.created_by
WHERE ($1::text IS NULL
       OR $1 = CASE WHEN $2::timestamptz < c.start_date THEN 'upcoming'
                    WHEN $2 < c.end_date THEN 'active' ELSE 'completed' END)
  AND ($3::timestamptz IS NULL OR (c.start_date, c.id) /*page*/ < ($3, $4::bigint))
ORDER BY c.start_date /*page*/ DESC, c.id /*page*/ DESC
LIMIT $5

-- name: edit
UPDATE challenges SET title = $2, description = $3, start_date = $4, end_date = $5, reward_points = $6, status = $7
WHERE id = $1 RETURNING TRUE

-- name: keep_statuses
-- The column follows the clock; what is due is few, whatever the table holds.
UPDATE challenges SET status = CASE WHEN $1::timestamptz < start_date THEN 'upcoming'
                                    WHEN $1 < end_date THEN 'active' ELSE 'completed' END
WHERE (status = 'upcoming' AND start_date <= $1) OR (status = 'active' AND end_date <= $1)
RETURNING id

-- name: first_of
-- Who stands first in each of the challenges $1 that are over.
SELECT winner.user_id
FROM challenges AS c
CROSS JOIN LATERAL (
    SELECT p.user_id FROM user_challenges AS p
    WHERE p.challenge_id = c.id AND p.state = 'accepted'
    ORDER BY -p.points_earned, p.completed_at, p.user_id LIMIT 1) AS winner
WHERE c.id = ANY($1::bigint[]) AND c.status = 'completed'

-- name: join
INSERT INTO user_challenges (challenge_id, user_id, joined_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id, challenge_id) DO NOTHING

-- name: participation
SELECT p.challenge_id, p.user_id, u.username, u.avatar_small_url, p.state, p.joined_at, p.submission_url, p.submitted_at,
       p.review_note, p.reviewed_at, p.points_earned, p.completed_at
FROM user_challenges AS p JOIN users AS u ON u.id = p.user_id
WHERE p.challenge_id = $1 AND p.user_id = $2

-- name: lock_participation
SELECT p.challenge_id, p.user_id, u.username, u.avatar_small_url, p.state, p.joined_at, p.submission_url, p.submitted_at,
       p.review_note, p.reviewed_at, p.points_earned, p.completed_at
FROM user_challenges AS p JOIN users AS u ON u.id = p.user_id
WHERE p.challenge_id = $1 AND p.user_id = $2
FOR NO KEY UPDATE OF p

-- name: submit
UPDATE user_challenges SET state = 'submitted', submission_url = $3, submitted_at = $4
WHERE challenge_id = $1 AND user_id = $2

-- name: withdraw
DELETE FROM user_challenges WHERE challenge_id = $1 AND user_id = $2

-- name: accept
UPDATE user_challenges
SET state = 'accepted', points_earned = $3, review_note = $4, reviewed_by = $5, reviewed_at = $6, completed_at = $6
WHERE challenge_id = $1 AND user_id = $2

-- name: return
UPDATE user_challenges SET state = 'returned', review_note = $3, reviewed_by = $4, reviewed_at = $5
WHERE challenge_id = $1 AND user_id = $2

-- name: waiting
-- Submissions of $1 in state $2, who has waited longest first: after $3, $4; at most $5.
SELECT p.challenge_id, p.user_id, u.username, u.avatar_small_url, p.state, p.joined_at, p.submission_url, p.submitted_at,
       p.review_note, p.reviewed_at, p.points_earned, p.completed_at
FROM user_challenges AS p JOIN users AS u ON u.id = p.user_id AND u.deleted_at IS NULL
WHERE p.challenge_id = $1 AND p.state = $2
  AND ($3::timestamptz IS NULL OR (p.submitted_at, p.user_id) /*page*/ > ($3, $4::bigint))
ORDER BY p.submitted_at /*page*/ ASC, p.user_id /*page*/ ASC
LIMIT $5

-- name: board
-- Accepted, the most points first, then who was accepted first: after $2, $3, $4; at most $5.
SELECT p.challenge_id, p.user_id, u.username, u.avatar_small_url, p.state, p.joined_at, p.submission_url, p.submitted_at,
       p.review_note, p.reviewed_at, p.points_earned, p.completed_at
FROM user_challenges AS p JOIN users AS u ON u.id = p.user_id
WHERE p.challenge_id = $1 AND p.state = 'accepted'
  AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())
  AND ($2::integer IS NULL OR (-p.points_earned, p.completed_at, p.user_id) /*page*/ > (-$2, $3::timestamptz, $4::bigint))
ORDER BY -p.points_earned /*page*/ ASC, p.completed_at /*page*/ ASC, p.user_id /*page*/ ASC
LIMIT $5
