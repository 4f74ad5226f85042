-- A code session that was closed: nobody sees it any more, its log stays for the replay of its stream.
ALTER TABLE code_sessions ADD COLUMN closed_at TIMESTAMPTZ;
