-- name: count
-- Viewers $2 of videos $1, each pair once. Counted are those who were not within $3; the videos' rows are held in
-- order of id. A batch that is tried again finds its own viewers counted.
WITH viewed AS (
    INSERT INTO video_viewers AS s (video_id, viewer)
    SELECT v.id, given.viewer
    FROM unnest($1::bigint[], $2::bytea[]) AS given (video_id, viewer) JOIN videos AS v ON v.id = given.video_id
    ORDER BY v.id, given.viewer
    ON CONFLICT (video_id, viewer) DO UPDATE SET counted_at = now() WHERE s.counted_at <= now() - $3::interval
    RETURNING video_id, viewer),
locked AS (
    SELECT v.id FROM videos AS v WHERE v.id IN (SELECT video_id FROM viewed) ORDER BY v.id FOR NO KEY UPDATE),
added AS (
    UPDATE videos AS v SET views_count = v.views_count + n.views
    FROM (SELECT video_id, count(*) AS views FROM viewed GROUP BY video_id) AS n
    JOIN locked ON locked.id = n.video_id
    WHERE v.id = n.video_id)
SELECT video_id, viewer FROM viewed

-- name: begin_batch
-- Inserted in the transaction that adds the counts: a batch that is here has been added.
INSERT INTO view_flushes (batch_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING TRUE

-- name: add_batch
WITH given AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS g (video_id, views)),
locked AS (SELECT v.id FROM videos AS v JOIN given ON given.video_id = v.id ORDER BY v.id FOR NO KEY UPDATE OF v)
UPDATE videos AS v SET views_count = v.views_count + given.views
FROM given JOIN locked ON locked.id = given.video_id WHERE v.id = given.video_id

-- name: forget_viewers
DELETE FROM video_viewers WHERE counted_at <= now() - $1::interval

-- name: forget_batches
DELETE FROM view_flushes WHERE flushed_at <= now() - $1::interval
