-- Every section: words $1 (websearch syntax), and the words $2 with a word that begins with $3; who
-- asks $4; after the rank $5 with id $6; at most $7. A query that only excludes ("-rust") would match
-- nearly everything and finds nothing. Of very many matches the newest 10,000 are ranked.

-- name: people
-- $8: beginning of a user name, $9 its end exclusive; $10 a part of one, NULL without trigrams.
WITH q AS (
    SELECT query FROM (SELECT websearch_to_tsquery('simple', $1) || websearch_to_tsquery('english', $1)
        || coalesce(websearch_to_tsquery('simple', $2) && to_tsquery('simple', $3), '') AS query) AS made
    WHERE querytree(query) NOT IN ('', 'T')),
found AS (
    (SELECT u.id FROM users AS u JOIN q ON u.search @@ q.query ORDER BY u.id DESC LIMIT 10000)
    UNION
    (SELECT u.id FROM users AS u WHERE lower(u.username) ~>=~ $8 AND lower(u.username) ~<~ $9
     ORDER BY u.followers_count DESC LIMIT 1000)
    UNION
    (SELECT u.id FROM users AS u WHERE lower(u.username) LIKE $10 LIMIT 1000)),
ranked AS (
    SELECT u.id, u.username, u.full_name, u.bio, u.avatar_url, u.avatar_small_url, u.followers_count,
           (CASE WHEN lower(u.username) = $8 THEN 4 WHEN starts_with(lower(u.username), $8) THEN 3
                 WHEN lower(u.username) LIKE $10 THEN 2 ELSE 1 END * 10000000000 + u.followers_count) AS rank
    FROM found JOIN users AS u ON u.id = found.id
    WHERE u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())
      AND NOT EXISTS (SELECT FROM user_blocks AS b WHERE b.kind = 'block'
                      AND ((b.user_id = $4::bigint AND b.target_id = u.id) OR (b.user_id = u.id AND b.target_id = $4))))
SELECT * FROM ranked WHERE ($5::bigint IS NULL OR (rank, id) /*page*/ < ($5, $6::bigint))
ORDER BY rank /*page*/ DESC, id /*page*/ DESC LIMIT $7

-- name: posts
WITH q AS (
    SELECT query FROM (SELECT websearch_to_tsquery('english', $1)
        || coalesce(websearch_to_tsquery('english', $2) && to_tsquery('english', $3), '') AS query) AS made
    WHERE querytree(query) NOT IN ('', 'T')),
found AS MATERIALIZED (
    SELECT p.id FROM posts AS p JOIN q ON p.search @@ q.query
    WHERE p.deleted_at IS NULL
      AND NOT EXISTS (SELECT FROM user_blocks AS b WHERE (b.user_id = $4::bigint AND b.target_id = p.user_id)
                      OR (b.user_id = p.user_id AND b.target_id = $4 AND b.kind = 'block'))
    ORDER BY p.id DESC LIMIT 10000),
ranked AS (
    SELECT p.id, (ts_rank_cd(p.search, q.query, 1) * 1000000)::bigint AS rank
    FROM found JOIN posts AS p ON p.id = found.id CROSS JOIN q)
SELECT r.id, r.rank, p.user_id, u.username, u.avatar_small_url, coalesce(nullif(left(p.content_html, 2000), ''), left(p.content, 280)) AS html, p.likes_count, p.comments_count,
       p.created_at
FROM (SELECT * FROM ranked WHERE ($5::bigint IS NULL OR (rank, id) /*page*/ < ($5, $6::bigint))
      ORDER BY rank /*page*/ DESC, id /*page*/ DESC LIMIT $7) AS r
JOIN posts AS p ON p.id = r.id JOIN users AS u ON u.id = p.user_id
ORDER BY r.rank /*page*/ DESC, r.id /*page*/ DESC

-- name: videos
WITH q AS (
    SELECT query FROM (SELECT websearch_to_tsquery('english', $1)
        || coalesce(websearch_to_tsquery('english', $2) && to_tsquery('english', $3), '') AS query) AS made
    WHERE querytree(query) NOT IN ('', 'T')),
found AS MATERIALIZED (
    SELECT v.id FROM videos AS v JOIN q ON v.search @@ q.query
    WHERE v.status = 'ready' AND v.visibility = 'public' AND v.deleted_at IS NULL
      AND NOT EXISTS (SELECT FROM user_blocks AS b WHERE (b.user_id = $4::bigint AND b.target_id = v.user_id)
                      OR (b.user_id = v.user_id AND b.target_id = $4 AND b.kind = 'block'))
    ORDER BY v.id DESC LIMIT 10000),
ranked AS (
    SELECT v.id, (ts_rank_cd(v.search, q.query, 1) * 1000000)::bigint AS rank
    FROM found JOIN videos AS v ON v.id = found.id CROSS JOIN q)
SELECT r.id, r.rank, v.user_id, u.username, u.avatar_small_url, v.title, v.duration, v.views_count, v.created_at
FROM (SELECT * FROM ranked WHERE ($5::bigint IS NULL OR (rank, id) /*page*/ < ($5, $6::bigint))
      ORDER BY rank /*page*/ DESC, id /*page*/ DESC LIMIT $7) AS r
JOIN videos AS v ON v.id = r.id JOIN users AS u ON u.id = v.user_id
ORDER BY r.rank /*page*/ DESC, r.id /*page*/ DESC

-- name: streams
-- What is live comes first, then what is to come.
WITH q AS (
    SELECT query FROM (SELECT websearch_to_tsquery('english', $1)
        || coalesce(websearch_to_tsquery('english', $2) && to_tsquery('english', $3), '') AS query) AS made
    WHERE querytree(query) NOT IN ('', 'T')),
found AS MATERIALIZED (
    SELECT s.id FROM streams AS s JOIN q ON s.search @@ q.query
    WHERE s.visibility = 'public' AND (s.status <> 'scheduled' OR s.scheduled_at IS NOT NULL)
      AND NOT EXISTS (SELECT FROM user_blocks AS b WHERE (b.user_id = $4::bigint AND b.target_id = s.user_id)
                      OR (b.user_id = s.user_id AND b.target_id = $4 AND b.kind = 'block'))
    ORDER BY s.id DESC LIMIT 10000),
ranked AS (
    SELECT s.id, (ts_rank_cd(s.search, q.query, 1) * 1000000)::bigint
                 + CASE s.status WHEN 'live' THEN 2 WHEN 'scheduled' THEN 1 ELSE 0 END * 1000000000000 AS rank
    FROM found JOIN streams AS s ON s.id = found.id CROSS JOIN q)
SELECT r.id, r.rank, s.user_id, u.username, u.avatar_small_url, s.title, s.status, s.viewers_count, s.scheduled_at, s.started_at,
       s.created_at
FROM (SELECT * FROM ranked WHERE ($5::bigint IS NULL OR (rank, id) /*page*/ < ($5, $6::bigint))
      ORDER BY rank /*page*/ DESC, id /*page*/ DESC LIMIT $7) AS r
JOIN streams AS s ON s.id = r.id JOIN users AS u ON u.id = s.user_id
ORDER BY r.rank /*page*/ DESC, r.id /*page*/ DESC

-- name: tags
-- Names that begin with $1 up to $2 exclusive, or hold $3 (NULL without trigrams).
WITH found AS (
    SELECT id, name, posts_count FROM tags WHERE name ~>=~ $1 AND name ~<~ $2
    UNION
    SELECT id, name, posts_count FROM tags WHERE name LIKE $3),
ranked AS (
    SELECT *, CASE WHEN name = $1 THEN 3 WHEN starts_with(name, $1) THEN 2 ELSE 1 END * 10000000000
              + posts_count AS rank
    FROM found)
SELECT * FROM ranked WHERE ($4::bigint IS NULL OR (rank, id) /*page*/ < ($4, $5::bigint))
ORDER BY rank /*page*/ DESC, id /*page*/ DESC LIMIT $6

-- name: suggest_people
SELECT u.id, u.username, u.avatar_small_url FROM users AS u
WHERE lower(u.username) ~>=~ $1 AND lower(u.username) ~<~ $2
  AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())
  AND NOT EXISTS (SELECT FROM user_blocks AS b WHERE b.kind = 'block'
                  AND ((b.user_id = $3::bigint AND b.target_id = u.id) OR (b.user_id = u.id AND b.target_id = $3)))
ORDER BY u.followers_count DESC, u.id LIMIT $4

-- name: suggest_tags
SELECT name FROM tags WHERE name ~>=~ $1 AND name ~<~ $2 ORDER BY posts_count DESC, id LIMIT $3

-- name: has_trigrams
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
