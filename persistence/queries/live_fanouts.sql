-- name: begin
-- Every public stream that is live and of which nobody was told yet.
INSERT INTO live_fanouts (stream_id)
SELECT s.id FROM streams AS s
WHERE s.status = 'live' AND s.visibility = 'public'
  AND NOT EXISTS (SELECT FROM live_fanouts AS f WHERE f.stream_id = s.id)
ON CONFLICT DO NOTHING

-- name: unfinished
SELECT stream_id FROM live_fanouts WHERE finished_at IS NULL ORDER BY stream_id

-- name: take
-- Of several nodes one goes on with a stream; the others find it locked and leave it.
SELECT f.stream_id, f.after_follower_id, s.user_id, s.title, s.status = 'live' AS is_live
FROM live_fanouts AS f JOIN streams AS s ON s.id = f.stream_id
WHERE f.stream_id = $1 AND f.finished_at IS NULL
FOR NO KEY UPDATE OF f SKIP LOCKED

-- name: followers
SELECT follower_id FROM followers WHERE following_id = $1 AND follower_id > $2
ORDER BY follower_id LIMIT $3

-- name: advance
UPDATE live_fanouts SET after_follower_id = $2 WHERE stream_id = $1

-- name: finish
UPDATE live_fanouts SET finished_at = now() WHERE stream_id = $1
