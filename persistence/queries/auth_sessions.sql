-- name: open
INSERT INTO auth_sessions (token_hash, user_id, csrf_secret, ip, user_agent, expires_at)
VALUES ($1, $2, $3, $4, $5, now() + $6::interval)

-- name: clear
-- What of this user can never be used again.
DELETE FROM auth_sessions
WHERE user_id = $1 AND (revoked_at IS NOT NULL OR expires_at <= now() OR last_seen_at <= now() - $2::interval)

-- name: find
SELECT u.id, u.username, u.role, s.csrf_secret, s.last_seen_at <= now() - $3::interval AS is_stale
FROM auth_sessions AS s JOIN users AS u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > now()
  AND s.last_seen_at > now() - $2::interval
  AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())

-- name: touch
UPDATE auth_sessions SET last_seen_at = now() WHERE token_hash = $1

-- name: revoke
UPDATE auth_sessions SET revoked_at = now() WHERE token_hash = $1 AND revoked_at IS NULL

-- name: list
-- What stands of $1's sessions, the newest first, those before the id $3 where that is not NULL.
SELECT id, token_hash, host(ip) AS address, user_agent, created_at, last_seen_at, expires_at
FROM auth_sessions
WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now() AND last_seen_at > now() - $2::interval
  AND ($3::bigint IS NULL OR id /*page*/ < $3)
ORDER BY id /*page*/ DESC
LIMIT $4

-- name: revoke_one
UPDATE auth_sessions SET revoked_at = now()
WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > now()
  AND last_seen_at > now() - $3::interval
RETURNING token_hash

-- name: revoke_all
-- Of $1's, all but $2 where that is not NULL.
UPDATE auth_sessions SET revoked_at = now()
WHERE user_id = $1 AND revoked_at IS NULL AND ($2::bytea IS NULL OR token_hash <> $2)
RETURNING token_hash
