-- Polls: exact to the last vote, whoever closes them and when.
--
-- A vote takes the poll's advisory lock shared, closing takes it alone, each in a statement of its
-- own: a statement sees what was committed when it began, so the vote after the lock sees the poll
-- closed, and the counts after the closing lock have every vote in them. Votes are counted by the
-- trigger on poll_votes.

-- name: insert_poll
-- Ask a question, unless the stream has ended. The unique index refuses a second open poll.
INSERT INTO stream_polls (stream_id, user_id, question, ends_at, results)
SELECT s.id, $2, $3, now() + make_interval(secs => $4), $5
FROM streams AS s WHERE s.id = $1 AND s.status <> 'ended'
RETURNING id;

-- name: insert_options
-- Its options, in the order given.
INSERT INTO poll_options (poll_id, position, option_text)
SELECT $1, o.n - 1, o.option_text
FROM unnest($2::text[]) WITH ORDINALITY AS o (option_text, n);

-- name: polls
-- Polls with their counts.
SELECT p.id, p.stream_id, s.user_id AS owner_id, p.question, p.ends_at, p.is_closed, p.created_at,
       p.results,
       o.id AS option_id, o.option_text, o.votes_count
FROM stream_polls AS p
JOIN streams AS s ON s.id = p.stream_id
JOIN poll_options AS o ON o.poll_id = p.id
WHERE p.id = ANY ($1::bigint[])
ORDER BY p.id DESC, o.position;

-- name: open_poll_id
-- The stream's open poll. One that time has closed is over, even if nobody has said so yet.
SELECT id FROM stream_polls
WHERE stream_id = $1 AND NOT is_closed AND (ends_at IS NULL OR ends_at > now());

-- name: past_poll_ids
-- A page of the stream's polls, newest first.
SELECT id FROM stream_polls WHERE stream_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: due_poll_ids
-- Polls that time, or the end of their stream, has closed and nobody has announced.
SELECT p.id FROM stream_polls AS p JOIN streams AS s ON s.id = p.stream_id
WHERE NOT p.is_closed AND (p.ends_at <= now() OR s.status = 'ended')
ORDER BY p.id LIMIT 100;

-- name: due_poll_id_of
-- The same of one stream, so that a new question need not wait for the announcement.
SELECT id FROM stream_polls WHERE stream_id = $1 AND NOT is_closed AND ends_at <= now();

-- name: next_due
-- In how many seconds the next poll falls due.
SELECT extract(epoch FROM min(ends_at) - now())::float8
FROM stream_polls WHERE NOT is_closed AND ends_at IS NOT NULL;

-- name: lock_votes
-- Let no one close these polls until we commit; in order of id, so that nobody waits in a circle.
SELECT pg_advisory_xact_lock_shared(hashtextextended('poll:' || id, 0))
FROM (SELECT id FROM unnest($1::bigint[]) AS id ORDER BY id) AS polls;

-- name: lock_closing
-- Wait for votes under way, keep out later ones.
SELECT pg_advisory_xact_lock(hashtextextended('poll:' || $1::bigint, 0));

-- name: close_poll
-- Close, once. By time the result stands as of `ends_at`, late as this may run.
UPDATE stream_polls SET is_closed = TRUE, closed_at = now()
WHERE id = $1 AND NOT is_closed
RETURNING id;

-- name: add_votes
-- Store a batch of votes, the first of each user, and return those that were stored; closed polls,
-- strange options, streams that have ended and private streams of others take none, nor do channels
-- that keep the voter out. What holds for a poll is looked at once, not for each of its votes.
WITH open_options AS MATERIALIZED (
    SELECT o.poll_id, o.id AS option_id, s.user_id AS owner_id, s.visibility = 'private' AS is_private
    FROM stream_polls AS p
    JOIN streams AS s ON s.id = p.stream_id AND s.status <> 'ended'
    JOIN poll_options AS o ON o.poll_id = p.id
    WHERE p.id = ANY ($1::bigint[])
      AND NOT p.is_closed AND (p.ends_at IS NULL OR p.ends_at > statement_timestamp())
)
INSERT INTO poll_votes (poll_id, user_id, option_id)
SELECT v.poll_id, v.user_id, v.option_id
FROM (
    SELECT DISTINCT ON (poll_id, user_id) *
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
        WITH ORDINALITY AS i (poll_id, user_id, option_id, n)
    ORDER BY poll_id, user_id, n
) AS v
JOIN open_options AS o ON o.poll_id = v.poll_id AND o.option_id = v.option_id
    AND (NOT o.is_private OR o.owner_id = v.user_id)
JOIN users AS u ON u.id = v.user_id AND u.deleted_at IS NULL
WHERE NOT EXISTS (SELECT FROM chat_bans AS b
                  WHERE b.owner_id = o.owner_id AND b.user_id = v.user_id
                    AND (b.expires_at IS NULL OR b.expires_at > now()))
ON CONFLICT (poll_id, user_id) DO NOTHING
RETURNING poll_id, user_id, option_id;

-- name: votes
-- What these users have voted for in these polls.
SELECT v.poll_id, v.user_id, v.option_id
FROM poll_votes AS v
JOIN (SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[])) AS i (poll_id, user_id)
    ON i.poll_id = v.poll_id AND i.user_id = v.user_id;
