-- Each: at most $4 of the users $3 (NULL: of all) of whom the fact is $1 or more and who have not got
-- the badge $2.

-- name: streams_begun
SELECT s.user_id FROM streams AS s
WHERE s.started_at IS NOT NULL AND ($3::bigint[] IS NULL OR s.user_id = ANY($3))
  AND EXISTS (SELECT FROM users AS u WHERE u.id = s.user_id AND u.deleted_at IS NULL)
  AND NOT EXISTS (SELECT FROM user_badges AS b WHERE b.user_id = s.user_id AND b.badge_id = $2)
GROUP BY s.user_id HAVING count(*) >= $1::bigint LIMIT $4

-- name: posts_written
SELECT p.user_id FROM posts AS p
WHERE p.deleted_at IS NULL AND ($3::bigint[] IS NULL OR p.user_id = ANY($3))
  AND EXISTS (SELECT FROM users AS u WHERE u.id = p.user_id AND u.deleted_at IS NULL)
  AND NOT EXISTS (SELECT FROM user_badges AS b WHERE b.user_id = p.user_id AND b.badge_id = $2)
GROUP BY p.user_id HAVING count(*) >= $1::bigint LIMIT $4

-- name: suggestions_accepted
-- Into other people's code: nobody earns by accepting their own.
SELECT g.user_id FROM code_suggestions AS g
WHERE g.status = 'accepted' AND g.user_id IS NOT NULL AND g.resolved_by IS DISTINCT FROM g.user_id
  AND ($3::bigint[] IS NULL OR g.user_id = ANY($3))
  AND EXISTS (SELECT FROM users AS u WHERE u.id = g.user_id AND u.deleted_at IS NULL)
  AND NOT EXISTS (SELECT FROM user_badges AS b WHERE b.user_id = g.user_id AND b.badge_id = $2)
GROUP BY g.user_id HAVING count(*) >= $1::bigint LIMIT $4

-- name: submissions_accepted
SELECT p.user_id FROM user_challenges AS p
WHERE p.state = 'accepted' AND ($3::bigint[] IS NULL OR p.user_id = ANY($3))
  AND EXISTS (SELECT FROM users AS u WHERE u.id = p.user_id AND u.deleted_at IS NULL)
  AND NOT EXISTS (SELECT FROM user_badges AS b WHERE b.user_id = p.user_id AND b.badge_id = $2)
GROUP BY p.user_id HAVING count(*) >= $1::bigint LIMIT $4

-- name: challenges_won
-- First on the board of a challenge that is over and has nothing left to review.
SELECT winner.user_id
FROM challenges AS c
CROSS JOIN LATERAL (
    SELECT p.user_id FROM user_challenges AS p
    WHERE p.challenge_id = c.id AND p.state = 'accepted'
    ORDER BY -p.points_earned, p.completed_at, p.user_id LIMIT 1) AS winner
WHERE c.status = 'completed' AND ($3::bigint[] IS NULL OR winner.user_id = ANY($3))
  AND NOT EXISTS (SELECT FROM user_challenges AS p WHERE p.challenge_id = c.id AND p.state = 'submitted')
  AND EXISTS (SELECT FROM users AS u WHERE u.id = winner.user_id AND u.deleted_at IS NULL)
  AND NOT EXISTS (SELECT FROM user_badges AS b WHERE b.user_id = winner.user_id AND b.badge_id = $2)
GROUP BY winner.user_id HAVING count(*) >= $1::bigint LIMIT $4

-- name: followers_gained
SELECT u.id AS user_id FROM users AS u
WHERE u.followers_count >= $1::bigint AND u.deleted_at IS NULL AND ($3::bigint[] IS NULL OR u.id = ANY($3))
  AND NOT EXISTS (SELECT FROM user_badges AS b WHERE b.user_id = u.id AND b.badge_id = $2)
ORDER BY u.id LIMIT $4
