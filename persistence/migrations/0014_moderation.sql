-- What moderators do: what was taken away can be given back, and a report says how it ended.

CREATE TABLE removals (                 -- what moderators have taken away
    subject_type VARCHAR(20) NOT NULL CHECK (subject_type IN ('post','comment','video','stream','chat_message')),
    subject_id BIGINT NOT NULL,
    author_id BIGINT REFERENCES users ON DELETE SET NULL,
    kept JSONB NOT NULL,                -- what giving it back needs
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (subject_type, subject_id));
CREATE INDEX idx_removals_author ON removals (author_id) WHERE author_id IS NOT NULL;

ALTER TABLE reports
    ADD COLUMN resolution VARCHAR(10) CHECK (resolution IN ('dismiss','remove','suspend')),
    ADD COLUMN note VARCHAR(1000),
    ADD CHECK ((resolved_at IS NULL) = (resolution IS NULL));
CREATE INDEX idx_reports_subject ON reports (subject_type, subject_id) WHERE resolved_at IS NULL;
CREATE INDEX idx_reports_resolved ON reports (id DESC) WHERE resolved_at IS NOT NULL;
