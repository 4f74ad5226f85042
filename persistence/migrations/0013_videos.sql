-- Videos: uploads that are resumed, in parts; what was found out of a video; work that is to be done
-- on it; and who watched it within the hour.

-- What the uploader said of the file, as tus sends it, to be told again.
ALTER TABLE media_objects ADD COLUMN upload_metadata VARCHAR(2048);

CREATE TABLE upload_parts (             -- the bytes of an unfinished upload that were acknowledged
    upload_id BIGINT NOT NULL REFERENCES media_objects ON DELETE CASCADE,
    start_offset BIGINT NOT NULL CHECK (start_offset >= 0),
    size_bytes BIGINT NOT NULL CHECK (size_bytes > 0),
    object_key TEXT NOT NULL, created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (upload_id, start_offset));

ALTER TABLE videos
    ADD COLUMN upload_id BIGINT UNIQUE REFERENCES media_objects ON DELETE SET NULL,
    ADD COLUMN object_id BIGINT UNIQUE REFERENCES media_objects ON DELETE SET NULL,
    ADD COLUMN thumbnail_id BIGINT UNIQUE REFERENCES media_objects ON DELETE SET NULL,
    ADD COLUMN failure VARCHAR(200) CHECK (failure IS NULL OR status = 'failed'),
    ADD COLUMN tags TEXT[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 10),
    ADD COLUMN width INTEGER, ADD COLUMN height INTEGER,
    ADD COLUMN video_codec VARCHAR(20), ADD COLUMN audio_codec VARCHAR(20);
-- Lists are in order of id: ids are given in order of time, so one value is a whole cursor.
DROP INDEX idx_videos_user_id, idx_videos_created_at;
CREATE INDEX idx_videos_user_id ON videos (user_id, id DESC);
CREATE INDEX idx_videos_listed ON videos (id DESC) WHERE status = 'ready' AND visibility = 'public' AND deleted_at IS NULL;

CREATE TABLE video_jobs (               -- videos that are to be processed; a row goes when that is done
    video_id BIGINT PRIMARY KEY REFERENCES videos ON DELETE CASCADE,
    attempts SMALLINT NOT NULL DEFAULT 0, due_at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE INDEX idx_video_jobs_due ON video_jobs (due_at);

CREATE TABLE video_viewers (            -- who was counted, where there is no Redis; a viewer is a keyed hash
    video_id BIGINT NOT NULL REFERENCES videos ON DELETE CASCADE,
    viewer BYTEA NOT NULL CHECK (octet_length(viewer) = 16),
    counted_at TIMESTAMPTZ NOT NULL DEFAULT now(), PRIMARY KEY (video_id, viewer));
CREATE INDEX idx_video_viewers_age ON video_viewers (counted_at);
