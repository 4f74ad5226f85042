// What every page may use: main.js makes it once.

import type { Account } from "./link/account.js";
import type { Undo } from "./link/undo.js";
import type { Inbox } from "./model/inbox.js";
import type { Shortcuts } from "./model/shortcuts.js";
import type { Session } from "./model/session.js";
import type { Toasts } from "./model/toasts.js";
import type { Rest } from "./wire/rest.js";
import type { SiteSocket } from "./wire/socket.js";

export interface App {
  rest: Rest;
  session: Session;
  toasts: Toasts;
  account: Account;
  /** What is done at once, and can be undone for a while. */
  undo: Undo;
  /** The page's one connection. */
  socket: SiteSocket;
  /** What somebody was notified of. */
  inbox: Inbox;
  /** What single keys do. */
  shortcuts: Shortcuts;
  go(path: string, how?: { replace?: boolean }): void;
}
