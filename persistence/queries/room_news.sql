-- What happened to rooms and does not stand in their chats: the node died, or its PostgreSQL was away,
-- between the event and its message. The last minutes only: nobody wants older news.

-- name: untold_starts
-- Streams that have gone live, by their publisher.
SELECT s.id AS stream_id, s.user_id FROM streams AS s
JOIN users AS u ON u.id = s.user_id AND u.deleted_at IS NULL
JOIN stream_publishers AS p ON p.stream_id = s.id
WHERE s.status = 'live' AND s.started_at BETWEEN now() - make_interval(secs => $1) AND now() - make_interval(secs => $2)
  AND NOT EXISTS (SELECT FROM chat_messages AS m
                  WHERE m.stream_id = s.id AND m.user_id = s.user_id AND m.client_id = 'system:live')
LIMIT 100;

-- name: untold_polls
-- Polls that were closed.
SELECT p.id FROM stream_polls AS p
JOIN streams AS s ON s.id = p.stream_id
JOIN users AS u ON u.id = s.user_id AND u.deleted_at IS NULL
WHERE p.is_closed
  AND p.closed_at BETWEEN now() - make_interval(secs => $1) AND now() - make_interval(secs => $2)
  AND NOT EXISTS (SELECT FROM chat_messages AS m
                  WHERE m.stream_id = s.id AND m.user_id = s.user_id AND m.client_id = 'system:poll:' || p.id)
LIMIT 100;

-- name: untold_suggestions
-- Suggestions that have become part of the code.
SELECT c.stream_id, g.id, g.resolved_by, a.username AS author FROM code_suggestions AS g
JOIN code_sessions AS c ON c.id = g.session_id
JOIN users AS u ON u.id = g.resolved_by AND u.deleted_at IS NULL
LEFT JOIN users AS a ON a.id = g.user_id AND a.deleted_at IS NULL
WHERE g.status = 'accepted'
  AND g.resolved_at BETWEEN now() - make_interval(secs => $1) AND now() - make_interval(secs => $2)
  AND NOT EXISTS (SELECT FROM chat_messages AS m
                  WHERE m.stream_id = c.stream_id AND m.user_id = g.resolved_by
                    AND m.client_id = 'system:suggestion:' || g.id)
LIMIT 100;
