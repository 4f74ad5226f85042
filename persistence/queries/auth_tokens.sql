-- name: clear
-- What can never be used again, and, unless several may be open at once, what this one replaces.
DELETE FROM auth_tokens
WHERE user_id = $1 AND (expires_at <= now() OR (kind = $2 AND NOT $3))

-- name: issue
INSERT INTO auth_tokens (token_hash, user_id, kind, new_email, expires_at)
VALUES ($1, $2, $3, $4, now() + $5::interval)

-- name: find
SELECT user_id, new_email FROM auth_tokens
WHERE token_hash = $1 AND kind = $2 AND expires_at > now()

-- name: redeem
-- The row goes, so that of two who come with one token only one is let in.
DELETE FROM auth_tokens WHERE token_hash = $1 AND kind = $2 AND expires_at > now()
RETURNING user_id, new_email

-- name: forget
DELETE FROM auth_tokens WHERE user_id = $1 AND kind = ANY($2::text[])
