-- The rooms' chat: one gapless order per room, given inside the transaction that stores the message.

-- name: open_room
-- Make the room's row if the stream has none yet.
INSERT INTO rooms (stream_id) SELECT id FROM streams WHERE id = $1 ON CONFLICT DO NOTHING;

-- name: room
-- What a node must know of a room: the stream, its owner, and how far its chat has come. $2: how
-- many seconds a publisher's row stays fresh.
SELECT s.id, s.title, s.status, s.visibility, s.started_at, s.ended_at, s.user_id, u.username,
       coalesce(p.is_publishing AND p.seen_at > now() - make_interval(secs => $2), FALSE)
           AS publishing, r.epoch::text AS epoch, r.last_seq, r.last_change,
       coalesce((SELECT g.version FROM stages AS g WHERE g.stream_id = s.id), 0) AS stage_version,
       (SELECT m.id FROM chat_messages AS m
        WHERE m.id = r.pinned_id AND m.deleted_at IS NULL AND m.withdrawn_at IS NULL) AS pinned_id
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

-- name: lock_rooms
-- Keep the rooms of a batch from hearing anything else, in order of id so that two batches cannot wait
-- for each other. The statements after this one see what was committed before the locks were ours.
SELECT stream_id FROM rooms WHERE stream_id = ANY ($1::bigint[])
ORDER BY stream_id FOR NO KEY UPDATE;

-- name: add_messages
-- Store a batch in one round trip. A message whose client id its author has used in this room
-- before, in this batch or ever, is the first one again; streams that have ended and people who are
-- gone get nothing. Nor does who has rules to be asked for: a ban, or those of a channel whose staff
-- they are not; their messages come again, approved.
--
-- The rooms are locked in order of id, so that two batches cannot wait for each other, and the lock
-- gives the row as it is then. Everything else here sees what was committed when the statement
-- began: the same client id, committed by another node while we waited, is a unique violation, after
-- which the batch is to be stored again.
WITH locked AS MATERIALIZED (
    SELECT stream_id, last_seq FROM rooms WHERE stream_id = ANY ($1::bigint[])
    ORDER BY stream_id FOR NO KEY UPDATE
), incoming AS (
    SELECT i.*, array_remove(string_to_array(i.names, ' '), '') AS mentions
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
                $7::bigint[], $8::text[], $9::jsonb[], $10::boolean[])
        WITH ORDINALITY AS i (stream_id, user_id, client_id, content, kind, language, reply_to,
                              names, detail, is_approved, n)
), known AS (
    SELECT m.* FROM chat_messages AS m
    WHERE (m.stream_id, m.user_id, m.client_id) IN (
        SELECT i.stream_id, i.user_id, i.client_id FROM incoming AS i)
), fresh AS (
    SELECT DISTINCT ON (i.stream_id, i.user_id, i.client_id) i.*
    FROM incoming AS i
    JOIN streams AS s ON s.id = i.stream_id AND (s.status <> 'ended' OR i.kind = 'system')
    JOIN users AS u ON u.id = i.user_id AND u.deleted_at IS NULL
    LEFT JOIN chat_settings AS r ON r.user_id = s.user_id
    WHERE NOT EXISTS (
        SELECT 1 FROM known AS k
        WHERE k.stream_id = i.stream_id AND k.user_id = i.user_id AND k.client_id = i.client_id)
      AND (i.is_approved OR i.kind = 'system' OR i.user_id = s.user_id OR u.role <> 'member'
           OR NOT (coalesce(r.slow_mode_seconds > 0 OR r.followers_only_minutes IS NOT NULL
                            OR r.unique_messages OR NOT r.links_allowed, FALSE)
                   OR EXISTS (SELECT FROM chat_bans AS b
                              WHERE b.owner_id = s.user_id AND b.user_id = i.user_id
                                AND (b.expires_at IS NULL OR b.expires_at > now())))
           OR EXISTS (SELECT FROM stream_moderators AS m
                      WHERE m.owner_id = s.user_id AND m.user_id = i.user_id))
    ORDER BY i.stream_id, i.user_id, i.client_id, i.n
), numbered AS (
    SELECT f.*, r.last_seq + row_number() OVER (PARTITION BY f.stream_id ORDER BY f.n) AS seq
    FROM fresh AS f JOIN locked AS r ON r.stream_id = f.stream_id
), moved AS (
    UPDATE rooms AS r SET last_seq = top.seq
    FROM (SELECT stream_id, max(seq) AS seq FROM numbered GROUP BY stream_id) AS top
    WHERE r.stream_id = top.stream_id
), added AS (
    INSERT INTO chat_messages (stream_id, seq, user_id, client_id, content, kind, language, reply_to,
                               mentions, detail)
    SELECT n.stream_id, n.seq, n.user_id, n.client_id, n.content, n.kind, n.language, n.reply_to,
           n.mentions, n.detail
    FROM numbered AS n ORDER BY n.stream_id, n.seq
    RETURNING chat_messages.*
)
SELECT m.*, m.withdrawn_at IS NOT NULL AS is_deleted, u.username
FROM (SELECT k.*, FALSE AS is_new FROM known AS k UNION ALL SELECT a.*, TRUE FROM added AS a) AS m
JOIN users AS u ON u.id = m.user_id
ORDER BY m.stream_id, m.seq;

-- name: standing
-- Those of some messages that can be answered. Apart from add_messages: few are answers, and on a
-- database that has not been analysed yet a look-up in there goes through the whole chat for each.
SELECT id, stream_id FROM chat_messages
WHERE id = ANY ($1::bigint[]) AND deleted_at IS NULL AND withdrawn_at IS NULL;

-- name: messages_after
-- Messages in their order, after one that the reader has.
SELECT * FROM told_chat_messages WHERE stream_id = $1 AND seq > $2 AND NOT is_removed
ORDER BY seq LIMIT $3;

-- name: messages_before
-- The newest messages before one that the reader has, newest first.
SELECT * FROM told_chat_messages WHERE stream_id = $1 AND seq < $2 AND NOT is_removed
ORDER BY seq DESC LIMIT $3;

-- name: found_before
-- Those that hold the words $4, or the words $5 and one that begins like $6, before one that the
-- reader has, newest first.
SELECT * FROM told_chat_messages
WHERE stream_id = $1 AND seq < $2 AND NOT is_removed AND NOT is_deleted AND kind <> 'system'
  AND to_tsvector('simple', content) @@ coalesce(
      websearch_to_tsquery('simple', $5) && to_tsquery('simple', $6), websearch_to_tsquery('simple', $4))
ORDER BY seq DESC LIMIT $3;

-- name: messages_by_id
SELECT * FROM told_chat_messages WHERE id = ANY ($1::bigint[]) AND NOT is_removed;

-- name: changes_after
-- What has become of messages since the change $2 of their room, in order; those that were taken
-- away too.
SELECT * FROM told_chat_messages WHERE stream_id = $1 AND change > $2 ORDER BY change LIMIT $3;

-- name: deleted_of
-- Those of some messages that were taken away.
SELECT id FROM chat_messages WHERE id = ANY ($1::bigint[]) AND deleted_at IS NOT NULL;

-- name: reactions_of
-- What somebody has put on some messages.
SELECT message_id, array_agg(emoji ORDER BY created_at) AS emojis FROM chat_reactions
WHERE user_id = $1 AND message_id = ANY ($2::bigint[]) GROUP BY message_id;
