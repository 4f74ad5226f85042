-- A document's history: the archived pieces of its log, the log's newest part, and named versions.

-- name: newest_snapshot_id
-- How far the log is in a snapshot: what nobody needs to load the document any more.
SELECT max(update_id) FROM code_snapshots WHERE session_id = $1;

-- name: newest_piece
-- Where the archive ends, how much of it came after its last checkpoint, and what the document weighs.
SELECT (SELECT octet_length(s.content) FROM code_snapshots AS s WHERE s.session_id = $1
        ORDER BY s.update_id DESC LIMIT 1) AS document_bytes,
       max(p.last_id) AS last_id,
       COALESCE(sum(p.updates_bytes) FILTER (WHERE p.after_id >= COALESCE(
           (SELECT max(c.last_id) FROM code_archive AS c WHERE c.session_id = $1 AND c.checkpoint IS NOT NULL), 0)), 0)::bigint
           AS since_checkpoint
FROM code_archive AS p WHERE p.session_id = $1;

-- name: rows_to_archive
-- The oldest updates that a snapshot covers, never the log's last one, no more than one piece holds.
SELECT sized.id, sized.user_id, sized.created_at, sized.content
FROM (SELECT u.id, u.user_id, u.created_at, u.content,
             sum(octet_length(u.content)) OVER (ORDER BY u.id) - octet_length(u.content) AS before_bytes
      FROM (SELECT id, user_id, created_at, content FROM code_updates
            WHERE session_id = $1 AND id <= $2 AND created_at < $3 ORDER BY id LIMIT $4) AS u) AS sized
WHERE sized.before_bytes < $5
      AND sized.id < (SELECT max(id) FROM code_updates WHERE session_id = $1)
ORDER BY sized.id;

-- name: add_piece
-- Archives a piece, unless another node has just done so.
INSERT INTO code_archive
       (session_id, after_id, last_id, first_at, last_at, updates, updates_bytes, content, checkpoint)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (session_id, after_id) DO NOTHING
RETURNING last_id;

-- name: remove_archived
-- Takes what is archived out of the log.
DELETE FROM code_updates WHERE session_id = $1 AND id > $2 AND id <= $3;

-- name: archive_overflow
-- The checkpoint that the archive is cut at when it weighs more than it may: what came after it fits.
SELECT c.last_id FROM code_archive AS c
WHERE c.session_id = $1 AND c.checkpoint IS NOT NULL
      AND (SELECT sum(octet_length(p.content) + COALESCE(octet_length(p.checkpoint), 0))
           FROM code_archive AS p WHERE p.session_id = $1) > $2
      AND (SELECT COALESCE(sum(octet_length(p.content) + COALESCE(octet_length(p.checkpoint), 0)), 0)
           FROM code_archive AS p WHERE p.session_id = $1 AND p.after_id >= c.last_id) <= $3
ORDER BY c.last_id LIMIT 1;

-- name: drop_pieces_before
-- Lets go of the oldest pieces.
DELETE FROM code_archive WHERE session_id = $1 AND last_id < $2;

-- name: empty_piece
-- Keeps of a piece only the document at its end.
UPDATE code_archive SET content = ''::bytea, updates = 0, updates_bytes = 0, first_at = last_at
WHERE session_id = $1 AND last_id = $2;

-- name: checkpoint_before
-- The last archived document that is not later than a moment.
SELECT last_id, checkpoint FROM code_archive
WHERE session_id = $1 AND checkpoint IS NOT NULL AND last_id <= $2
ORDER BY last_id DESC LIMIT 1;

-- name: pieces_between
-- Archived pieces that hold updates after one and not after another, the oldest first.
SELECT after_id, last_id, content FROM code_archive
WHERE session_id = $1 AND last_id > $2 AND after_id < $3 AND updates > 0
ORDER BY after_id LIMIT $4;

-- name: rows_between
-- The newest part of the log, with authors and times.
SELECT id, user_id, created_at, content FROM code_updates
WHERE session_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4;

-- name: piece_with
-- The piece that an update is in.
SELECT after_id, last_id, last_at, updates, content FROM code_archive
WHERE session_id = $1 AND after_id < $2 AND last_id >= $2;

-- name: piece_at_time
-- The last piece that had begun at a time.
SELECT after_id, last_id, last_at, updates, content FROM code_archive
WHERE session_id = $1 AND first_at <= $2 ORDER BY after_id DESC LIMIT 1;

-- name: row_by_id
-- One update of the log's newest part.
SELECT id, user_id, created_at FROM code_updates WHERE session_id = $1 AND id = $2;

-- name: row_at_time
-- The last update of the log's newest part that is not later than a time; none: the last of all.
SELECT id, user_id, created_at FROM code_updates
WHERE session_id = $1 AND ($2::timestamptz IS NULL OR created_at <= $2) ORDER BY id DESC LIMIT 1;

-- name: span
-- When a session's log begins and ends.
SELECT LEAST((SELECT min(p.first_at) FROM code_archive AS p WHERE p.session_id = $1),
             (SELECT min(u.created_at) FROM code_updates AS u WHERE u.session_id = $1)) AS began_at,
       (SELECT max(u.created_at) FROM code_updates AS u WHERE u.session_id = $1) AS ended_at;

-- name: begun_with
-- The readable text: all there is of a document without a log.
SELECT code_content FROM code_sessions WHERE id = $1;

-- name: usernames
-- The names of authors.
SELECT id, username FROM users WHERE id = ANY($1::bigint[]) AND deleted_at IS NULL;

-- name: lock_session
-- Has versions of a session added one after the other.
SELECT id FROM code_sessions WHERE id = $1 FOR NO KEY UPDATE;

-- name: count_versions
-- How many versions a session has.
SELECT count(*) FROM code_versions WHERE session_id = $1;

-- name: add_version
-- Keeps a moment under a name.
INSERT INTO code_versions (session_id, user_id, name, update_id, made_at, code_content)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: versions
-- A session's versions, the newest first.
SELECT v.id, v.name, v.update_id, v.made_at, v.created_at, u.id AS user_id, u.username
FROM code_versions AS v LEFT JOIN users AS u ON u.id = v.user_id AND u.deleted_at IS NULL
WHERE v.session_id = $1 ORDER BY v.id DESC;

-- name: version
-- One version.
SELECT v.id, v.name, v.update_id, v.made_at, v.created_at, u.id AS user_id, u.username
FROM code_versions AS v LEFT JOIN users AS u ON u.id = v.user_id AND u.deleted_at IS NULL
WHERE v.session_id = $1 AND v.id = $2;

-- name: version_text
-- What a version keeps.
SELECT code_content FROM code_versions WHERE session_id = $1 AND id = $2;

-- name: remove_version
-- Forgets a name.
DELETE FROM code_versions WHERE session_id = $1 AND id = $2 RETURNING id;
