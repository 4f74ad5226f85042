// What a stream came to, in JSON. docs/protocol.md is the text of this.

import type { StreamStatus } from "./types";

export interface StreamSummary {
  stream_id: string;
  title: string;
  status: StreamStatus;
  started_at: string | null;
  ended_at: string | null;
  /** Null before it began. */
  duration_ms: number | null;
  peak_viewers: number;
  /** Null where it was not counted. */
  average_viewers: number | null;
  messages: number;
  chatters: number;
  polls: number;
  votes: number;
  questions: number;
  answered: number;
  suggestions: number;
  accepted: number;
  new_followers: number;
  interruptions: number;
  interrupted_ms: number;
}
