-- Viewers are counted anew now and then; between two counts as many watched as the first one says.
CREATE OR REPLACE FUNCTION count_watching() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'live' AND OLD.watched_until IS NOT NULL THEN
        NEW.watched_ms := OLD.watched_ms + OLD.viewers_count
            * greatest(0, round(extract(epoch FROM now() - OLD.watched_until) * 1000))::bigint;
        NEW.watched_until := now();
    ELSIF OLD.status <> 'live' AND NEW.status = 'live' THEN
        NEW.watched_until := now();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER streams_count_watching BEFORE UPDATE OF viewers_count, status ON streams
FOR EACH ROW EXECUTE FUNCTION count_watching();

-- A publisher who is gone says so; a node that is gone does not, and is known by its silence: its row
-- is renewed every 5 s.
CREATE OR REPLACE FUNCTION keep_interruptions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_publishing AND NOT NEW.is_publishing THEN
        INSERT INTO stream_interruptions (stream_id, began_at) VALUES (NEW.stream_id, now())
        ON CONFLICT DO NOTHING;
    ELSIF NOT OLD.is_publishing AND NEW.is_publishing THEN
        UPDATE stream_interruptions SET ended_at = now()
        WHERE stream_id = NEW.stream_id AND ended_at IS NULL;
    ELSIF NEW.is_publishing AND OLD.seen_at < now() - interval '15 seconds' THEN
        INSERT INTO stream_interruptions (stream_id, began_at, ended_at)
        VALUES (NEW.stream_id, OLD.seen_at, now()) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER stream_publishers_interruptions AFTER UPDATE OF is_publishing ON stream_publishers
FOR EACH ROW EXECUTE FUNCTION keep_interruptions();
