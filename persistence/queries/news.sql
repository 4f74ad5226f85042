-- name: add_source
INSERT INTO tag_sources (tag_id, url, title, added_by) VALUES ($1, $2, $3, $4)
ON CONFLICT (tag_id, url) DO NOTHING RETURNING id

-- name: lock_tag
-- One at a time may count the tag's sources and add another.
SELECT id FROM tags WHERE id = $1 FOR NO KEY UPDATE

-- name: count_sources
SELECT count(*) FROM tag_sources WHERE tag_id = $1

-- name: sources_of
SELECT s.id, s.tag_id, t.name AS tag_name, s.url, s.title, s.etag, s.last_modified, s.failures, s.last_error,
       s.fetched_at, s.created_at
FROM tag_sources AS s JOIN tags AS t ON t.id = s.tag_id
WHERE s.tag_id = $1 ORDER BY s.id

-- name: all_sources
-- Of every tag, those that fail first; at most $1.
SELECT s.id, s.tag_id, t.name AS tag_name, s.url, s.title, s.etag, s.last_modified, s.failures, s.last_error,
       s.fetched_at, s.created_at
FROM tag_sources AS s JOIN tags AS t ON t.id = s.tag_id
ORDER BY s.failures DESC, t.name, s.id LIMIT $1

-- name: delete_source
DELETE FROM tag_sources WHERE tag_id = $1 AND id = $2
RETURNING url

-- name: take_due
-- Each due source goes to one node, which has it for $1; one that dies leaves it to be taken again.
WITH due AS (
    SELECT id FROM tag_sources WHERE due_at <= now() ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
UPDATE tag_sources AS s SET due_at = now() + $1::interval
FROM due, tags AS t WHERE s.id = due.id AND t.id = s.tag_id
RETURNING s.id, s.tag_id, t.name AS tag_name, s.url, s.title, s.etag, s.last_modified, s.failures, s.last_error,
          s.fetched_at, s.created_at

-- name: fetched
UPDATE tag_sources SET etag = $2, last_modified = $3, title = coalesce($4, title), failures = 0, last_error = NULL,
                       fetched_at = now(), due_at = now() + $5::interval
WHERE id = $1

-- name: failed
-- Twice as long each time, up to $4.
UPDATE tag_sources SET failures = failures + 1, last_error = $2,
                       due_at = now() + least($3::interval * 2 ^ least(failures, 20), $4::interval)
WHERE id = $1

-- name: lock_source
-- Nobody imports the same source at the same time, and none that was just removed.
SELECT id FROM tag_sources WHERE id = $1 FOR UPDATE

-- name: unseen
-- Those of the entries that were never seen, in the order given.
SELECT given.guid_hash FROM unnest($2::bytea[]) WITH ORDINALITY AS given (guid_hash, place)
WHERE NOT EXISTS (SELECT FROM source_entries AS e WHERE e.source_id = $1 AND e.guid_hash = given.guid_hash)
ORDER BY given.place

-- name: note_entries
INSERT INTO source_entries (source_id, guid_hash, post_id)
SELECT $1, guid_hash, post_id FROM unnest($2::bytea[], $3::bigint[]) AS seen (guid_hash, post_id)
ON CONFLICT DO NOTHING

-- name: site_account
SELECT user_id FROM site_accounts WHERE name = $1

-- name: add_site_account
WITH account AS (
    INSERT INTO users (username, email) VALUES ($2, $3) RETURNING id)
INSERT INTO site_accounts (name, user_id) SELECT $1, id FROM account RETURNING user_id

-- name: lock_site_account
-- Two nodes that need the same account at once make one.
SELECT pg_advisory_xact_lock(hashtextextended('site account ' || $1::text, 0))

-- name: free_username
-- The first that nobody has of `news`, `news_2`, `news_3` ...
SELECT name FROM (
    SELECT CASE n WHEN 1 THEN $1::text ELSE $1::text || '_' || n END AS name, n FROM generate_series(1, 1000) AS n) AS candidate
WHERE NOT EXISTS (SELECT FROM users AS u WHERE lower(u.username) = lower(candidate.name))
ORDER BY n LIMIT 1
