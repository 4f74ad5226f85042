// What the server says, in JSON. docs/protocol.md is the text of which this is the types.

export interface User {
  id: string;
  username: string;
}

export interface Me extends User {
  /** Unknown until the server is asked: signing in does not tell it. */
  email: string | null;
  role: string | null;
  avatar_small_url?: string | null;
}

export type StreamStatus = "scheduled" | "live" | "ended";

export interface StreamHealth {
  stream_id: string;
  publishing: boolean;
  bitrate_bps: number;
  frames_per_second: number;
  /** A share, 0 to 1. */
  loss: number;
  rtt_ms: number | null;
  keyframe_age_ms: number | null;
  video_codec: string | null;
  audio_codec: string | null;
  encodings: {
    name: string;
    width: number | null;
    height: number | null;
    bitrate_bps: number;
    viewers: number;
  }[];
  viewers: number;
  viewers_troubled: number;
  viewers_rtt_ms: number | null;
  /** Codes, the most pressing first. */
  advice: string[];
}

export interface CodeSessionTitle {
  id: string;
  title: string;
  language: string;
}

export interface Stream {
  id: string;
  status: StreamStatus;
  title: string;
  description: string | null;
  visibility: string;
  user: User;
  scheduled_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  viewers_count: number;
  peak_viewers: number;
  created_at: string;
  whip_url: string;
  whep_url: string;
  publishing: boolean;
  code_sessions?: CodeSessionTitle[];
}

export interface CreatedStream extends Stream {
  stream_key: string;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type MessageKind = "text" | "code" | "system";

/** What a message answers; its content is empty when that is gone. */
export interface Quote {
  id: string;
  seq: number;
  user: User | null;
  content: string;
}

/** Of a system message: what happened. */
export interface MessageDetail {
  type: "live" | "poll_closed" | "suggestion_accepted" | string;
  question?: string;
  winner?: string | null;
  total_votes?: number;
  author?: string | null;
}

export interface Message {
  id: string;
  seq: number;
  stream_id?: string;
  kind: MessageKind;
  /** Null when the account has been erased. */
  user: User | null;
  content: string;
  language: string | null;
  reply_to: Quote | null;
  mentions: string[];
  detail: MessageDetail | null;
  reactions: Record<string, number>;
  /** Only in the history: what all are told is the same for all. */
  my_reactions?: string[];
  edited_at: string | null;
  deleted: boolean;
  change: number;
  created_at: string;
  client_id: string | null;
}

export interface PollOption {
  id: string;
  option_text: string;
  /** Null: not to be seen yet. */
  votes_count: number | null;
}

export interface Poll {
  id: string;
  stream_id: string;
  question: string;
  options: PollOption[];
  total_votes: number;
  ends_at: string | null;
  is_closed: boolean;
  created_at: string;
  results?: "always" | "after_vote" | "at_close";
  my_vote?: string | null;
}

/** The counts of a poll that hides them, for those who may see them. */
export interface PollCounts {
  stream_id: string;
  poll_id: string;
  options: { id: string; votes_count: number }[];
  total_votes: number;
}

export type SuggestionStatus = "pending" | "accepted" | "rejected" | "withdrawn";

export interface Suggestion {
  id: string;
  session_id: string;
  user: User | null;
  content: string;
  original: string | null;
  line_start: number;
  line_end: number;
  upvotes: number;
  downvotes: number;
  status: SuggestionStatus;
  /** Its lines are not what they were when it was made. */
  is_stale: boolean;
  /** What the streamer said when resolving it. */
  note: string | null;
  created_at: string;
  resolved_by: User | string | null;
  client_id: string | null;
  my_vote?: number | null;
}

export interface CodeSession extends CodeSessionTitle {
  stream_id: string;
  code_content: string;
  version: number;
  user: User | null;
  collaborators: User[];
  can_write: boolean;
  created_at: string;
  updated_at: string;
}

export type Role = "owner" | "moderator" | "collaborator" | "member" | "guest";

export interface RoomSummary {
  stream_id: string;
  title: string;
  status: StreamStatus;
  publishing: boolean;
  user: User;
  role: Role;
}

export interface JoinedRoom {
  room: RoomSummary;
  rules?: import("./types-house").HouseRules;
  standing?: import("./types-house").Standing;
  upcoming?: Message[];
  question?: import("./types-questions").ViewerQuestion | null;
  stage?: import("./types-stage").StageState;
  messages: Message[];
  epoch: string | number;
  seq: number;
  recovered: boolean;
  change?: number;
  changed?: Message[];
  gone?: string[];
  my_reactions?: Record<string, string[]>;
  pinned?: Message | null;
  poll: Poll | null;
  viewers: number;
}

export interface StreamState {
  stream_id: string;
  status: StreamStatus;
  publishing: boolean;
  started_at: string | null;
  ended_at: string | null;
  title: string;
}

export interface FieldError {
  pointer: string;
  detail: string;
}
