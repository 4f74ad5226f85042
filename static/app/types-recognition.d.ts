// What the server says of notifications, search, challenges and leaderboards, in JSON.

import type { Page, StreamStatus, User } from "./types";

export type NotificationType =
  | "follow"
  | "like"
  | "comment"
  | "reply"
  | "mention"
  | "suggestion_accepted"
  | "suggestion_rejected"
  | "badge"
  | "challenge_result"
  | "live"
  | "removal"
  | "stage_invitation";

/** What a page shows beside, as it was then; which of them there are depends on the type. */
export interface NotificationData {
  title?: string;
  excerpt?: string;
  subject_type?: "post" | "video" | "stream";
  subject_id?: string;
  stream_id?: string;
  seq?: number;
  name?: string;
  points?: number;
  accepted?: boolean;
  note?: string | null;
  state?: "removed" | "restored" | "upheld";
  words?: string;
  reason?: string | null;
}

export interface Notification {
  id: string;
  type: NotificationType;
  actors: User[];
  actors_count: number;
  related_type: string | null;
  related_id: string | null;
  group_key: string | null;
  data: NotificationData;
  is_read: boolean;
  created_at: string;
}

/** What moderators took away is told in any case. */
export type ChosenType = Exclude<NotificationType, "removal">;
export type Preferences = Record<ChosenType, boolean>;

export type Section = "people" | "posts" | "videos" | "streams" | "tags";

export interface FoundPerson {
  id: string;
  username: string;
  full_name: string | null;
  bio: string | null;
  avatar_url: string | null;
  avatar_small_url: string | null;
  followers_count: number;
}

export interface FoundPost {
  id: string;
  user: User;
  excerpt: string;
  likes_count: number;
  comments_count: number;
  created_at: string;
}

export interface FoundVideo {
  id: string;
  user: User;
  title: string;
  duration: number | null;
  views_count: number;
  created_at: string;
}

export interface FoundStream {
  id: string;
  user: User;
  title: string;
  status: StreamStatus;
  viewers_count: number;
  scheduled_at: string | null;
  started_at: string | null;
  created_at: string;
}

export interface FoundTag {
  id: string;
  name: string;
  posts_count: number;
}

/** With `type=` the other sections are null. */
export interface Found {
  people: Page<FoundPerson> | null;
  posts: Page<FoundPost> | null;
  videos: Page<FoundVideo> | null;
  streams: Page<FoundStream> | null;
  tags: Page<FoundTag> | null;
}

export interface Suggested {
  people: User[];
  tags: string[];
}

export type ChallengeStatus = "upcoming" | "active" | "completed";

export type PartState = "joined" | "submitted" | "returned" | "accepted";

export interface GivenChallenge {
  title: string;
  description: string | null;
  start_date: string;
  end_date: string;
  reward_points: number;
}

export interface Challenge extends GivenChallenge {
  id: string;
  status: ChallengeStatus;
  user: User | null;
  participants_count: number;
  created_at: string;
  /** One's own part; only where one challenge is asked for. */
  me?: Part | null;
}

export interface Part {
  user: User;
  state: PartState;
  joined_at: string;
  submission_url: string | null;
  submitted_at: string | null;
  review_note: string | null;
  reviewed_at: string | null;
  points_earned: number;
  completed_at: string | null;
}

export interface BoardEntry {
  user: User;
  points_earned: number;
  submission_url: string;
  completed_at: string;
}

export type Period = "weekly" | "monthly" | "all-time";

export interface Standing {
  rank: number;
  user: User;
  points: number;
  reached_at: string;
}

export interface Leaderboard extends Page<Standing> {
  board: string;
  me: Standing | null;
}
