-- name: begin
-- The row decides who is first. One is taken over when it has expired ($4), or when whoever was
-- running died without an answer ($5 is longer than any request runs).
INSERT INTO idempotency_keys AS k (user_id, key, fingerprint) VALUES ($1, $2, $3)
ON CONFLICT (user_id, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, response_status = NULL, response_body = NULL, created_at = now()
    WHERE k.created_at < now() - $4::interval
       OR (k.response_status IS NULL AND k.created_at < now() - $5::interval)
RETURNING TRUE

-- name: find
SELECT fingerprint, response_status, response_body FROM idempotency_keys WHERE user_id = $1 AND key = $2

-- name: keep
UPDATE idempotency_keys SET response_status = $3, response_body = $4 WHERE user_id = $1 AND key = $2

-- name: drop
-- What was kept stays: it is true.
DELETE FROM idempotency_keys WHERE user_id = $1 AND key = $2 AND response_status IS NULL

-- name: forget
DELETE FROM idempotency_keys WHERE (user_id, key) IN (
    SELECT user_id, key FROM idempotency_keys WHERE created_at < now() - $1::interval
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
