-- name: take_over
-- One session for each browser: who signs in there next takes it over.
DELETE FROM push_subscriptions WHERE endpoint = $2 AND session_hash <> $1

-- name: subscribe
-- One browser for each session.
INSERT INTO push_subscriptions (user_id, session_hash, endpoint, p256dh, auth) VALUES ($5, $1, $2, $3, $4)
ON CONFLICT (session_hash) DO UPDATE
    SET endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth

-- name: unsubscribe
DELETE FROM push_subscriptions WHERE session_hash = $1

-- name: endpoint_of
SELECT endpoint FROM push_subscriptions WHERE session_hash = $1

-- name: of_user
-- Those of sessions that stand and were used within $2.
SELECT p.endpoint, p.p256dh, p.auth
FROM push_subscriptions AS p JOIN auth_sessions AS s ON s.token_hash = p.session_hash
WHERE p.user_id = $1 AND s.revoked_at IS NULL AND s.expires_at > now() AND s.last_seen_at > now() - $2::interval
ORDER BY p.id

-- name: drop
-- Only as it was when it was tried: the browser may have given another meanwhile.
DELETE FROM push_subscriptions WHERE endpoint = $1 AND p256dh = $2
