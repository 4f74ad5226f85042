-- What a live stream looked like a moment ago: four small pictures in turn, for those who look around.

CREATE TABLE stream_snapshots (
    stream_id BIGINT NOT NULL REFERENCES streams ON DELETE CASCADE,
    slot SMALLINT NOT NULL CHECK (slot BETWEEN 0 AND 3),
    content BYTEA NOT NULL CHECK (octet_length(content) <= 200000),
    taken_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (stream_id, slot)
);
