-- Questions of viewers: ranked by votes, which a trigger counts.

-- name: by_client_id
SELECT id FROM stream_questions WHERE stream_id = $1 AND user_id = $2 AND client_id = $3

-- name: lock_room
-- One at a time asks in a room, so that its limits are exact.
SELECT r.stream_id, s.status FROM rooms AS r JOIN streams AS s ON s.id = r.stream_id
WHERE r.stream_id = $1 FOR NO KEY UPDATE OF r

-- name: count_open
SELECT count(*) AS of_room, count(*) FILTER (WHERE user_id = $2) AS of_person
FROM stream_questions WHERE stream_id = $1 AND status = 'open'

-- name: ask
INSERT INTO stream_questions (stream_id, user_id, client_id, content) VALUES ($1, $2, $3, $4) RETURNING id

-- name: by_ids
SELECT q.id, q.stream_id, s.user_id AS owner_id, q.user_id, u.username, q.content, q.client_id, q.status,
       q.is_highlighted, q.votes_count, q.created_at, q.resolved_at
FROM stream_questions AS q JOIN streams AS s ON s.id = q.stream_id JOIN users AS u ON u.id = q.user_id
WHERE q.id = ANY ($1::bigint[]) ORDER BY q.id

-- name: ranked
-- The open ones, those with the most votes first and of equals the oldest; behind the question $3 with $2
-- votes where that is not NULL. Not of people whom the reader $5 does not see.
SELECT q.id FROM stream_questions AS q
WHERE q.stream_id = $1 AND q.status = 'open'
  AND ($2::integer IS NULL OR (-q.votes_count, q.id) /*page*/ > (-$2::integer, $3::bigint))
  AND q.user_id NOT IN (SELECT hidden_from($5::bigint))
ORDER BY q.votes_count /*page*/ DESC, q.id /*page*/ ASC LIMIT $4

-- name: settled
-- Those that were answered or dismissed ($2), the latest first, behind the id $3 where that is not NULL.
SELECT q.id FROM stream_questions AS q
WHERE q.stream_id = $1 AND q.status = $2 AND ($3::bigint IS NULL OR q.id /*page*/ < $3)
  AND q.user_id NOT IN (SELECT hidden_from($5::bigint))
ORDER BY q.id /*page*/ DESC LIMIT $4

-- name: highlighted
SELECT id FROM stream_questions WHERE stream_id = $1 AND is_highlighted

-- name: votable
-- Questions with what decides about a vote; locked in order of id, as their counter locks them.
SELECT q.id, q.user_id, q.status, s.user_id AS owner_id, s.visibility
FROM stream_questions AS q JOIN streams AS s ON s.id = q.stream_id
WHERE q.id = ANY ($1::bigint[]) ORDER BY q.id FOR NO KEY UPDATE OF q

-- name: vote
INSERT INTO stream_question_votes (question_id, user_id)
SELECT v.question_id, v.user_id FROM unnest($1::bigint[], $2::bigint[]) AS v (question_id, user_id)
JOIN users AS u ON u.id = v.user_id AND u.deleted_at IS NULL
ORDER BY v.question_id, v.user_id ON CONFLICT DO NOTHING

-- name: take_back
DELETE FROM stream_question_votes AS v USING unnest($1::bigint[], $2::bigint[]) AS g (question_id, user_id)
WHERE v.question_id = g.question_id AND v.user_id = g.user_id

-- name: voted
-- Which of these questions somebody has voted for.
SELECT question_id FROM stream_question_votes WHERE user_id = $1 AND question_id = ANY ($2::bigint[])

-- name: resolve
UPDATE stream_questions SET status = $2, resolved_by = CASE WHEN $2 = 'open' THEN NULL ELSE $3::bigint END,
    resolved_at = CASE WHEN $2 = 'open' THEN NULL ELSE now() END,
    is_highlighted = is_highlighted AND $2 = 'open'
WHERE id = $1 AND status <> $2 RETURNING id

-- name: darken
-- Nothing stands on the screen of the room $1 any more.
UPDATE stream_questions SET is_highlighted = FALSE WHERE stream_id = $1 AND is_highlighted AND id <> $2 RETURNING id

-- name: highlight
UPDATE stream_questions SET is_highlighted = $2 WHERE id = $1 AND is_highlighted <> $2 AND (status = 'open' OR NOT $2)
RETURNING id
