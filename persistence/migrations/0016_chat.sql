-- What a chat message is: kinds, answers, mentions, changes and reactions; a room's pinned message.
ALTER TABLE chat_messages
    ADD COLUMN kind VARCHAR(6) NOT NULL DEFAULT 'text' CHECK (kind IN ('text','code','system')),
    ADD COLUMN language VARCHAR(30) CHECK (language <> ''),     -- of a piece of code
    ADD COLUMN reply_to BIGINT REFERENCES chat_messages ON DELETE SET NULL,
    ADD COLUMN mentions TEXT[] NOT NULL DEFAULT '{}',           -- the people in it, as they were called then
    ADD COLUMN detail JSONB,                                    -- of a system message: what happened, for pages in other languages
    ADD COLUMN reactions JSONB NOT NULL DEFAULT '{}',           -- how many of each emoji; kept by a trigger
    ADD COLUMN edited_at TIMESTAMPTZ,
    ADD COLUMN withdrawn_at TIMESTAMPTZ,                        -- by its author or the room's people; its place stays. deleted_at: by the site's moderators
    ADD COLUMN withdrawn_by BIGINT REFERENCES users ON DELETE SET NULL,
    ADD COLUMN change BIGINT NOT NULL DEFAULT 0 CHECK (change >= 0),   -- the number of its last change in the room's order of changes
    ALTER COLUMN content TYPE VARCHAR(2000),                    -- a text has 500, which the rules know
    DROP CONSTRAINT chat_messages_content_check,
    ADD CONSTRAINT chat_messages_content_check CHECK (content <> '' OR withdrawn_at IS NOT NULL);
CREATE INDEX idx_chat_messages_reply_to ON chat_messages (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX idx_chat_messages_withdrawn_by ON chat_messages (withdrawn_by) WHERE withdrawn_by IS NOT NULL;
CREATE UNIQUE INDEX uq_chat_messages_change ON chat_messages (stream_id, change) WHERE change > 0;
-- No language's own: a chat has several, and identifiers have none.
CREATE INDEX idx_chat_messages_search ON chat_messages USING gin (to_tsvector('simple', content));

CREATE TABLE chat_reactions (
    message_id BIGINT NOT NULL REFERENCES chat_messages ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    emoji VARCHAR(16) NOT NULL CHECK (emoji <> ''),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(), PRIMARY KEY (message_id, user_id, emoji));
CREATE INDEX idx_chat_reactions_user ON chat_reactions (user_id);

ALTER TABLE rooms
    ADD COLUMN last_change BIGINT NOT NULL DEFAULT 0 CHECK (last_change >= 0),
    ADD COLUMN pinned_id BIGINT REFERENCES chat_messages ON DELETE SET NULL,
    ADD COLUMN pinned_by BIGINT REFERENCES users ON DELETE SET NULL;
CREATE INDEX idx_rooms_pinned_id ON rooms (pinned_id) WHERE pinned_id IS NOT NULL;
CREATE INDEX idx_rooms_pinned_by ON rooms (pinned_by) WHERE pinned_by IS NOT NULL;
