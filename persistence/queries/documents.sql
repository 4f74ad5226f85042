-- A code session's Yjs document: the log of its updates, its snapshots, its readable projection.

-- name: access
-- Who may read and write a session; who is kept out of the channel collaborates in nothing.
SELECT s.id, s.stream_id, st.user_id AS owner_id, st.visibility,
       ARRAY(SELECT c.user_id FROM code_session_collaborators AS c
             WHERE c.session_id = s.id
               AND NOT EXISTS (SELECT FROM chat_bans AS b
                               WHERE b.owner_id = st.user_id AND b.user_id = c.user_id
                                 AND (b.expires_at IS NULL OR b.expires_at > now()))) AS collaborator_ids
FROM code_sessions AS s JOIN streams AS st ON st.id = s.stream_id
WHERE s.id = $1 AND s.closed_at IS NULL;

-- name: projection
-- The readable text of a session and the log position it was taken at.
SELECT code_content, version FROM code_sessions WHERE id = $1;

-- name: projected_at
-- The log position of a session's projection.
SELECT version FROM code_sessions WHERE id = $1;

-- name: open_suggestions
-- Where the open suggestions of a session stood at its projection.
SELECT id, anchor_start, anchor_end, original, line_start, line_end, is_stale FROM code_suggestions
WHERE session_id = $1 AND status = 'pending' AND anchor_start IS NOT NULL ORDER BY id;

-- name: open_suggestion
-- Where one suggestion stands, if it is open.
SELECT id, anchor_start, anchor_end, original, line_start, line_end, is_stale FROM code_suggestions
WHERE id = $1 AND status = 'pending' AND anchor_start IS NOT NULL;

-- name: newest_snapshot
-- The newest snapshot of a session.
SELECT update_id, content FROM code_snapshots WHERE session_id = $1 ORDER BY update_id DESC LIMIT 1;

-- name: updates_after
-- A session's log from a position on, in order of commit.
SELECT id, content FROM code_updates WHERE session_id = $1 AND id > $2 ORDER BY id;

-- name: updates_between
-- A session's log between two positions, the first excluded, the last included.
SELECT id, content FROM code_updates WHERE session_id = $1 AND id > $2 AND id <= $3 ORDER BY id;

-- name: archived_through
-- The last update of a session that is no longer in the log; 0 when it has everything.
SELECT COALESCE(max(last_id), 0) FROM code_archive WHERE session_id = $1;

-- name: lock_sessions
-- Holds sessions' rows before suggestions' rows are held, as projections do: else two could deadlock.
SELECT id FROM code_sessions WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE;

-- name: append_updates
-- Appends updates in the order given; see routines/documents.sql.
SELECT place, previous_id, update_id FROM append_code_updates($1, $2, $3, $4);

-- name: lock_suggestions
-- Locks suggestions in order of id, so that two batches cannot deadlock.
SELECT id FROM code_suggestions WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE;

-- name: accept_suggestion
-- Accepts a suggestion that is still open.
UPDATE code_suggestions SET status = 'accepted', resolved_by = $2, note = $3, resolved_at = now()
WHERE id = $1 AND status = 'pending'
RETURNING id;

-- name: find_update
-- The log position of an update that may already have been committed, and the one before it.
SELECT u.id, COALESCE((SELECT max(p.id) FROM code_updates AS p WHERE p.session_id = $1 AND p.id < u.id), 0) AS previous_id
FROM code_updates AS u WHERE u.session_id = $1 AND u.content = $2 ORDER BY u.id DESC LIMIT 1;

-- name: accepted_of_another
-- Whose suggestion was accepted and where, unless it is the accepter's own.
SELECT g.user_id, c.id AS session_id, c.stream_id, c.title
FROM code_suggestions AS g JOIN code_sessions AS c ON c.id = g.session_id
WHERE g.id = $1 AND g.user_id IS NOT NULL AND g.user_id <> g.resolved_by;

-- name: project
-- Writes the readable text, unless a later one is there already.
UPDATE code_sessions SET code_content = $2, version = $3
WHERE id = $1 AND version <= $3 AND (code_content, version) IS DISTINCT FROM ($2, $3);

-- name: project_anchors
-- Writes where the open suggestions of a session stand now.
UPDATE code_suggestions AS s
SET anchor_start = given.anchor_start, anchor_end = given.anchor_end,
    line_start = given.line_start, line_end = given.line_end, is_stale = given.is_stale
FROM unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::int[], $6::boolean[])
     AS given (id, anchor_start, anchor_end, line_start, line_end, is_stale)
WHERE s.id = given.id AND s.status = 'pending';

-- name: save_snapshot
-- Keeps the document as of a log position.
INSERT INTO code_snapshots (session_id, update_id, content) VALUES ($1, $2, $3)
ON CONFLICT (session_id, update_id) DO NOTHING;

-- name: drop_older_snapshots
-- Snapshots that a newer one stands in for.
DELETE FROM code_snapshots WHERE session_id = $1 AND update_id < $2;
