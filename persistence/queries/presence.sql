-- Who is here, by name: what a room's list of people says of them.

-- name: people
-- Of the users $1 those whom the reader $2 sees, by name, behind the name $3 where that is not NULL; with what
-- they are to the channel of $5.
SELECT u.id, u.username, u.avatar_small_url,
       CASE WHEN u.id = $5 THEN 'owner'
            WHEN u.role <> 'member' OR EXISTS (SELECT FROM stream_moderators AS m
                                               WHERE m.owner_id = $5 AND m.user_id = u.id) THEN 'moderator'
            WHEN EXISTS (SELECT FROM code_session_collaborators AS c JOIN code_sessions AS d ON d.id = c.session_id
                         WHERE d.stream_id = $6 AND c.user_id = u.id) THEN 'collaborator'
            ELSE 'member' END AS role
FROM users AS u
WHERE u.id = ANY ($1::bigint[]) AND u.deleted_at IS NULL
  AND u.id NOT IN (SELECT hidden_from($2::bigint))
  AND ($3::text IS NULL OR lower(u.username) > $3)
ORDER BY lower(u.username) LIMIT $4
