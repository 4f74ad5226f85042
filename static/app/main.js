// @ts-check
// Starts the app: makes the models and links that live as long as the page, and shows the view that
// belongs to the address. Every page is fetched when it is first opened; the server has the browser
// begin with the one of the address (server/app_page.py).

/** @import { App } from "./app" */
/** @import { Notification } from "./types-recognition" */

import { Account } from "./link/account.js";
import { InboxLink } from "./link/inbox-link.js";
import { SuggestLink } from "./link/suggest-link.js";
import { keptTheme } from "./link/theme-memory.js";
import { Undo } from "./link/undo.js";
import { Inbox } from "./model/inbox.js";
import { Shortcuts } from "./model/shortcuts.js";
import { Session } from "./model/session.js";
import { Suggesting } from "./model/suggesting.js";
import { Theme } from "./model/theme.js";
import { Toasts } from "./model/toasts.js";
import { listenForShortcuts, openShortcuts } from "./view/kit/shortcuts.js";
import { Bell } from "./view/notifications/bell.js";
import { MissingPage } from "./view/pages/missing.js";
import { SearchBox, focusSearch } from "./view/search/search-box.js";
import { searchLink } from "./view/search/search-link.js";
import { Shell } from "./view/shell.js";
import { wearTheme } from "./view/theme.js";
import { Rest } from "./wire/rest.js";
import { SiteSocket } from "./wire/socket.js";
import { language } from "./words/language.js";
import { say } from "./words/site.js";
import { load, whenWaiting } from "./loading.js";
import { Router, pathAfterSignIn } from "./router.js";

const REGISTER_AFTER_MS = 3_000;

document.documentElement.lang = language;

const rest = new Rest();
const session = new Session();
const toasts = new Toasts();
const undo = new Undo(toasts);
const theme = new Theme(keptTheme());
const account = new Account(rest, session);
const socket = new SiteSocket();
const inbox = new Inbox();
const suggesting = new Suggesting();
const shortcuts = new Shortcuts(localStorage);
const inboxLink = new InboxLink({ rest, session, socket, toasts }, inbox);
const suggestLink = new SuggestLink(rest, suggesting);

wearTheme(theme);

const shell = new Shell(
  { session, theme, toasts },
  {
    signOut: async () => {
      await undo.finish();
      await account.signOut();
      router.go("/");
    },
    showShortcuts: () => openShortcuts(shortcuts),
  },
);

/** @type {App} */
const app = {
  rest,
  session,
  socket,
  toasts,
  account,
  undo,
  inbox,
  shortcuts,
  go: (path, how = {}) => router.go(path, how),
};

const inboxActions = {
  open: () => inboxLink.open(),
  more: () => inboxLink.more(),
  read: (/** @type {Notification} */ notification) => void inboxLink.read(notification),
  readAll: () => void inboxLink.readAll(),
};

const searchBox = new SearchBox(
  suggesting,
  { type: (text) => suggestLink.type(text), go: app.go },
  { id: "site-search" },
);
shell.tools.append(
  searchBox.element,
  searchLink(),
  new Bell({ inbox, session }, inboxActions).element,
);

listenForShortcuts(shortcuts, { search: focusSearch, undo: () => toasts.undo() });

/** @type {import("./view/pages/upload.js").Uploads | null} made when first needed; it outlives its page */
let uploads = null;

const router = new Router(shell, [
  {
    path: /^\/$/,
    open: async (_id, search) => (await import("./view/pages/home.js")).openHome(app, search),
  },
  {
    path: /^\/signin$/,
    open: async (_id, search) =>
      (await import("./view/pages/account.js")).openSignIn(app, pathAfterSignIn(search), search),
  },
  {
    path: /^\/signup$/,
    open: async (_id, search) =>
      (await import("./view/pages/account.js")).openSignUp(app, pathAfterSignIn(search), search),
  },
  {
    path: /^\/(reset-password|verify-email)$/,
    open: async (id) => (await import("./view/pages/recovery.js")).openRecovery(app, id),
  },
  {
    path: /^\/settings$/,
    needsAccount: true,
    open: async () => (await import("./view/pages/settings.js")).openSettings(app),
  },
  {
    path: /^\/posts$/,
    open: async (_id, search) => (await import("./view/pages/posts.js")).openFeed(app, search),
  },
  {
    path: /^\/posts\/(\d+)$/,
    open: async (id) => (await import("./view/pages/post.js")).openPost(app, id),
  },
  {
    path: /^\/tags\/([^/]+)$/,
    open: async (id) => (await import("./view/pages/tag.js")).openTag(app, id),
  },
  {
    path: /^\/users\/(\w+)$/,
    open: async (id, search) =>
      (await import("./view/pages/profile.js")).openProfile(app, id, search),
  },
  {
    path: /^\/videos$/,
    open: async (_id, search) => (await import("./view/pages/videos.js")).openVideos(app, search),
  },
  {
    path: /^\/videos\/(\d+)$/,
    open: async (id, search) => (await import("./view/pages/video.js")).openVideo(app, id, search),
  },
  {
    path: /^\/upload$/,
    needsAccount: true,
    open: async () => {
      const { UploadPage, makeUploads } = await import("./view/pages/upload.js");
      uploads ??= makeUploads(app);
      return new UploadPage(uploads);
    },
  },
  {
    path: /^\/studio$/,
    needsAccount: true,
    open: async () => (await import("./view/pages/studio.js")).openStudio(app),
  },
  {
    path: /^\/streams\/(\d+)$/,
    open: async (id) => (await import("./view/pages/room.js")).openRoom(app, id),
  },
  {
    path: /^\/streams\/(\d+)\/summary$/,
    needsAccount: true,
    open: async (id) => (await import("./view/pages/summary.js")).openSummary(app, id),
  },
  {
    path: /^\/notifications$/,
    needsAccount: true,
    open: async () => {
      const { NotificationsPage } = await import("./view/pages/notifications.js");
      return new NotificationsPage(app, inboxActions);
    },
  },
  {
    path: /^\/search$/,
    open: async (_id, search) => {
      searchBox.set(new URLSearchParams(search).get("q") ?? "");
      return (await import("./view/pages/search.js")).openSearch(app, search);
    },
  },
  {
    path: /^\/challenges$/,
    open: async () => (await import("./view/pages/challenges.js")).openChallenges(app),
  },
  {
    path: /^\/challenges\/(\d+)$/,
    open: async (id) => (await import("./view/pages/challenge.js")).openChallenge(app, id),
  },
  {
    path: /^\/leaderboards$/,
    open: async (_id, search) =>
      (await import("./view/pages/leaderboards.js")).openLeaderboards(app, search),
  },
  {
    path: /^\/moderation$/,
    needsAccount: true,
    open: async (_id, search) =>
      (await import("./view/pages/moderation.js")).openModeration(app, search),
  },
  {
    path: /^\/admin$/,
    needsAccount: true,
    open: async (_id, search) => (await import("./view/pages/admin.js")).openAdmin(app, search),
  },
  {
    path: /^\/removed$/,
    needsAccount: true,
    open: async () => (await import("./view/pages/removed.js")).openRemoved(app),
  },
  {
    path: /^\/design$/,
    open: async () => (await import("./view/pages/design.js")).openDesign({ toasts, theme }),
  },
  {
    path: /^\/comments\/(\d+)$/,
    open: async (id) => (await import("./view/pages/comment-place.js")).openCommentPlace(app, id),
  },
]);

whenWaiting((wait) => {
  if (wait === "away") toasts.note(say("comesWhenTheServerIsBack"));
  else toasts.note(say("newerVersion"), { label: say("loadAgain"), run: () => location.reload() });
});

const visitor = document.querySelector('meta[name="visitor"]')?.getAttribute("content");
await account.load({ isGuest: visitor === "guest" });
router.start({ isSignedIn: () => session.user !== null, missing: () => new MissingPage() });

// Nothing waits for it, so it comes after all that somebody does.
setTimeout(() => void registerLater(), REGISTER_AFTER_MS);

async function registerLater() {
  const { register } = await load(() => import("./wire/service-worker.js"), { isQuiet: true });
  await register();
}
