-- What the edge needs beside the tables: secrets that all nodes share, a way from a stream key to
-- its stream, and streams that are called off before they began.

CREATE TABLE site_secrets (             -- made once per site, by whichever node needs one first
    name VARCHAR(50) PRIMARY KEY, secret BYTEA NOT NULL CHECK (octet_length(secret) = 32),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now());

CREATE INDEX idx_streams_stream_key ON streams (stream_key_hash) WHERE stream_key_hash IS NOT NULL;

-- A stream that was called off has an end and no beginning.
ALTER TABLE streams DROP CONSTRAINT streams_check;
ALTER TABLE streams ADD CONSTRAINT streams_live_has_started CHECK (status <> 'live' OR started_at IS NOT NULL);
