-- What a channel's staff takes out of a chat at one stroke, and gives back; and what waits for it.

-- name: lock_room
SELECT last_seq, last_change FROM rooms WHERE stream_id = $1 FOR NO KEY UPDATE

-- name: clear
-- Withdraw what the person $2 has said in the room, or what everybody has (NULL), as of now; each message's
-- change gets the next number. Nothing is deleted, so that it can be given back.
WITH gone AS (
    SELECT m.id, r.last_change + row_number() OVER (ORDER BY m.id) AS change
    FROM chat_messages AS m JOIN rooms AS r ON r.stream_id = m.stream_id
    WHERE m.stream_id = $1 AND ($2::bigint IS NULL OR m.user_id = $2)
      AND m.deleted_at IS NULL AND m.withdrawn_at IS NULL AND m.kind <> 'system'
), moved AS (
    UPDATE rooms SET last_change = last_change + (SELECT count(*) FROM gone),
        pinned_id = CASE WHEN pinned_id IN (SELECT id FROM gone) THEN NULL ELSE pinned_id END
    WHERE stream_id = $1 RETURNING last_change)
UPDATE chat_messages AS m SET withdrawn_at = now(), withdrawn_by = $3, change = gone.change
FROM gone WHERE m.id = gone.id

-- name: clearing
-- What was cleared in the room $1: the line of the log.
SELECT detail, target_user_id FROM moderation_log
WHERE id = $2 AND action = 'clear_chat' AND detail ->> 'stream_id' = $1::text

-- name: restore
-- Give back what was withdrawn at the moment $2.
WITH back AS (
    SELECT m.id, r.last_change + row_number() OVER (ORDER BY m.id) AS change
    FROM chat_messages AS m JOIN rooms AS r ON r.stream_id = m.stream_id
    WHERE m.stream_id = $1 AND m.withdrawn_at = $2 AND m.content <> ''
), moved AS (
    UPDATE rooms SET last_change = last_change + (SELECT count(*) FROM back) WHERE stream_id = $1)
UPDATE chat_messages AS m SET withdrawn_at = NULL, withdrawn_by = NULL, change = back.change
FROM back WHERE m.id = back.id

-- name: now
SELECT now()

-- name: hold
INSERT INTO chat_held_messages (stream_id, user_id, client_id, content, kind, language, reply_to, term)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (stream_id, user_id, client_id) DO NOTHING
RETURNING id

-- name: held_by_client_id
SELECT id, is_approved FROM chat_held_messages WHERE stream_id = $1 AND user_id = $2 AND client_id = $3

-- name: count_held
SELECT count(*) FROM chat_held_messages WHERE stream_id = $1 AND user_id = $2 AND decided_at IS NULL

-- name: held
-- What waits in a room, the longest first, behind the id $2 where that is not NULL.
SELECT h.id, h.stream_id, h.user_id, u.username, h.client_id, h.content, h.kind, h.language, h.reply_to, h.term,
       h.created_at
FROM chat_held_messages AS h JOIN users AS u ON u.id = h.user_id
WHERE h.stream_id = $1 AND h.decided_at IS NULL AND ($2::bigint IS NULL OR h.id /*page*/ > $2)
ORDER BY h.id /*page*/ ASC LIMIT $3

-- name: held_by_id
SELECT h.id, h.stream_id, h.user_id, u.username, h.client_id, h.content, h.kind, h.language, h.reply_to, h.term,
       h.created_at, h.is_approved
FROM chat_held_messages AS h JOIN users AS u ON u.id = h.user_id
WHERE h.stream_id = $1 AND h.id = $2

-- name: decide
UPDATE chat_held_messages SET decided_at = now(), decided_by = $2, is_approved = $3
WHERE id = $1 AND decided_at IS NULL RETURNING TRUE
