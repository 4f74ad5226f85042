// What the server says of reports, of what was taken away, and of the whole site.

import type { User } from "./types";

export type ContentKind = "post" | "comment" | "video" | "stream" | "chat_message";
export type SubjectKind = ContentKind | "user";

/** What was reported or taken away, as it stands now. */
export interface Subject {
  type: SubjectKind;
  id: string;
  user: User | null;
  words: string;
  stream_id: string | null;
  is_removed: boolean;
  is_suspended: boolean;
}

export interface QueuedReport {
  id: string;
  reporter: User | null;
  reason: string;
  created_at: string;
}

/** Something that waits for a decision, with its first reports. */
export interface Queued {
  id: string;
  subject_type: SubjectKind;
  subject_id: string;
  subject: Subject | null;
  reports_count: number;
  reports: QueuedReport[];
}

export type Resolution = "dismiss" | "remove" | "suspend";

export interface Report {
  id: string;
  state: "open" | "resolved";
  reporter: User | null;
  reason: string;
  subject_type: SubjectKind;
  subject_id: string;
  subject: Subject | null;
  created_at: string;
  resolved_at: string | null;
  resolved_by: User | null;
  resolution: Resolution | null;
  note: string | null;
}

export interface Removal {
  id: string;
  subject_type: ContentKind;
  subject_id: string;
  words: string;
  reason: string | null;
  created_at: string;
  appeal: string | null;
  appealed_at: string | null;
  appeal_state: "none" | "open" | "upheld";
  upheld_note: string | null;
}

export interface Appeal extends Removal {
  subject: Subject | null;
}

export interface LogEntry {
  id: string;
  actor: User | null;
  target: User | null;
  action: string;
  detail: Record<string, unknown>;
  created_at: string;
}

export type SiteRole = "member" | "moderator" | "admin";

export interface SiteAccount extends User {
  email: string;
  role: SiteRole;
  points: number;
  created_at: string;
  is_suspended: boolean;
  suspended_until: string | null;
}

export type Figures = Record<
  | "accounts"
  | "new_accounts"
  | "suspended_accounts"
  | "active_today"
  | "posts"
  | "new_posts"
  | "comments"
  | "videos"
  | "streams"
  | "live_streams"
  | "viewers"
  | "messages_today"
  | "open_reports"
  | "open_appeals"
  | "stored_bytes",
  number
>;

export interface GivenBadge {
  name: string;
  description: string | null;
  image_url: string | null;
  points: number;
}

export interface SiteBadge extends GivenBadge {
  id: string;
  rule: string | null;
  holders_count: number;
  created_at: string;
}

export interface NewsSources {
  items: NewsSource[];
}

export interface NewsSource {
  id: string;
  tag: string;
  url: string;
  title: string | null;
  failures: number;
  last_error: string | null;
  fetched_at: string | null;
  created_at: string;
}

