-- name: keep
-- In the slot of this quarter of a minute, over what stood there a minute ago.
INSERT INTO stream_snapshots (stream_id, slot, content, is_still)
SELECT s.id, (extract(epoch FROM now())::bigint / 15 % 4)::smallint, $3, $4
FROM streams AS s WHERE s.id = $1 AND s.user_id = $2 AND s.status = 'live' AND s.visibility = 'public'
ON CONFLICT (stream_id, slot)
DO UPDATE SET content = excluded.content, taken_at = excluded.taken_at, is_still = excluded.is_still
RETURNING slot

-- name: fresh
-- When those of $1 were taken, the oldest first, as long as it is live for everybody.
SELECT n.taken_at FROM stream_snapshots AS n JOIN streams AS s ON s.id = n.stream_id
WHERE n.stream_id = $1 AND s.status = 'live' AND s.visibility = 'public' AND n.taken_at > now() - $2::interval
ORDER BY n.taken_at

-- name: content
SELECT n.content FROM stream_snapshots AS n JOIN streams AS s ON s.id = n.stream_id
WHERE n.stream_id = $1 AND n.taken_at = $2 AND s.status = 'live' AND s.visibility = 'public'

-- name: forget
-- Those of streams that are over.
DELETE FROM stream_snapshots AS n USING streams AS s
WHERE s.id = n.stream_id AND s.status <> 'live' AND s.user_id = $1

-- name: unpictured
-- Those of $1 that have been live for everybody for $2 and whose publishers have sent none for $3; first those of which
-- there has been none for longest.
SELECT s.id, s.user_id FROM streams AS s
WHERE
    s.id = ANY($1::bigint[]) AND s.status = 'live' AND s.visibility = 'public' AND s.started_at <= now() - $2::interval
    AND NOT EXISTS (
        SELECT FROM stream_snapshots AS n
        WHERE n.stream_id = s.id AND NOT n.is_still AND n.taken_at > now() - $3::interval
    )
ORDER BY (SELECT max(n.taken_at) FROM stream_snapshots AS n WHERE n.stream_id = s.id) NULLS FIRST, s.id
LIMIT $4
