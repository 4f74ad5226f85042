-- Who wants to say something: what the rules of the room decide by, read inside the transaction that
-- stores it.

-- name: speakers
-- People ($2) in rooms ($1), pair by pair. What a room's rules do not ask for is not looked up.
SELECT w.stream_id, w.user_id, clock_timestamp() AS now,
       w.user_id = s.user_id OR u.role <> 'member' OR m.user_id IS NOT NULL AS is_staff,
       b.user_id IS NOT NULL AS is_banned, b.expires_at, b.reason,
       coalesce(r.slow_mode_seconds, 0) AS slow_mode_seconds, r.followers_only_minutes,
       coalesce(r.signed_in_only, FALSE) AS signed_in_only,
       coalesce(r.unique_messages, FALSE) AS unique_messages,
       coalesce(r.links_allowed, TRUE) AS links_allowed,
       coalesce(r.moderation_delay_seconds, 0) AS moderation_delay_seconds,
       f.created_at AS followed_at, said.last_at, coalesce(said.recent, '{}') AS recent
FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[])) AS w (stream_id, user_id)
JOIN streams AS s ON s.id = w.stream_id
JOIN users AS u ON u.id = w.user_id
LEFT JOIN chat_settings AS r ON r.user_id = s.user_id
LEFT JOIN stream_moderators AS m ON m.owner_id = s.user_id AND m.user_id = w.user_id
LEFT JOIN chat_bans AS b ON b.owner_id = s.user_id AND b.user_id = w.user_id
    AND (b.expires_at IS NULL OR b.expires_at > now())
LEFT JOIN followers AS f ON r.followers_only_minutes IS NOT NULL
    AND f.follower_id = w.user_id AND f.following_id = s.user_id
LEFT JOIN LATERAL (
    SELECT max(l.created_at) AS last_at, array_agg(l.content ORDER BY l.id DESC)
               FILTER (WHERE l.created_at > now() - $3::interval) AS recent
    FROM (SELECT c.id, c.content, c.created_at FROM chat_messages AS c
          WHERE c.user_id = w.user_id AND c.stream_id = w.stream_id
          ORDER BY c.id DESC LIMIT $4) AS l
) AS said ON r.slow_mode_seconds > 0 OR r.unique_messages;

-- name: known
-- Which of these messages were stored before: said again, they are the first ones.
SELECT c.stream_id, c.user_id, c.client_id
FROM chat_messages AS c
JOIN unnest($1::bigint[], $2::bigint[], $3::text[]) AS i (stream_id, user_id, client_id)
    ON i.stream_id = c.stream_id AND i.user_id = c.user_id AND i.client_id = c.client_id;
