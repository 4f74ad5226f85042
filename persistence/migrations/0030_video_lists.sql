-- Videos in the order of how much they are watched.
CREATE INDEX idx_videos_popular ON videos (views_count DESC, id DESC)
    WHERE status = 'ready' AND visibility = 'public' AND deleted_at IS NULL;
