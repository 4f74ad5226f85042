// @ts-check
// Every account: found by name or address, given a role, shut out and let in again.

/** @import { App } from "../../app" */
/** @import { SiteAccount, SiteRole } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/admin.js";
import { avatar, emptyState, personLink } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { formatFull, formatMonth } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { askSuspension, decisionButton } from "../moderation/decision.js";

/** @type {SiteRole[]} */
const ROLES = ["member", "moderator", "admin"];
const TYPING_MS = 250;

export class AccountsView extends View {
  #app;
  /** @type {Listing<SiteAccount>} */
  #accounts = new Listing();
  #link;

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": say("accounts"), "data-testid": "accounts" }));
    this.#app = app;
    this.#link = new ListingLink(this.#accounts, (cursor) =>
      app.rest.administration.accounts({ cursor }),
    );
    const list = this.own(
      new ListView(this.#accounts, {
        label: say("accounts"),
        class: "rows",
        row: (account) => new AccountRow(account, this, app.session.user?.id === account.id),
        empty: () =>
          emptyState({ title: say("nobodyLikeThat"), text: say("noAccountsNameOrAddress"), icon: "search" }),
        more: () => void this.#link.more(),
        again: () => void this.#link.open(),
      }),
    );
    this.element.append(this.#filter(), list.element);
    void this.#link.open();
  }

  #filter() {
    const words = h("input", {
      type: "search",
      class: "input",
      placeholder: say("nameOrAddress"),
      "aria-label": say("nameOrAddress"),
      "data-testid": "account-search",
    });
    const role = h(
      "select",
      { class: "input", "aria-label": say("roleLabel") },
      h("option", { value: "" }, say("anyRole")),
      ...ROLES.map((each) => h("option", { value: each }, say("roles", { kind: each }))),
    );
    const suspended = h("input", { type: "checkbox", id: "only-suspended" });
    const search = () => {
      const filter = {
        q: words.value.trim() || null,
        role: /** @type {SiteRole} */ (role.value) || null,
        suspended: suspended.checked || null,
      };
      void this.#link.open((cursor) => this.#app.rest.administration.accounts({ ...filter, cursor }));
    };
    let typing = 0;
    words.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(search, TYPING_MS);
    });
    this.whenDestroyed(() => clearTimeout(typing));
    role.addEventListener("change", search);
    suspended.addEventListener("change", search);
    return h(
      "form",
      { class: "account-filter", role: "search", onsubmit: (event) => event.preventDefault() },
      words,
      role,
      h("label", { class: "choice", for: "only-suspended" }, suspended, h("span", {}, say("suspendedOnly"))),
    );
  }

  /**
   * @param {SiteAccount} account
   * @param {SiteRole} role
   */
  async giveRole({ id, username }, role) {
    await this.#try(async () => {
      await this.#app.rest.administration.giveRole(username, role);
      this.#accounts.change(id, { role });
      this.#app.toasts.note(say("hasRoleNow", { kind: role, username }));
    });
  }

  /** @param {SiteAccount} account */
  suspend({ id, username }) {
    askSuspension({
      username,
      send: async ({ reason, until }) => {
        await this.#app.rest.moderation.suspend(username, { reason, until });
        this.#accounts.change(id, { is_suspended: true, suspended_until: until });
      },
    });
  }

  /** @param {SiteAccount} account */
  async lift({ id, username }) {
    await this.#try(async () => {
      await this.#app.rest.moderation.lift(username);
      this.#accounts.change(id, { is_suspended: false, suspended_until: null });
    });
  }

  /** @param {() => Promise<void>} send */
  async #try(send) {
    try {
      await send();
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
      // What is shown is what the server has.
      this.#accounts.changed();
    }
  }
}

class AccountRow {
  #view;
  #account;
  #state = h("span", { class: "soft small" });
  #actions = h("span", { class: "account-actions" });
  #role;
  element;

  /**
   * @param {SiteAccount} account
   * @param {AccountsView} view
   * @param {boolean} isMine
   */
  constructor(account, view, isMine) {
    this.#account = account;
    this.#view = view;
    this.#role = h(
      "select",
      { class: "input role-select", "aria-label": say("roleOf", { name: account.username }), disabled: isMine },
      ...ROLES.map((each) => h("option", { value: each }, say("role", { kind: each }))),
    );
    this.#role.addEventListener("change", () =>
      void view.giveRole(this.#account, /** @type {SiteRole} */ (this.#role.value)),
    );
    this.element = h(
      "li",
      { class: "row-line account-row", "data-testid": "account" },
      avatar(account),
      h(
        "span",
        { class: "card-lines" },
        personLink(account),
        h("span", { class: "soft small" }, say("since", { email: account.email, when: formatMonth(account.created_at) })),
        this.#state,
      ),
      this.#role,
      isMine ? "" : this.#actions,
    );
  }

  /** @param {SiteAccount} account */
  update(account) {
    this.#account = account;
    const { role, is_suspended, suspended_until } = account;
    this.#role.value = role;
    this.#state.hidden = !is_suspended;
    this.#state.textContent = suspended_until
      ? say("suspendedUntil", { when: formatFull(suspended_until) })
      : say("suspendedUntilItIsLifted");
    fill(
      this.#actions,
      is_suspended
        ? decisionButton(say("lift"), () => void this.#view.lift(account), { testId: "lift" })
        : decisionButton(say("suspend"), () => this.#view.suspend(account), { kind: "danger", testId: "suspend" }),
    );
  }
}
