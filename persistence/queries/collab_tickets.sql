-- name: issue
INSERT INTO collab_tickets (token_hash, session_id, user_id, auth_token_hash, expires_at)
VALUES ($1, $2, $3, $4, now() + $5::interval)

-- name: clear
DELETE FROM collab_tickets WHERE expires_at <= now()

-- name: redeem
-- Deleting is what makes it single use: of two who come at once only one gets the row.
WITH taken AS (
    DELETE FROM collab_tickets WHERE token_hash = $1
    RETURNING session_id, user_id, auth_token_hash, expires_at)
SELECT t.user_id, t.auth_token_hash, u.username, u.role, a.csrf_secret,
       a.revoked_at IS NULL AND a.expires_at > now()
       AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now()) AS stands
FROM taken AS t
LEFT JOIN auth_sessions AS a ON a.token_hash = t.auth_token_hash
LEFT JOIN users AS u ON u.id = t.user_id
WHERE t.session_id = $2 AND t.expires_at > now()
