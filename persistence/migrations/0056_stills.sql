-- Whether a node took the picture from what is streamed, because the publisher sends none.
ALTER TABLE stream_snapshots ADD COLUMN is_still BOOLEAN NOT NULL DEFAULT FALSE;
