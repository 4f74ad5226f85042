-- A picture that some post has stays; one that none has any more is kept for a day, for whoever just
-- took it out of a post. Whatever takes it out: an edit, the end of a post, the end of an account.
CREATE OR REPLACE FUNCTION keep_used_pictures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Held first, in order of id: what another transaction did to the same picture is seen after.
    PERFORM FROM media_objects WHERE id IN (SELECT media_id FROM changed_rows) ORDER BY id FOR NO KEY UPDATE;
    UPDATE media_objects AS m
    SET expires_at = CASE WHEN EXISTS (SELECT FROM post_media AS p WHERE p.media_id = m.id) THEN NULL
                          ELSE now() + interval '1 day' END
    WHERE m.id IN (SELECT media_id FROM changed_rows) AND m.status = 'ready';
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER keep_used_pictures_added AFTER INSERT ON post_media REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_used_pictures();
CREATE OR REPLACE TRIGGER keep_used_pictures_removed AFTER DELETE ON post_media REFERENCING OLD TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_used_pictures();
