-- Who is told of a message.

-- name: public_rooms
-- Those of some streams that anybody may enter.
SELECT id, title FROM streams WHERE id = ANY ($1::bigint[]) AND visibility <> 'private';
