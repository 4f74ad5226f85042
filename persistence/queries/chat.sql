-- The rooms' chat: one gapless order per room, given inside the transaction that stores the message.

-- name: open_room
-- Make the room's row if the stream has none yet.
INSERT INTO rooms (stream_id) SELECT id FROM streams WHERE id = $1 ON CONFLICT DO NOTHING;

-- name: room
-- What a node must know of a room: the stream, its owner, and how far its chat has come. $2: how
-- many seconds a publisher's row stays fresh.
SELECT s.id, s.title, s.status, s.visibility, s.started_at, s.ended_at, s.user_id, u.username,
       coalesce(p.is_publishing AND p.seen_at > now() - make_interval(secs => $2), FALSE)
           AS publishing, r.epoch::text AS epoch, r.last_seq
FROM streams AS s
JOIN users AS u ON u.id = s.user_id
JOIN rooms AS r ON r.stream_id = s.id
LEFT JOIN stream_publishers AS p ON p.stream_id = s.id
WHERE s.id = ANY ($1::bigint[]);

-- name: collaborates
-- Whether somebody may write in one of the stream's code sessions.
SELECT EXISTS (
    SELECT 1 FROM code_session_collaborators AS c JOIN code_sessions AS s ON s.id = c.session_id
    WHERE s.stream_id = $1 AND c.user_id = $2);

-- name: rooms_of
-- Those of some streams that have a room.
SELECT stream_id FROM rooms WHERE stream_id = ANY ($1::bigint[]);

-- name: add_messages
-- Store a batch in one round trip. A message whose client id its author has used in this room
-- before, in this batch or ever, is the first one again; streams that have ended and people who are
-- gone get nothing.
--
-- The rooms are locked in order of id, so that two batches cannot wait for each other, and the lock
-- gives the row as it is then. Everything else here sees what was committed when the statement
-- began: the same client id, committed by another node while we waited, is a unique violation, after
-- which the batch is to be stored again.
WITH locked AS MATERIALIZED (
    SELECT stream_id, last_seq FROM rooms WHERE stream_id = ANY ($1::bigint[])
    ORDER BY stream_id FOR NO KEY UPDATE
), incoming AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
        WITH ORDINALITY AS i (stream_id, user_id, client_id, content, n)
), known AS (
    SELECT m.id, m.stream_id, m.seq, m.user_id, m.content, m.client_id, m.created_at
    FROM chat_messages AS m
    WHERE (m.stream_id, m.user_id, m.client_id) IN (
        SELECT i.stream_id, i.user_id, i.client_id FROM incoming AS i)
), fresh AS (
    SELECT DISTINCT ON (i.stream_id, i.user_id, i.client_id) i.*
    FROM incoming AS i
    JOIN streams AS s ON s.id = i.stream_id AND s.status <> 'ended'
    JOIN users AS u ON u.id = i.user_id AND u.deleted_at IS NULL
    WHERE NOT EXISTS (
        SELECT 1 FROM known AS k
        WHERE k.stream_id = i.stream_id AND k.user_id = i.user_id AND k.client_id = i.client_id)
    ORDER BY i.stream_id, i.user_id, i.client_id, i.n
), numbered AS (
    SELECT f.*, r.last_seq + row_number() OVER (PARTITION BY f.stream_id ORDER BY f.n) AS seq
    FROM fresh AS f JOIN locked AS r ON r.stream_id = f.stream_id
), moved AS (
    UPDATE rooms AS r SET last_seq = top.seq
    FROM (SELECT stream_id, max(seq) AS seq FROM numbered GROUP BY stream_id) AS top
    WHERE r.stream_id = top.stream_id
), added AS (
    INSERT INTO chat_messages (stream_id, seq, user_id, client_id, content)
    SELECT stream_id, seq, user_id, client_id, content FROM numbered ORDER BY stream_id, seq
    RETURNING id, stream_id, seq, user_id, content, client_id, created_at
)
SELECT m.*, u.username
FROM (SELECT * FROM known UNION ALL SELECT * FROM added) AS m JOIN users AS u ON u.id = m.user_id
ORDER BY m.stream_id, m.seq;

-- name: messages_after
-- Messages in their order, after one that the reader has.
SELECT m.id, m.stream_id, m.seq, m.user_id, u.username, m.content, m.client_id, m.created_at
FROM chat_messages AS m LEFT JOIN users AS u ON u.id = m.user_id
WHERE m.stream_id = $1 AND m.seq > $2 AND m.deleted_at IS NULL
ORDER BY m.seq LIMIT $3;

-- name: messages_before
-- The newest messages before one that the reader has, newest first.
SELECT m.id, m.stream_id, m.seq, m.user_id, u.username, m.content, m.client_id, m.created_at
FROM chat_messages AS m LEFT JOIN users AS u ON u.id = m.user_id
WHERE m.stream_id = $1 AND m.seq < $2 AND m.deleted_at IS NULL
ORDER BY m.seq DESC LIMIT $3;

-- name: deleted_of
-- Those of some messages that were taken away.
SELECT id FROM chat_messages WHERE id = ANY ($1::bigint[]) AND deleted_at IS NOT NULL;
