-- Whether somebody may be a guest on the stage of a stream, whatever was agreed before: whoever sees it
-- otherwise, is not kept out of the channel, and has no block between themselves and the streamer.
CREATE OR REPLACE FUNCTION may_be_on_stage(stage BIGINT, guest BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM streams AS s JOIN users AS u ON u.id = guest
        WHERE s.id = stage AND s.visibility <> 'private' AND s.user_id <> u.id
          AND u.deleted_at IS NULL AND (u.banned_until IS NULL OR u.banned_until <= now())
          AND NOT EXISTS (SELECT FROM chat_bans AS b
                          WHERE b.owner_id = s.user_id AND b.user_id = u.id
                            AND (b.expires_at IS NULL OR b.expires_at > now()))
          AND NOT EXISTS (SELECT FROM user_blocks AS k
                          WHERE k.kind = 'block' AND ((k.user_id = s.user_id AND k.target_id = u.id)
                                                      OR (k.user_id = u.id AND k.target_id = s.user_id))));
END;
