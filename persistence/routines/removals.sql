-- What moderators have taken away stays private, whatever its owner does, until they give it back.
CREATE OR REPLACE FUNCTION keep_removed_private() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM removals WHERE subject_type = TG_ARGV[0] AND subject_id = NEW.id) THEN
        NEW.visibility := 'private';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER keep_removed_private BEFORE UPDATE OF visibility ON videos
    FOR EACH ROW WHEN (NEW.visibility <> 'private') EXECUTE FUNCTION keep_removed_private('video');
CREATE OR REPLACE TRIGGER keep_removed_private BEFORE UPDATE OF visibility ON streams
    FOR EACH ROW WHEN (NEW.visibility <> 'private') EXECUTE FUNCTION keep_removed_private('stream');
