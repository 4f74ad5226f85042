// What the server says of a code session's past, in JSON. docs/protocol.md is the text of which this
// is the types.

import type { User } from "./types";

/** The document after one update; "0" is the empty beginning. */
export interface Moment {
  id: string;
  at: string | null;
  user: User | null;
}

export interface Passage {
  text: string;
  user: User | null;
  at: string;
}

export interface Blame extends Moment {
  passages: Passage[];
}

export interface Step {
  at: string;
  until: string;
  last_id: string;
  updates: number;
  user_ids: string[];
}

export interface Timeline {
  began_at: string | null;
  ended_at: string | null;
  updates: number;
  steps: Step[];
  users: User[];
}

export interface Difference {
  from_line: number;
  to_line: number;
  removed: string;
  added: string;
}

export interface Differences {
  from: Moment;
  to: Moment;
  differences: Difference[];
}

export interface Version {
  id: string;
  name: string;
  update_id: string;
  at: string | null;
  user: User | null;
  created_at: string;
}
