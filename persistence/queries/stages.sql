-- Stages: the feeds of streams, and the guests who publish some of them. Whoever holds several rows took
-- them in this order: the stream, its stage, its feeds in order of id, its publisher.

-- name: lock
-- Hold the stage, which is made if need be, and say of which stream it is.
WITH made AS (
    INSERT INTO stages (stream_id) SELECT id FROM streams WHERE id = $1
    ON CONFLICT (stream_id) DO UPDATE SET version = stages.version RETURNING stream_id)
SELECT s.user_id, s.status, s.visibility FROM streams AS s JOIN made ON made.stream_id = s.id

-- name: move
-- A state of the stage that is newer than all before it.
UPDATE stages SET version = version + 1 WHERE stream_id = $1 RETURNING version

-- name: standing
-- What decides whether somebody ($2) may come on a stage that is held, and which step comes next.
SELECT u.id, u.username, may_be_on_stage($1, u.id) AS may_be, g.status,
       EXISTS (SELECT FROM user_blocks AS k JOIN streams AS s ON s.id = $1
               WHERE k.kind = 'block' AND ((k.user_id = s.user_id AND k.target_id = u.id)
                                           OR (k.user_id = u.id AND k.target_id = s.user_id))) AS is_blocked,
       (SELECT count(*) FROM stage_guests WHERE stream_id = $1 AND status = 'accepted') AS on_stage,
       (SELECT count(*) FROM stage_guests WHERE stream_id = $1 AND status = 'requested') AS requested,
       (SELECT count(*) FROM stage_guests WHERE stream_id = $1 AND status = 'invited') AS invited
FROM users AS u LEFT JOIN stage_guests AS g ON g.stream_id = $1 AND g.user_id = u.id
WHERE u.id = $2 AND u.deleted_at IS NULL

-- name: put_guest
INSERT INTO stage_guests (stream_id, user_id, status, accepted_at)
VALUES ($1, $2, $3::text, CASE WHEN $3::text = 'accepted' THEN now() END)
ON CONFLICT (stream_id, user_id) DO UPDATE SET status = EXCLUDED.status, accepted_at = EXCLUDED.accepted_at

-- name: guest
SELECT g.user_id, u.username, g.status, coalesce(g.accepted_at, g.created_at) AS at
FROM stage_guests AS g JOIN users AS u ON u.id = g.user_id
WHERE g.stream_id = $1 AND g.user_id = $2

-- name: drop_guest
DELETE FROM stage_guests WHERE stream_id = $1 AND user_id = $2 RETURNING status

-- name: drop_feeds_of
DELETE FROM stage_feeds WHERE id IN (
    SELECT id FROM stage_feeds WHERE stream_id = $1 AND user_id = $2 ORDER BY id FOR UPDATE)

-- name: unfit
-- Guests who may be on stage no more, among $1 where that is not NULL.
SELECT g.stream_id, g.user_id FROM streams AS s JOIN stage_guests AS g ON g.stream_id = s.id
WHERE s.status <> 'ended' AND ($1::bigint[] IS NULL OR g.user_id = ANY ($1))
  AND NOT may_be_on_stage(g.stream_id, g.user_id)
ORDER BY g.stream_id, g.user_id

-- name: stage
-- One stage at one moment: a row per feed and guest; the stream alone has one row without either.
SELECT s.id AS stream_id, s.user_id AS owner_id, coalesce(st.version, 0) AS version, each.*
FROM streams AS s
LEFT JOIN stages AS st ON st.stream_id = s.id
LEFT JOIN LATERAL (
    SELECT f.id AS feed_id, u.id AS user_id, u.username, f.kind, f.is_publishing, f.is_stopped, f.has_audio, f.has_video,
           NULL::text AS status, NULL::timestamptz AS at
    FROM stage_feeds AS f JOIN users AS u ON u.id = f.user_id WHERE f.stream_id = s.id
    UNION ALL
    SELECT NULL, u.id, u.username, NULL, NULL, NULL, NULL, NULL, g.status, coalesce(g.accepted_at, g.created_at)
    FROM stage_guests AS g JOIN users AS u ON u.id = g.user_id WHERE g.stream_id = s.id
) AS each ON TRUE
WHERE s.id = $1
ORDER BY each.feed_id, each.at, each.user_id

-- name: right_of
-- What somebody ($2) is to the stage of a stream.
SELECT s.user_id AS owner_id, s.status = 'ended' AS is_ended, s.visibility <> 'private' OR s.user_id = $2 AS is_visible,
       EXISTS (SELECT FROM streams AS other
               WHERE other.user_id = s.user_id AND other.status = 'live' AND other.id <> s.id) AS other_is_live,
       EXISTS (SELECT FROM stage_guests AS g WHERE g.stream_id = s.id AND g.user_id = $2 AND g.status = 'accepted')
           AND may_be_on_stage(s.id, $2) AS is_guest
FROM streams AS s WHERE s.id = $1

-- name: slot_of
SELECT user_id, kind FROM stage_feeds WHERE stream_id = $1 AND id = $2

-- name: feed_here
-- A feed has media at the node $4.
INSERT INTO stage_feeds (stream_id, user_id, kind, node_id, is_publishing, has_audio, has_video)
VALUES ($1, $2, $3, $4, TRUE, $5, $6)
ON CONFLICT (stream_id, user_id, kind) DO UPDATE
SET node_id = $4, is_publishing = TRUE, is_stopped = FALSE, has_audio = $5, has_video = $6, seen_at = now()

-- name: feed_gone
-- Not if its publisher has meanwhile come back on another node.
UPDATE stage_feeds SET is_publishing = FALSE, is_stopped = $5, seen_at = now()
WHERE stream_id = $1 AND user_id = $2 AND kind = $3 AND node_id = $4 AND is_publishing
RETURNING id

-- name: renew
-- What of these the node $4 still holds by what the table says, with the streams' own publishers.
WITH locked AS (
    SELECT f.id FROM stage_feeds AS f
    JOIN unnest($1::bigint[], $2::bigint[], $3::text[]) AS i (stream_id, user_id, kind)
        ON (f.stream_id, f.user_id, f.kind) = (i.stream_id, i.user_id, i.kind)
    WHERE f.node_id = $4 ORDER BY f.id FOR NO KEY UPDATE OF f),
held AS (
    UPDATE stage_feeds AS f SET seen_at = now() FROM locked WHERE f.id = locked.id
    RETURNING f.stream_id, f.user_id, f.kind, f.is_publishing),
owners AS (
    UPDATE stream_publishers AS p SET seen_at = now()
    FROM held JOIN streams AS s ON s.id = held.stream_id AND s.user_id = held.user_id
    WHERE p.stream_id = held.stream_id AND p.is_publishing AND held.is_publishing)
SELECT stream_id, user_id, kind, is_publishing FROM held

-- name: stale
-- Streams with feeds whose node has not renewed them for $1 seconds.
SELECT DISTINCT stream_id FROM stage_feeds
WHERE is_publishing AND seen_at < now() - make_interval(secs => $1) ORDER BY stream_id

-- name: drop_stale
UPDATE stage_feeds SET is_publishing = FALSE WHERE id IN (
    SELECT id FROM stage_feeds
    WHERE stream_id = $1 AND is_publishing AND seen_at < now() - make_interval(secs => $2)
    ORDER BY id FOR NO KEY UPDATE)
RETURNING id

-- name: lock_some
SELECT stream_id FROM stages WHERE stream_id = ANY ($1::bigint[]) ORDER BY stream_id FOR NO KEY UPDATE

-- name: close
-- The streams have ended: nothing is published any more, and nobody waits to come on stage.
WITH locked AS (
    SELECT id FROM stage_feeds WHERE stream_id = ANY ($1::bigint[]) AND is_publishing ORDER BY id FOR NO KEY UPDATE),
feeds AS (
    UPDATE stage_feeds AS f SET is_publishing = FALSE FROM locked WHERE f.id = locked.id),
waiting AS (
    DELETE FROM stage_guests WHERE stream_id = ANY ($1::bigint[]) AND status <> 'accepted')
UPDATE stages SET version = version + 1 WHERE stream_id = ANY ($1::bigint[])
