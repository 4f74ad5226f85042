-- name: award
INSERT INTO point_events (user_id, delta, source_type, source_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id, source_type, source_id) DO NOTHING
RETURNING TRUE
