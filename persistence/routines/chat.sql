-- A message as the room tells it: who wrote it, and what it answers. New columns go to the end. An erased
-- account is left out by CASE, not by a condition of the join, which would be read as "hardly anybody".
CREATE OR REPLACE VIEW told_chat_messages AS
SELECT m.id, m.stream_id, m.seq, m.user_id,
       (CASE WHEN u.deleted_at IS NULL THEN u.username END)::varchar(50) AS username, m.content, m.client_id, m.created_at, m.kind, m.language,
       m.mentions, m.detail, m.reactions, m.edited_at, m.withdrawn_at IS NOT NULL AS is_deleted, m.change,
       m.deleted_at IS NOT NULL AS is_removed, m.reply_to, q.seq AS quoted_seq, q.user_id AS quoted_user_id,
       (CASE WHEN p.deleted_at IS NULL THEN p.username END)::varchar(50) AS quoted_username,
       CASE WHEN q.deleted_at IS NULL AND q.withdrawn_at IS NULL THEN left(q.content, 200) ELSE '' END AS quoted_content
FROM chat_messages AS m
LEFT JOIN users AS u ON u.id = m.user_id
LEFT JOIN chat_messages AS q ON q.id = m.reply_to
LEFT JOIN users AS p ON p.id = q.user_id;

-- How many of each emoji a message has, moved by what was added and taken away.
CREATE OR REPLACE FUNCTION keep_chat_reactions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($query$
        WITH delta AS (SELECT message_id, emoji, sum(%s) AS n FROM %I GROUP BY message_id, emoji),
             locked AS (SELECT m.id FROM chat_messages AS m WHERE m.id IN (SELECT message_id FROM delta)
                        ORDER BY m.id FOR NO KEY UPDATE)
        UPDATE chat_messages AS m
        SET reactions = (
            SELECT coalesce(jsonb_object_agg(counted.emoji, counted.n), '{}')
            FROM (SELECT parts.emoji, sum(parts.n) AS n
                  FROM (SELECT key AS emoji, value::integer AS n FROM jsonb_each_text(m.reactions)
                        UNION ALL SELECT d.emoji, d.n FROM delta AS d WHERE d.message_id = m.id) AS parts
                  GROUP BY parts.emoji HAVING sum(parts.n) > 0) AS counted)
        FROM locked WHERE m.id = locked.id$query$,
        CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END,
        CASE TG_OP WHEN 'INSERT' THEN 'new_rows' ELSE 'old_rows' END);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER keep_chat_reactions_added AFTER INSERT ON chat_reactions
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_chat_reactions();
CREATE OR REPLACE TRIGGER keep_chat_reactions_dropped AFTER DELETE ON chat_reactions
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_chat_reactions();
