-- A vote names its poll by its option: (poll_id, option_id) refers to poll_options, whose poll_id
-- refers to the poll and goes with it. Checking the poll once more cost each vote a look-up of its own.
ALTER TABLE poll_votes DROP CONSTRAINT poll_votes_poll_id_fkey;
