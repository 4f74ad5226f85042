// What viewers ask, in JSON. docs/protocol.md is the text of this.

import type { User } from "./types";

export interface ViewerQuestion {
  id: string;
  stream_id: string;
  user: User;
  content: string;
  client_id: string;
  status: "open" | "answered" | "dismissed";
  is_highlighted: boolean;
  votes_count: number;
  created_at: string;
  resolved_at: string | null;
  /** Only in what is told to one person. */
  my_vote?: boolean;
}
