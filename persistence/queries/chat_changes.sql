-- What becomes of messages: edits, deletions, reactions, pins. Every change gets the next number of its
-- room, given inside the transaction, so that nobody who knows the last one has missed any.

-- name: lock_rooms
-- The rooms of a batch with their owners, in order of id so that two batches cannot wait for each
-- other. What is read after this stands until the transaction ends.
SELECT r.stream_id, s.user_id AS owner_id, now() AS now FROM rooms AS r JOIN streams AS s ON s.id = r.stream_id
WHERE r.stream_id = ANY ($1::bigint[]) ORDER BY r.stream_id FOR NO KEY UPDATE OF r;

-- name: edit
UPDATE chat_messages AS m
SET content = e.content, edited_at = e.edited_at, mentions = array_remove(string_to_array(e.names, ' '), '')
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[]) AS e (id, content, edited_at, names)
WHERE m.id = e.id;

-- name: withdraw
-- What its author deletes is gone from the disk as well; what a moderator deletes is kept for the log.
WITH gone AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS g (id, by_id, is_own)
), unpinned AS (
    UPDATE rooms SET pinned_id = NULL, pinned_by = NULL WHERE pinned_id IN (SELECT id FROM gone)
), unreacted AS (
    DELETE FROM chat_reactions WHERE message_id IN (SELECT id FROM gone)
)
UPDATE chat_messages AS m
SET withdrawn_at = now(), withdrawn_by = g.by_id, content = CASE WHEN g.is_own THEN '' ELSE m.content END
FROM gone AS g WHERE m.id = g.id;

-- name: log_deletions
INSERT INTO moderation_log (actor_id, owner_id, target_user_id, action, detail)
SELECT l.actor_id, l.owner_id, l.target_id, 'delete_chat_message',
       jsonb_build_object('stream_id', l.stream_id::text, 'message_id', l.message_id::text)
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    AS l (actor_id, owner_id, target_id, stream_id, message_id);

-- name: add_reactions
INSERT INTO chat_reactions (message_id, user_id, emoji)
SELECT r.message_id, r.user_id, r.emoji
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r (message_id, user_id, emoji)
JOIN users AS u ON u.id = r.user_id AND u.deleted_at IS NULL
ON CONFLICT DO NOTHING RETURNING message_id;

-- name: drop_reactions
DELETE FROM chat_reactions AS c
USING unnest($1::bigint[], $2::bigint[], $3::text[]) AS r (message_id, user_id, emoji)
WHERE (c.message_id, c.user_id, c.emoji) = (r.message_id, r.user_id, r.emoji) RETURNING c.message_id;

-- name: number_changes
-- Give each of the messages the next number of its room.
WITH changed AS (
    SELECT m.id, m.stream_id, r.last_change + row_number() OVER (PARTITION BY m.stream_id ORDER BY m.id) AS change
    FROM chat_messages AS m JOIN rooms AS r ON r.stream_id = m.stream_id WHERE m.id = ANY ($1::bigint[])
), moved AS (
    UPDATE rooms AS r SET last_change = top.change
    FROM (SELECT stream_id, max(change) AS change FROM changed GROUP BY stream_id) AS top
    WHERE r.stream_id = top.stream_id
)
UPDATE chat_messages AS m SET change = c.change FROM changed AS c WHERE m.id = c.id;

-- name: pin
-- Pin a message of the room that stands. Nothing comes back when it does not.
UPDATE rooms AS r SET pinned_id = m.id, pinned_by = $3 FROM chat_messages AS m
WHERE r.stream_id = $1 AND m.id = $2 AND m.stream_id = $1 AND m.deleted_at IS NULL AND m.withdrawn_at IS NULL
RETURNING m.id;

-- name: unpin
UPDATE rooms SET pinned_id = NULL, pinned_by = NULL WHERE stream_id = $1 AND pinned_id IS NOT NULL RETURNING TRUE;
