-- name: lock_stream
-- One at a time may count a stream's sessions and add another.
SELECT id FROM streams WHERE id = $1 FOR NO KEY UPDATE

-- name: count
SELECT count(*) FROM code_sessions WHERE stream_id = $1 AND closed_at IS NULL

-- name: add
INSERT INTO code_sessions (stream_id, user_id, title, language) VALUES ($1, $2, $3, $4) RETURNING id

-- name: by_id
SELECT c.id, c.stream_id, c.title, c.language, c.code_content, c.version, c.created_at, c.updated_at,
       s.user_id AS owner_id, s.visibility,
       c.user_id, u.username
FROM code_sessions AS c
JOIN streams AS s ON s.id = c.stream_id
LEFT JOIN users AS u ON u.id = c.user_id
WHERE c.id = $1 AND c.closed_at IS NULL

-- name: of_stream
SELECT id, title, language FROM code_sessions WHERE stream_id = $1 AND closed_at IS NULL ORDER BY id

-- name: rename
UPDATE code_sessions SET title = COALESCE($2, title), language = COALESCE($3, language)
WHERE id = $1 AND closed_at IS NULL

-- name: close
UPDATE code_sessions SET closed_at = now() WHERE id = $1 AND closed_at IS NULL

-- name: collaborators
SELECT u.id, u.username FROM code_session_collaborators AS c JOIN users AS u ON u.id = c.user_id
WHERE c.session_id = $1 AND u.deleted_at IS NULL ORDER BY lower(u.username)

-- name: count_collaborators
SELECT count(*) FROM code_session_collaborators WHERE session_id = $1 AND user_id <> $2

-- name: lock
SELECT id FROM code_sessions WHERE id = $1 FOR NO KEY UPDATE

-- name: add_collaborator
INSERT INTO code_session_collaborators (session_id, user_id, added_by) VALUES ($1, $2, $3)
ON CONFLICT (session_id, user_id) DO NOTHING

-- name: remove_collaborator
DELETE FROM code_session_collaborators WHERE session_id = $1 AND user_id = $2
