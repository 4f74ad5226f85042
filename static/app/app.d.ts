// What every page may use: main.js makes it once.

import type { Account } from "./link/account.js";
import type { Session } from "./model/session.js";
import type { Toasts } from "./model/toasts.js";
import type { Rest } from "./wire/rest.js";

export interface App {
  rest: Rest;
  session: Session;
  toasts: Toasts;
  account: Account;
  go(path: string): void;
}
