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
