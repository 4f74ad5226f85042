-- Notifications that are told once and grouped, fan-out to followers that survives a crash, scores
-- that every leaderboard reads, submissions with a state, badges with a rule, and search.

-- One per cause: somebody who likes, unlikes and likes again is heard once. NULLS NOT DISTINCT,
-- because a notification without an actor or a subject is told once too.
DROP INDEX uq_notifications_once;
CREATE UNIQUE INDEX uq_notifications_once ON notifications (user_id, actor_id, type, related_type, related_id)
    NULLS NOT DISTINCT
    WHERE type IN ('follow', 'like', 'mention', 'suggestion_accepted', 'badge', 'live');
ALTER TABLE notifications ADD CONSTRAINT notifications_type CHECK (type IN (
    'follow', 'like', 'comment', 'mention', 'reply', 'suggestion_accepted', 'badge', 'challenge_result', 'live'));
-- Whether its reader's open pages were told: what a node that died had left is told by another.
ALTER TABLE notifications ADD COLUMN is_told BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX idx_notifications_untold ON notifications (user_id) WHERE NOT is_told;
-- The newest of a group stands for the group.
CREATE INDEX idx_notifications_group ON notifications (user_id, group_key, id DESC) WHERE group_key IS NOT NULL;

CREATE TABLE live_fanouts (             -- how far "somebody you follow is live" has got
    stream_id BIGINT PRIMARY KEY REFERENCES streams ON DELETE CASCADE,
    after_follower_id BIGINT NOT NULL DEFAULT 0, finished_at TIMESTAMPTZ);
CREATE INDEX idx_live_fanouts_unfinished ON live_fanouts (stream_id) WHERE finished_at IS NULL;
-- In the order in which followers are gone through.
CREATE INDEX idx_followers_in_order ON followers (following_id, follower_id);

-- What every leaderboard reads: a person's points on each board ('all-time', '2026-11', '2026-W47'),
-- kept by a trigger on the ledger (routines/board_scores.sql). -score, so that one index in one
-- direction is the order of the board: the most points, then who had them first, then the id.
CREATE TABLE board_scores (
    board VARCHAR(10) NOT NULL, user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    score BIGINT NOT NULL, reached_at TIMESTAMPTZ NOT NULL, PRIMARY KEY (board, user_id));
CREATE INDEX idx_board_scores_user ON board_scores (user_id);
CREATE INDEX idx_board_scores_order ON board_scores (board, (-score), reached_at, user_id) WHERE score > 0;
INSERT INTO board_scores (board, user_id, score, reached_at)
SELECT boards.board, e.user_id, sum(e.delta), max(e.created_at)
FROM point_events AS e
CROSS JOIN LATERAL (VALUES ('all-time'), (to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM')),
                           (to_char(e.created_at AT TIME ZONE 'UTC', 'IYYY"-W"IW'))) AS boards (board)
GROUP BY boards.board, e.user_id;
-- Who may be on no board: few, and subtracted from what is counted over an index alone.
CREATE INDEX idx_users_set_aside ON users (id) WHERE deleted_at IS NOT NULL OR banned_until IS NOT NULL;

ALTER TABLE user_challenges
    ADD COLUMN state VARCHAR(10) NOT NULL DEFAULT 'joined'
        CHECK (state IN ('joined', 'submitted', 'returned', 'accepted')),
    ADD COLUMN reviewed_at TIMESTAMPTZ,
    ADD CONSTRAINT user_challenges_review_note CHECK (char_length(review_note) <= 2000),
    ADD CONSTRAINT user_challenges_submitted CHECK (state = 'joined' OR submission_url IS NOT NULL),
    ADD CONSTRAINT user_challenges_completed CHECK ((state = 'accepted') = (completed_at IS NOT NULL));
CREATE INDEX idx_user_challenges_waiting ON user_challenges (challenge_id, submitted_at, user_id)
    WHERE state = 'submitted';
CREATE INDEX idx_challenges_start ON challenges (start_date DESC, id DESC);
ALTER TABLE challenges ADD CONSTRAINT challenges_description CHECK (char_length(description) <= 10000);

-- The rule of community/badge_rules.py that awards the badge; NULL: by hand only.
ALTER TABLE badges ADD COLUMN rule VARCHAR(40) UNIQUE,
    ADD CONSTRAINT badges_image_url CHECK (char_length(image_url) <= 2048);
CREATE INDEX idx_code_suggestions_accepted ON code_suggestions (user_id) WHERE status = 'accepted';

-- Search: words of titles weigh more than words of descriptions; names are not stemmed.
ALTER TABLE users ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', username || ' ' || coalesce(full_name, '')), 'A') ||
    setweight(jsonb_to_tsvector('simple', skills, '["string"]'), 'B') ||
    setweight(to_tsvector('english', coalesce(bio, '')), 'C')) STORED;
ALTER TABLE videos ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') ||
    setweight(to_tsvector('english', coalesce(description, '')), 'C')) STORED;
ALTER TABLE streams ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') ||
    setweight(to_tsvector('english', coalesce(description, '')), 'C')) STORED;
CREATE INDEX idx_users_search ON users USING gin (search);
CREATE INDEX idx_videos_search ON videos USING gin (search);
CREATE INDEX idx_streams_search ON streams USING gin (search);
-- Beginnings of names, whatever the collation.
CREATE INDEX idx_users_username_prefix ON users (lower(username) text_pattern_ops);
CREATE INDEX idx_tags_name_prefix ON tags (name text_pattern_ops);
