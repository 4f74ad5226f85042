// What the server says to admins of the media on its node, in JSON.

import type { StreamHealth } from "./types";
import type { FeedKind } from "./types-stage";

/** One player, without a name. The counts begin with its session. */
export interface ViewerHealth {
  encoding: string | null;
  bitrate_bps: number;
  /** A share, 0 to 1. */
  loss: number;
  rtt_ms: number | null;
  packets_asked_again: number;
  keyframes_asked: number;
  freezes: number;
  frozen_ms: number;
}

export interface WatchedFeed extends Omit<StreamHealth, "stream_id"> {
  user_id: string;
  kind: FeedKind;
  watching: ViewerHealth[];
}

export interface WatchedStream extends StreamHealth {
  feeds: WatchedFeed[];
}

export interface NodeMedia {
  items: WatchedStream[];
}
