// What the server says of a channel's house rules, in JSON. docs/protocol.md is the text of this.

import type { User } from "./types";

export interface HouseRules {
  slow_mode_s: number;
  followers_only_minutes: number | null;
  signed_in_only: boolean;
  unique_messages: boolean;
  links_allowed: boolean;
  delay_s: number;
}

export interface BanState {
  /** Null: until it is lifted. */
  until: string | null;
  reason: string | null;
}

export interface Standing {
  is_staff: boolean;
  ban: BanState | null;
}

export interface ListedBan extends BanState {
  user: User;
  moderator: User | null;
  created_at: string;
}

export interface BlockedTerm {
  id: string;
  term: string;
  action: "block" | "hold";
  created_at: string;
}

export interface ChannelModerator {
  user: User;
  since: string;
}

export interface HeldMessage {
  id: string;
  stream_id: string;
  user: User;
  content: string;
  kind: "text" | "code" | "system";
  term: string;
  created_at: string;
}

export interface ChannelLogEntry {
  id: string;
  actor: User | null;
  target: User | null;
  action: string;
  detail: Record<string, any>;
  created_at: string;
}
