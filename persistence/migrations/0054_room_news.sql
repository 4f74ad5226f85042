-- What happened lately, for the look at what no chat has told of yet.
CREATE INDEX idx_stream_polls_closed ON stream_polls (closed_at) WHERE is_closed;
CREATE INDEX idx_code_suggestions_taken ON code_suggestions (resolved_at) WHERE status = 'accepted';
