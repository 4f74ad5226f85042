-- Pictures of posts: each in two sizes, and cleared away when no post has had it for a day.

-- The object that this one is a smaller copy of.
ALTER TABLE media_objects ADD COLUMN small_of BIGINT UNIQUE REFERENCES media_objects ON DELETE SET NULL;
CREATE INDEX idx_media_unused ON media_objects (expires_at) WHERE status = 'ready' AND expires_at IS NOT NULL;
