-- Suggestions for lines of code, and votes on them. Accepting one is in documents.sql: it happens in
-- the transaction that appends its edit.

-- name: lock_authors
-- Counts of suggestions per hour are only true while their authors' rows are held.
SELECT id FROM users WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE;

-- name: add
-- Adds suggestions that are new, as far as their author's hour ($10) and the session ($11) allow.
WITH given AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[],
                         $6::int[], $7::int[], $8::int[], $9::int[]) WITH ORDINALITY
        AS g (session_id, user_id, client_id, content, original,
              anchor_start, anchor_end, line_start, line_end, position)
), fresh AS (
    SELECT DISTINCT ON (g.session_id, g.user_id, g.client_id) g.*, s.version
    FROM given AS g JOIN code_sessions AS s ON s.id = g.session_id
    WHERE NOT EXISTS (SELECT 1 FROM code_suggestions AS c
                      WHERE c.session_id = g.session_id AND c.user_id = g.user_id AND c.client_id = g.client_id)
    ORDER BY g.session_id, g.user_id, g.client_id, g.position
), numbered AS (
    SELECT f.*,
           row_number() OVER (PARTITION BY f.user_id ORDER BY f.position)
           + (SELECT count(*) FROM code_suggestions AS c
              WHERE c.user_id = f.user_id AND c.created_at > now() - interval '1 hour') AS nth_of_author,
           row_number() OVER (PARTITION BY f.session_id ORDER BY f.position)
           + (SELECT count(*) FROM code_suggestions AS c
              WHERE c.session_id = f.session_id AND c.status = 'pending') AS nth_of_session
    FROM fresh AS f
)
INSERT INTO code_suggestions (session_id, user_id, client_id, content, original, base_version,
                              anchor_start, anchor_end, line_start, line_end)
SELECT session_id, user_id, client_id, content, original, version, anchor_start, anchor_end, line_start, line_end
FROM numbered WHERE nth_of_author <= $10 AND nth_of_session <= $11 ORDER BY position
ON CONFLICT (session_id, user_id, client_id) DO NOTHING;

-- name: by_client_ids
-- Suggestions by their authors' own ids.
SELECT c.id, c.session_id, c.user_id, c.client_id
FROM code_suggestions AS c
JOIN unnest($1::bigint[], $2::bigint[], $3::text[]) AS g (session_id, user_id, client_id)
  ON c.session_id = g.session_id AND c.user_id = g.user_id AND c.client_id = g.client_id;

-- name: by_ids
-- Suggestions as they are shown, with how somebody ($2) has voted.
SELECT c.id, c.session_id, s.stream_id, c.user_id, u.username, c.client_id, c.content, c.original,
       c.line_start, c.line_end, c.upvotes, c.downvotes, c.status, c.is_stale, c.note, c.created_at,
       c.resolved_by, r.username AS resolved_by_username,
       COALESCE((SELECT v.value FROM code_suggestion_votes AS v
                 WHERE v.suggestion_id = c.id AND v.user_id = $2), 0) AS my_vote
FROM code_suggestions AS c
JOIN code_sessions AS s ON s.id = c.session_id
LEFT JOIN users AS u ON u.id = c.user_id
LEFT JOIN users AS r ON r.id = c.resolved_by
WHERE c.id = ANY($1::bigint[]) ORDER BY c.id DESC;

-- name: page
-- A session's suggestions before one ($3), the newest first.
SELECT id FROM code_suggestions
WHERE session_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::bigint IS NULL OR id /*page*/ < $3)
ORDER BY id /*page*/ DESC LIMIT $4;

-- name: page_by_votes
-- A session's suggestions after one (of $3 votes more for than against, and id $4), the best first.
SELECT id FROM code_suggestions
WHERE session_id = $1 AND ($2::text IS NULL OR status = $2)
  AND ($3::int IS NULL OR (upvotes - downvotes, id) /*page*/ < ($3, $4))
ORDER BY upvotes - downvotes /*page*/ DESC, id /*page*/ DESC LIMIT $5;

-- name: votable
-- For each vote: whether the voter sees the suggestion, and whether it is still open. Locks the
-- suggestions in order of id, as the counters do, so that two batches cannot deadlock and nobody
-- resolves one before its last votes are counted.
SELECT c.id AS suggestion_id, c.status, st.visibility, st.user_id AS owner_id, c.session_id
FROM code_suggestions AS c
JOIN code_sessions AS s ON s.id = c.session_id
JOIN streams AS st ON st.id = s.stream_id
WHERE c.id = ANY($1::bigint[]) ORDER BY c.id FOR NO KEY UPDATE OF c;

-- name: collaborations
-- Which of these people collaborate in which of these sessions.
SELECT session_id, user_id FROM code_session_collaborators
WHERE session_id = ANY($1::bigint[]) AND user_id = ANY($2::bigint[]);

-- name: withdraw_votes
-- Takes votes back.
DELETE FROM code_suggestion_votes AS v USING unnest($1::bigint[], $2::bigint[]) AS g (suggestion_id, user_id)
WHERE v.suggestion_id = g.suggestion_id AND v.user_id = g.user_id;

-- name: vote
-- One vote a person, changeable; a vote that says the same again changes nothing.
INSERT INTO code_suggestion_votes AS v (suggestion_id, user_id, value)
SELECT suggestion_id, user_id, value FROM unnest($1::bigint[], $2::bigint[], $3::smallint[]) AS g (suggestion_id, user_id, value)
ORDER BY suggestion_id, user_id
ON CONFLICT (suggestion_id, user_id) DO UPDATE SET value = excluded.value WHERE v.value <> excluded.value;

-- name: reject
-- Rejects a suggestion that is still open.
UPDATE code_suggestions SET status = 'rejected', resolved_by = $2, note = $3, resolved_at = now()
WHERE id = $1 AND status = 'pending' RETURNING id;

-- name: rejected_of_another
-- Whose suggestion was rejected and where, unless it is the streamer's own.
SELECT g.user_id, c.id AS session_id, c.stream_id, c.title
FROM code_suggestions AS g JOIN code_sessions AS c ON c.id = g.session_id
WHERE g.id = $1 AND g.user_id IS NOT NULL AND g.user_id <> g.resolved_by;

-- name: withdraw
-- Takes back a suggestion that is still open.
UPDATE code_suggestions SET status = 'withdrawn', resolved_by = $2, resolved_at = now()
WHERE id = $1 AND user_id = $2 AND status = 'pending' RETURNING id;
