-- name: add
INSERT INTO users (username, email, password_hash, role) VALUES ($1, $2, $3, $4)
RETURNING id, username, email, role, created_at

-- name: by_id
SELECT id, username, email, role, created_at FROM users WHERE id = $1 AND deleted_at IS NULL

-- name: by_username
SELECT id, username, email, role, created_at FROM users
WHERE lower(username) = lower($1) AND deleted_at IS NULL

-- name: credentials
-- A user name holds no @ and an address does, so at most one row fits.
SELECT id, username, email, role, created_at, password_hash, coalesce(banned_until > now(), FALSE) AS is_banned
FROM users
WHERE (lower(username) = lower($1) OR lower(email) = lower($1)) AND deleted_at IS NULL

-- name: replace_password_hash
-- Only if nobody has changed the password meanwhile.
UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2

-- name: make_admins
UPDATE users SET role = 'admin'
WHERE lower(username) = ANY($1::text[]) AND role <> 'admin' AND deleted_at IS NULL
RETURNING id

-- name: set_password_hash
UPDATE users SET password_hash = $2 WHERE id = $1 AND deleted_at IS NULL

-- name: password_hash
SELECT password_hash FROM users WHERE id = $1 AND deleted_at IS NULL

-- name: set_email
UPDATE users SET email = $2, email_verified_at = now() WHERE id = $1 AND deleted_at IS NULL
RETURNING (SELECT old.email FROM users AS old WHERE old.id = $1) AS old_email

-- name: is_banned
SELECT coalesce(banned_until > now(), FALSE) FROM users WHERE id = $1
