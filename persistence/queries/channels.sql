-- Channels: the rules, the blocked terms, the staff and the bans of all that one person streams.

-- name: rules
SELECT slow_mode_seconds, followers_only_minutes, signed_in_only, unique_messages, links_allowed,
       moderation_delay_seconds
FROM chat_settings WHERE user_id = $1

-- name: lock_channel
-- One at a time changes what a channel has.
SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: set_rules
INSERT INTO chat_settings (user_id, slow_mode_seconds, followers_only_minutes, signed_in_only,
                           unique_messages, links_allowed, moderation_delay_seconds)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (user_id) DO UPDATE SET
    slow_mode_seconds = EXCLUDED.slow_mode_seconds,
    followers_only_minutes = EXCLUDED.followers_only_minutes,
    signed_in_only = EXCLUDED.signed_in_only, unique_messages = EXCLUDED.unique_messages,
    links_allowed = EXCLUDED.links_allowed,
    moderation_delay_seconds = EXCLUDED.moderation_delay_seconds

-- name: lock_site_terms
-- One at a time changes the terms of the whole site.
SELECT pg_advisory_xact_lock(hashtextextended('site-terms', 0))

-- name: terms
-- Null is the whole site, written as the index has it.
SELECT id, term, action, created_at FROM chat_blocked_terms
WHERE COALESCE(owner_id, 0) = COALESCE($1::bigint, 0) ORDER BY lower(term), id

-- name: count_terms
SELECT count(*) FROM chat_blocked_terms WHERE COALESCE(owner_id, 0) = COALESCE($1::bigint, 0)

-- name: put_term
-- A term that stands in the list already gets the new action.
INSERT INTO chat_blocked_terms (owner_id, term, action) VALUES ($1, $2, $3)
ON CONFLICT (COALESCE(owner_id, 0), lower(term)) DO UPDATE SET action = EXCLUDED.action
RETURNING id, term, action, created_at

-- name: drop_term
DELETE FROM chat_blocked_terms
WHERE COALESCE(owner_id, 0) = COALESCE($1::bigint, 0) AND id = $2 RETURNING term

-- name: moderators
SELECT u.id, u.username, m.created_at
FROM stream_moderators AS m JOIN users AS u ON u.id = m.user_id AND u.deleted_at IS NULL
WHERE m.owner_id = $1 ORDER BY lower(u.username)

-- name: count_moderators
SELECT count(*) FROM stream_moderators WHERE owner_id = $1

-- name: add_moderator
INSERT INTO stream_moderators (owner_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING TRUE

-- name: drop_moderator
DELETE FROM stream_moderators WHERE owner_id = $1 AND user_id = $2 RETURNING TRUE

-- name: is_moderator
SELECT EXISTS (SELECT FROM stream_moderators WHERE owner_id = $1 AND user_id = $2)

-- name: person
-- Somebody to act on, and what they are to the channel $1.
SELECT u.id, u.username, u.role,
       EXISTS (SELECT FROM stream_moderators AS m WHERE m.owner_id = $1 AND m.user_id = u.id) AS moderates
FROM users AS u WHERE lower(u.username) = lower($2) AND u.deleted_at IS NULL

-- name: put_ban
-- A ban of somebody who is banned takes its place. Seconds NULL: until it is lifted.
INSERT INTO chat_bans (owner_id, user_id, moderator_id, reason, expires_at)
VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
ON CONFLICT (owner_id, user_id) DO UPDATE SET moderator_id = EXCLUDED.moderator_id,
    reason = EXCLUDED.reason, created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
RETURNING created_at, expires_at

-- name: drop_ban
DELETE FROM chat_bans WHERE owner_id = $1 AND user_id = $2 AND (expires_at IS NULL OR expires_at > now())
RETURNING TRUE

-- name: bans
-- Who is kept out just now, the latest first, behind the ban of $2 at $3 where that is not NULL.
SELECT b.user_id, u.username, b.moderator_id, m.username AS moderator, b.reason, b.created_at, b.expires_at
FROM chat_bans AS b JOIN users AS u ON u.id = b.user_id LEFT JOIN users AS m ON m.id = b.moderator_id
WHERE b.owner_id = $1 AND (b.expires_at IS NULL OR b.expires_at > now())
  AND ($2::bigint IS NULL OR (b.created_at, b.user_id) /*page*/ < ($3::timestamptz, $2::bigint))
ORDER BY b.created_at /*page*/ DESC, b.user_id /*page*/ DESC LIMIT $4

-- name: bans_of
-- Whether people ($2) are kept out of channels ($1), pair by pair.
SELECT b.owner_id, b.user_id, b.reason, b.expires_at
FROM chat_bans AS b
JOIN (SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[])) AS i (owner_id, user_id)
    ON i.owner_id = b.owner_id AND i.user_id = b.user_id
WHERE b.expires_at IS NULL OR b.expires_at > now()

-- name: end_expired_bans
-- Forget bans whose time has come; of several nodes one gets each.
DELETE FROM chat_bans WHERE (owner_id, user_id) IN (
    SELECT owner_id, user_id FROM chat_bans WHERE expires_at <= now()
    ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED)
RETURNING owner_id, user_id

-- name: next_expiry
SELECT extract(epoch FROM min(expires_at) - now())::float8 FROM chat_bans WHERE expires_at IS NOT NULL

-- name: collaborations
-- The documents of the channel $1 in which somebody collaborates.
SELECT c.session_id
FROM code_session_collaborators AS c
JOIN code_sessions AS d ON d.id = c.session_id JOIN streams AS s ON s.id = d.stream_id
WHERE s.user_id = $1 AND c.user_id = $2 AND s.status <> 'ended'

-- name: log
INSERT INTO moderation_log (actor_id, owner_id, target_user_id, action, detail)
VALUES ($1, $2, $3, $4, $5) RETURNING id

-- name: read_log
-- What was done in the channel $1, the latest first, behind the id $2 where that is not NULL.
SELECT l.id, l.actor_id, a.username AS actor, l.target_user_id, t.username AS target, l.action, l.detail, l.created_at
FROM moderation_log AS l LEFT JOIN users AS a ON a.id = l.actor_id LEFT JOIN users AS t ON t.id = l.target_user_id
WHERE l.owner_id = $1 AND ($2::bigint IS NULL OR l.id /*page*/ < $2)
ORDER BY l.id /*page*/ DESC LIMIT $3
