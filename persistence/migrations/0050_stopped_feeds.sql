-- Whether a feed's publisher has ended it, and is not only away for a moment.
ALTER TABLE stage_feeds ADD COLUMN is_stopped BOOLEAN NOT NULL DEFAULT FALSE;
