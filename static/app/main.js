// @ts-check
// Starts the app: makes the models and links that live as long as the page, and shows the view that
// belongs to the address. Pages with video or an editor are fetched when they are first opened.

/** @import { App } from "./app" */

import { Account } from "./link/account.js";
import { DirectoryLink } from "./link/directory-link.js";
import { Directory } from "./model/directory.js";
import { Session } from "./model/session.js";
import { Theme } from "./model/theme.js";
import { Toasts } from "./model/toasts.js";
import { SignInPage, SignUpPage } from "./view/pages/account.js";
import { HomePage } from "./view/pages/home.js";
import { MissingPage } from "./view/pages/missing.js";
import { FeedView } from "./view/post/feed.js";
import { PopularTags } from "./view/post/popular-tags.js";
import { Shell } from "./view/shell.js";
import { Rest } from "./wire/rest.js";
import { Router, pathAfterSignIn } from "./router.js";

const rest = new Rest();
const session = new Session();
const toasts = new Toasts();
const theme = new Theme(localStorage.getItem("theme"));
const account = new Account(rest, session);

theme.subscribe(() => {
  localStorage.setItem("theme", theme.choice);
  if (theme.choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.choice;
});

const shell = new Shell(
  { session, theme, toasts },
  {
    signOut: async () => {
      await account.signOut();
      router.go("/");
    },
  },
);
document.getElementById("app")?.append(shell.element);

/** @type {App} */
const app = { rest, session, toasts, account, go: (path) => router.go(path) };

const router = new Router(shell, [
  {
    path: /^\/$/,
    open: (_id, search) => {
      const directory = new Directory();
      const link = new DirectoryLink(rest, directory);
      const feed = new FeedView(app, search);
      const tags = new PopularTags(app);
      const refresh = () => void link.refresh();
      const page = new HomePage({ directory, session }, { refresh, feed, tags });
      page.own(link);
      void link.refresh();
      return page;
    },
  },
  {
    path: /^\/signin$/,
    open: (_id, search) =>
      new SignInPage(
        {
          signIn: async (credentials) => {
            await account.signIn(credentials);
            router.go(pathAfterSignIn(search));
          },
          secondStep: async (proof) => {
            await account.signInSecondStep(proof);
            router.go(pathAfterSignIn(search));
          },
        },
        search,
      ),
  },
  {
    path: /^\/signup$/,
    open: (_id, search) =>
      new SignUpPage(async (wanted) => {
        await account.signUp(wanted);
        router.go(pathAfterSignIn(search));
      }, search),
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
    open: async (id) => (await import("./view/pages/profile.js")).openProfile(app, id),
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
]);

await account.load();
router.start({ isSignedIn: () => session.user !== null, missing: () => new MissingPage() });
