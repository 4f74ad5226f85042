// What the server says about people and what they write. docs/protocol.md is the text of this.

import type { User } from "./types";

/** Somebody who wrote something, with the picture that stands beside it. */
export interface Author extends User {
  avatar_small_url: string | null;
}

export interface PostMedia {
  id: string;
  url: string;
  /** No side of more than 960 pixels. */
  small_url: string;
  content_type: string;
  width: number | null;
  height: number | null;
  alt_text: string | null;
}

export interface Post {
  id: string;
  /** Null when the account has been erased. */
  user: Author | null;
  content: string;
  content_html: string;
  tags: string[];
  media: PostMedia[];
  likes_count: number;
  comments_count: number;
  liked: boolean;
  pinned: boolean;
  created_at: string;
  edited_at: string | null;
}

export interface Comment {
  id: string;
  parent_id: string | null;
  depth: number;
  user: Author | null;
  content: string;
  content_html: string;
  likes_count: number;
  replies_count: number;
  liked: boolean;
  deleted: boolean;
  created_at: string;
  edited_at: string | null;
}

export interface Tag {
  name: string;
  posts_count: number;
  followers_count: number;
  followed: boolean;
}

export interface Badge {
  id: string;
  name: string;
  description: string | null;
  image_url: string | null;
  awarded_at: string;
}

export interface Profile extends User {
  full_name: string | null;
  bio: string | null;
  avatar_url: string | null;
  avatar_small_url: string | null;
  skills: string[];
  points: number;
  role: string;
  badges: Badge[];
  followers_count: number;
  following_count: number;
  posts_count: number;
  streams_count: number;
  created_at: string;
  is_following: boolean;
  is_follower: boolean;
  is_blocked: boolean;
  is_muted: boolean;
}

export interface ListedPerson extends User {
  full_name: string | null;
  avatar_small_url: string | null;
  since: string;
  is_following: boolean;
}

export interface OwnProfile extends User {
  email: string;
  email_verified: boolean;
  full_name: string | null;
  bio: string | null;
  avatar_url: string | null;
  avatar_small_url: string | null;
  skills: string[];
  second_factor: boolean;
}

/** A sign-in somewhere. */
export interface SignInPlace {
  id: string;
  is_current: boolean;
  address: string | null;
  user_agent: string | null;
  created_at: string;
  last_seen_at: string;
}
