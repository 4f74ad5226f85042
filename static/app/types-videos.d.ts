// What the server says about videos. docs/protocol.md is the text of this.

import type { Author } from "./types-people";

export type VideoStatus = "uploading" | "processing" | "ready" | "failed";
export type Visibility = "public" | "unlisted" | "private";

export interface Video {
  id: string;
  user: Author;
  title: string;
  description: string | null;
  status: VideoStatus;
  failure: string | null;
  visibility: Visibility;
  tags: string[];
  video_url: string | null;
  thumbnail_url: string | null;
  /** In seconds. */
  duration: number | null;
  width: number | null;
  height: number | null;
  video_codec: string | null;
  audio_codec: string | null;
  content_type: string | null;
  size_bytes: number | null;
  /** Of the upload that is not whole yet. */
  upload_id: string | null;
  views_count: number;
  likes_count: number;
  comments_count: number;
  liked: boolean;
  created_at: string;
  updated_at: string;
}

export interface VideoChange {
  title?: string;
  description?: string | null;
  visibility?: Visibility;
  tags?: string[];
}

/** An upload that is not whole, as the server has it. */
export interface BegunUpload {
  id: string;
  name: string;
  sent: number;
  size: number;
}
