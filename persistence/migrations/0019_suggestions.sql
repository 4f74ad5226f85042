-- Suggestions whose lines were edited, that were taken back, and what was said when they were resolved.

ALTER TABLE code_suggestions ADD COLUMN is_stale BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE code_suggestions ADD COLUMN note VARCHAR(500) CHECK (note <> '');
ALTER TABLE code_suggestions DROP CONSTRAINT code_suggestions_status_check;
ALTER TABLE code_suggestions ADD CONSTRAINT code_suggestions_status_check
    CHECK (status IN ('pending', 'accepted', 'rejected', 'withdrawn'));
-- The best first.
CREATE INDEX idx_code_suggestions_votes ON code_suggestions (session_id, (upvotes - downvotes), id);

-- A rejection is told, once.
ALTER TABLE notifications DROP CONSTRAINT notifications_type;
ALTER TABLE notifications ADD CONSTRAINT notifications_type CHECK (type IN (
    'follow', 'like', 'comment', 'mention', 'reply', 'suggestion_accepted', 'suggestion_rejected', 'badge',
    'challenge_result', 'live'));
DROP INDEX uq_notifications_once;
CREATE UNIQUE INDEX uq_notifications_once ON notifications (user_id, actor_id, type, related_type, related_id)
    NULLS NOT DISTINCT
    WHERE type IN ('follow', 'like', 'mention', 'suggestion_accepted', 'suggestion_rejected', 'badge', 'live');
