-- What a stream came to.

-- name: summary
-- All counted from the rows themselves, in one statement and so at one moment. A stream that goes on
-- is counted until now, and one that never began has nothing but what was said before it.
SELECT s.id AS stream_id, s.title, s.status, s.started_at, s.ended_at, s.peak_viewers,
    span.ms AS duration_ms,
    (CASE WHEN s.watched_until IS NOT NULL AND span.ms > 0 THEN
        round((s.watched_ms + CASE WHEN s.status = 'live' THEN
            s.viewers_count * extract(epoch FROM now() - s.watched_until) * 1000 ELSE 0 END) / span.ms, 2)
    END)::float8 AS average_viewers,
    chat.messages, chat.chatters, polls.polls, polls.votes,
    asked.questions, asked.answered, code.suggestions, code.accepted,
    (SELECT count(*) FROM followers AS f WHERE f.following_id = s.user_id
        AND f.created_at >= s.started_at AND f.created_at <= coalesce(s.ended_at, now())) AS new_followers,
    gaps.interruptions, gaps.interrupted_ms
FROM streams AS s
CROSS JOIN LATERAL (SELECT round(extract(epoch FROM coalesce(s.ended_at, now()) - s.started_at) * 1000)::bigint AS ms) AS span
CROSS JOIN LATERAL (
    SELECT count(*) AS messages, count(DISTINCT m.user_id) AS chatters FROM chat_messages AS m
    WHERE m.stream_id = s.id AND m.kind <> 'system' AND m.deleted_at IS NULL AND m.withdrawn_at IS NULL) AS chat
CROSS JOIN LATERAL (
    SELECT count(DISTINCT p.id) AS polls, count(v.user_id) AS votes
    FROM stream_polls AS p LEFT JOIN poll_votes AS v ON v.poll_id = p.id WHERE p.stream_id = s.id) AS polls
CROSS JOIN LATERAL (
    SELECT count(*) AS questions, count(*) FILTER (WHERE q.status = 'answered') AS answered
    FROM stream_questions AS q WHERE q.stream_id = s.id) AS asked
CROSS JOIN LATERAL (
    SELECT count(*) AS suggestions, count(*) FILTER (WHERE g.status = 'accepted') AS accepted
    FROM code_suggestions AS g JOIN code_sessions AS c ON c.id = g.session_id WHERE c.stream_id = s.id) AS code
CROSS JOIN LATERAL (
    SELECT count(*) AS interruptions,
        coalesce(sum(round(extract(epoch FROM i.ended_at - i.began_at) * 1000)), 0)::bigint AS interrupted_ms
    FROM stream_interruptions AS i WHERE i.stream_id = s.id AND i.ended_at IS NOT NULL) AS gaps
WHERE s.id = $1
