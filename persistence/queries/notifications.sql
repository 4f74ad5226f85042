-- name: add
-- Not to oneself, not to who does not want the type, not between people one of whom blocked the
-- other, not from who was muted. In one order, so that two transactions with the same causes do
-- not wait for each other in a circle.
INSERT INTO notifications (user_id, actor_id, type, related_type, related_id, group_key, data)
SELECT n.user_id, n.actor_id, n.type, n.related_type, n.related_id, n.group_key, n.data
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::jsonb[])
     AS n (user_id, actor_id, type, related_type, related_id, group_key, data)
JOIN users AS u ON u.id = n.user_id AND u.deleted_at IS NULL
WHERE n.user_id IS DISTINCT FROM n.actor_id
  AND NOT EXISTS (SELECT FROM notification_preferences AS p
                  WHERE p.user_id = n.user_id AND p.type = n.type AND NOT p.in_app)
  AND NOT EXISTS (SELECT FROM user_blocks AS b WHERE b.user_id = n.user_id AND b.target_id = n.actor_id)
  AND NOT EXISTS (SELECT FROM user_blocks AS b
                  WHERE b.user_id = n.actor_id AND b.target_id = n.user_id AND b.kind = 'block')
ORDER BY n.user_id, n.actor_id, n.type, n.related_type, n.related_id
ON CONFLICT DO NOTHING
RETURNING user_id

-- name: groups
-- The newest of every group of $1, newest first, before id $2 where that is not NULL; at most $3; only
-- those of $4 where that is not NULL. People who were blocked or muted since are left out. Not
-- materialized: each use walks an index of its own.
WITH seen AS NOT MATERIALIZED (
    SELECT n.* FROM notifications AS n
    WHERE n.user_id = $1 AND NOT EXISTS (
        SELECT FROM user_blocks AS b WHERE b.user_id = $1 AND b.target_id = n.actor_id)),
heads AS MATERIALIZED (
    SELECT * FROM seen AS head
    WHERE ($2::bigint IS NULL OR head.id /*page*/ < $2) AND ($4::bigint[] IS NULL OR head.id = ANY($4))
      AND NOT EXISTS (SELECT FROM seen AS newer WHERE newer.group_key = head.group_key AND newer.id > head.id)
    ORDER BY head.id /*page*/ DESC
    LIMIT $3)
SELECT head.id, head.user_id, head.type, head.related_type, head.related_id, head.group_key, head.data,
       head.created_at, g.all_read AS is_read, g.actors_count, g.actors
FROM heads AS head
CROSS JOIN LATERAL (
    WITH by_actor AS (
        SELECT each.actor_id, max(each.id) AS last, bool_and(each.is_read) AS is_read
        FROM seen AS each WHERE each.id = head.id OR each.group_key = head.group_key
        GROUP BY each.actor_id)
    SELECT count(by_actor.actor_id) AS actors_count, bool_and(by_actor.is_read) AS all_read,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'id', u.id, 'username', u.username, 'avatar_small_url', u.avatar_small_url) ORDER BY newest.last DESC), '[]')
            FROM (SELECT * FROM by_actor WHERE actor_id IS NOT NULL ORDER BY last DESC LIMIT 3) AS newest
            JOIN users AS u ON u.id = newest.actor_id) AS actors
    FROM by_actor) AS g
ORDER BY head.id /*page*/ DESC

-- name: unread
-- Groups, as they are listed, up to $2.
SELECT count(*) FROM (
    SELECT DISTINCT coalesce(n.group_key, n.id::text) FROM notifications AS n
    WHERE n.user_id = $1 AND NOT n.is_read AND NOT EXISTS (
        SELECT FROM user_blocks AS b WHERE b.user_id = $1 AND b.target_id = n.actor_id)
    LIMIT $2) AS unread

-- name: mark_read
-- With the rest of their groups, as far as those are older: what came since stays unread.
UPDATE notifications AS n SET is_read = TRUE
FROM notifications AS named
WHERE named.user_id = $1 AND named.id = ANY($2::bigint[])
  AND n.user_id = $1 AND NOT n.is_read
  AND (n.id = named.id OR (n.group_key = named.group_key AND n.id < named.id))

-- name: mark_all_read
UPDATE notifications SET is_read = TRUE WHERE user_id = $1 AND NOT is_read

-- name: take_untold
-- Each goes to one node, which tells it. $1 NULL: whosever, what was left lying for some seconds.
WITH taken AS (
    SELECT id FROM notifications
    WHERE NOT is_told AND ($1::bigint[] IS NULL AND created_at < now() - interval '10 seconds'
                           OR user_id = ANY($1))
    ORDER BY id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)
UPDATE notifications AS n SET is_told = TRUE FROM taken WHERE n.id = taken.id
RETURNING n.id, n.user_id

-- name: preferences
SELECT type, in_app FROM notification_preferences WHERE user_id = $1

-- name: set_preferences
INSERT INTO notification_preferences (user_id, type, in_app)
SELECT $1, p.type, p.in_app FROM unnest($2::text[], $3::boolean[]) AS p (type, in_app)
ON CONFLICT (user_id, type) DO UPDATE SET in_app = excluded.in_app

-- name: forget_old
DELETE FROM notifications WHERE id IN (
    SELECT id FROM notifications WHERE created_at < now() - $1::interval ORDER BY created_at LIMIT $2)
