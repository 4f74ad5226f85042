-- What a summary of a stream needs and nothing else keeps. How long all viewers together have watched,
-- as far as it is counted, and until when it is; NULL: live before this was counted.
ALTER TABLE streams
    ADD COLUMN watched_ms BIGINT NOT NULL DEFAULT 0 CHECK (watched_ms >= 0),
    ADD COLUMN watched_until TIMESTAMPTZ;

-- The times at which a live stream had no picture; ended_at is NULL until it came back.
CREATE TABLE stream_interruptions (
    stream_id BIGINT NOT NULL REFERENCES streams (id) ON DELETE CASCADE,
    began_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ CHECK (ended_at >= began_at),
    PRIMARY KEY (stream_id, began_at)
);
