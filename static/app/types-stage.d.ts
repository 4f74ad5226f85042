// What the server says of a stream's stage, in JSON.

import type { User } from "./types";

export type FeedKind = "camera" | "screen";

/** One picture of a stage with its sound: somebody's camera or screen. */
export interface Feed {
  id: string;
  stream_id: string;
  user: User;
  kind: FeedKind;
  publishing: boolean;
  /** Its publisher ended it, and is not only away. */
  stopped: boolean;
  has_audio: boolean;
  has_video: boolean;
}

export type GuestStatus = "requested" | "invited" | "accepted";

export interface StageGuest {
  user: User;
  status: GuestStatus;
  at: string;
}

/** What everybody in the room is told: a higher version is newer. */
export interface StageState {
  stream_id?: string;
  version: number;
  feeds: Feed[];
  guests: StageGuest[];
}

/** What is asked for: the guests that whoever asks may know of. */
export interface StageAnswer extends StageState {
  capacity: number;
}

/** Told to the owner and to whom it is about; null: not a guest any more. */
export interface StageGuestNews {
  stream_id: string;
  user: User;
  status: GuestStatus | null;
}
