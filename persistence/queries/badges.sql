-- name: add
INSERT INTO badges (name, description, image_url, points) VALUES ($1, $2, $3, $4) RETURNING id

-- name: ensure_rules
-- A badge of the same name that an admin made before becomes the rule's.
INSERT INTO badges (rule, name, description, points)
SELECT r.rule, r.name, r.description, r.points
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS r (rule, name, description, points)
WHERE NOT EXISTS (SELECT FROM badges AS b WHERE b.rule = r.rule)
ON CONFLICT (name) DO UPDATE SET rule = excluded.rule WHERE badges.rule IS NULL

-- name: by_rule
SELECT rule, id, name, points FROM badges WHERE rule IS NOT NULL

-- name: by_id
SELECT b.id, b.name, b.description, b.image_url, b.points, b.rule, b.created_at,
       (SELECT count(*) FROM user_badges AS a WHERE a.badge_id = b.id) AS holders_count
FROM badges AS b WHERE b.id = $1

-- name: list
SELECT b.id, b.name, b.description, b.image_url, b.points, b.rule, b.created_at,
       (SELECT count(*) FROM user_badges AS a WHERE a.badge_id = b.id) AS holders_count
FROM badges AS b WHERE $1::bigint IS NULL OR b.id /*page*/ > $1 ORDER BY b.id /*page*/ ASC LIMIT $2

-- name: edit
UPDATE badges SET name = $2, description = $3, image_url = $4, points = $5 WHERE id = $1 RETURNING TRUE

-- name: award
-- In order of id, so that two awards at once do not wait for each other in a circle.
INSERT INTO user_badges (user_id, badge_id, awarded_by)
SELECT u.id, $1, $3 FROM users AS u WHERE u.id = ANY($2::bigint[]) AND u.deleted_at IS NULL ORDER BY u.id
ON CONFLICT DO NOTHING
RETURNING user_id

-- name: of_user
SELECT b.id, b.name, b.description, b.image_url, b.points, a.awarded_at
FROM user_badges AS a JOIN badges AS b ON b.id = a.badge_id
WHERE a.user_id = $1 AND ($2::timestamptz IS NULL OR (a.awarded_at, b.id) /*page*/ < ($2, $3::bigint))
ORDER BY a.awarded_at /*page*/ DESC, b.id /*page*/ DESC LIMIT $4
