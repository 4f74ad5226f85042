-- A post may be pictures alone.
ALTER TABLE posts
    DROP CONSTRAINT posts_content_check,
    ADD CONSTRAINT posts_content_check CHECK (char_length(content) <= 50000);
