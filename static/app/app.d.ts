// What every page may use: main.js makes it once.

import type { Account } from "./link/account.js";
import type { Inbox } from "./model/inbox.js";
import type { Session } from "./model/session.js";
import type { Toasts } from "./model/toasts.js";
import type { Rest } from "./wire/rest.js";
import type { SiteSocket } from "./wire/socket.js";

export interface App {
  rest: Rest;
  session: Session;
  toasts: Toasts;
  account: Account;
  /** The one connection to the server that every page shares. */
  socket: SiteSocket;
  inbox: Inbox;
  go(path: string, how?: { replace?: boolean }): void;
}
