-- name: totp
SELECT id, credential, last_used_step, confirmed_at IS NOT NULL AS is_confirmed
FROM auth_factors WHERE user_id = $1 AND kind = 'totp'

-- name: begin
-- A secret that was never confirmed is replaced; a confirmed one stays.
INSERT INTO auth_factors (user_id, kind, credential) VALUES ($1, 'totp', $2)
ON CONFLICT (user_id) WHERE kind = 'totp' DO UPDATE
SET credential = excluded.credential, last_used_step = NULL, created_at = now()
WHERE auth_factors.confirmed_at IS NULL
RETURNING id

-- name: use_step
-- A step counts once: of two who send the same code at once, one is refused.
UPDATE auth_factors SET last_used_step = $2, confirmed_at = coalesce(confirmed_at, now())
WHERE id = $1 AND (last_used_step IS NULL OR last_used_step < $2)
RETURNING TRUE

-- name: clear_recovery
DELETE FROM auth_factors WHERE user_id = $1 AND kind = 'recovery'

-- name: add_recovery
INSERT INTO auth_factors (user_id, kind, credential, confirmed_at)
SELECT $1, 'recovery', code, now() FROM unnest($2::bytea[]) AS code

-- name: use_recovery
DELETE FROM auth_factors WHERE user_id = $1 AND kind = 'recovery' AND credential = $2
RETURNING TRUE

-- name: standing
SELECT EXISTS (SELECT FROM auth_factors WHERE user_id = $1 AND kind = 'totp' AND confirmed_at IS NOT NULL) AS is_enabled,
       (SELECT count(*) FROM auth_factors WHERE user_id = $1 AND kind = 'recovery') AS recovery_codes

-- name: remove
DELETE FROM auth_factors WHERE user_id = $1
