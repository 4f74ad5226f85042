-- Appends updates of documents to their logs, in the order given, and tells where each now stands
-- and which update stands before it. One round trip, because it is asked for with every edit.
--
-- Holding the sessions' rows makes ids of one log the order of its commits: whoever waited for a row
-- reads the end of the log in a statement that began after the wait. Updates of sessions that are
-- gone are left out; an author who was erased meanwhile leaves the edit without one.
CREATE OR REPLACE FUNCTION append_code_updates(
    session_ids BIGINT[], user_ids BIGINT[], contents BYTEA[], made_ats TIMESTAMPTZ[])
RETURNS TABLE (place BIGINT, previous_id BIGINT, update_id BIGINT) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM s.id FROM code_sessions AS s WHERE s.id = ANY(session_ids) ORDER BY s.id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH given AS (
        SELECT g.*, row_number() OVER (ORDER BY g.position) AS nth
        FROM unnest(session_ids, user_ids, contents, made_ats) WITH ORDINALITY
             AS g (session_id, user_id, content, made_at, position)
        JOIN code_sessions AS s ON s.id = g.session_id
    ), ends AS (
        SELECT d.session_id,
               COALESCE((SELECT max(u.id) FROM code_updates AS u WHERE u.session_id = d.session_id), 0) AS last_id
        FROM (SELECT DISTINCT g.session_id FROM given AS g) AS d
    ), added AS (
        INSERT INTO code_updates (session_id, user_id, content, created_at)
        SELECT g.session_id, (SELECT u.id FROM users AS u WHERE u.id = g.user_id), g.content, g.made_at
        FROM given AS g ORDER BY g.position
        RETURNING id, session_id
    ), numbered AS (
        SELECT a.id, a.session_id, row_number() OVER (ORDER BY a.id) AS nth,
               lag(a.id) OVER (PARTITION BY a.session_id ORDER BY a.id) AS before
        FROM added AS a
    )
    SELECT g.position, COALESCE(n.before, e.last_id), n.id
    FROM numbered AS n
    JOIN given AS g ON g.nth = n.nth
    JOIN ends AS e ON e.session_id = n.session_id;
END $$;
