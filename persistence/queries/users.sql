-- name: add
INSERT INTO users (username, email, password_hash, role) VALUES ($1, $2, $3, $4)
RETURNING id, username, email, role, created_at

-- name: nobody_yet
-- The account under which news is posted has no password; an erased one had.
SELECT NOT EXISTS (SELECT FROM users WHERE password_hash IS NOT NULL OR deleted_at IS NOT NULL)

-- name: lock_first
SELECT pg_advisory_xact_lock(hashtextextended('the first account', 0))

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

-- name: set_password_hash
UPDATE users SET password_hash = $2 WHERE id = $1 AND deleted_at IS NULL

-- name: password_hash
SELECT password_hash FROM users WHERE id = $1 AND deleted_at IS NULL

-- name: set_email
UPDATE users SET email = $2, email_verified_at = now() WHERE id = $1 AND deleted_at IS NULL
RETURNING (SELECT old.email FROM users AS old WHERE old.id = $1) AS old_email

-- name: suspension
-- Until when $1 is shut out (NULL: until it is lifted), and the reason that was given last.
SELECT CASE WHEN u.banned_until < 'infinity' THEN u.banned_until END AS until,
       (SELECT l.detail ->> 'reason' FROM moderation_log AS l
        WHERE l.target_user_id = u.id AND l.action = 'suspend' ORDER BY l.id DESC LIMIT 1) AS reason
FROM users AS u WHERE u.id = $1 AND u.banned_until > now()
