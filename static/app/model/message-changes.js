// @ts-check
// What a message is after something has become of it, or of one that it quotes.

/** @import { Message } from "../types" */

const QUOTED_CHARACTERS = 100;

/**
 * A message as its change says, or what it quotes.
 * @param {Message} message
 * @param {Map<string, Message>} changed
 */
export function latest(message, changed) {
  const after = changed.get(message.id);
  const now = after && after.change > message.change ? after : message;
  const quoted = now.reply_to && changed.get(now.reply_to.id);
  if (!quoted || !now.reply_to) return now;
  const content = quoted.content.slice(0, QUOTED_CHARACTERS);
  return { ...now, reply_to: { ...now.reply_to, content } };
}

/**
 * What is left once moderators took some away: null for one of those.
 * @param {Message} message
 * @param {string[]} ids
 */
export function without(message, ids) {
  if (ids.includes(message.id)) return null;
  const quote = message.reply_to;
  if (!quote || !ids.includes(quote.id)) return message;
  return { ...message, reply_to: { ...quote, content: "" } };
}

/**
 * A message after the staff took out what somebody (null: everybody) has said up to one.
 * @param {Message} message
 * @param {{ user: { id: string } | null, upto_seq: number }} cleared
 */
export function clearedOf(message, { user, upto_seq: uptoSeq }) {
  const isMeant = message.seq <= uptoSeq && message.kind !== "system";
  const isTheirs = user === null || message.user?.id === user.id;
  return isMeant && isTheirs ? { ...message, deleted: true, content: "" } : message;
}
