// @ts-check
// Times and numbers as people read them in the language of the page.

import { language } from "../../words/language.js";
import { formatCount } from "../../words/reading.js";
import { say } from "../../words/site.js";

export { formatCount };

/** @typedef {"challenger" | "comment" | "failure" | "follower" | "guest" | "holder" | "like" | "player" | "point" | "post" | "report" | "view" | "viewer" | "vote"} Noun */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const clock = new Intl.DateTimeFormat(language, {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});
const day = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short" });
const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
const month = new Intl.DateTimeFormat(language, { month: "long", year: "numeric" });

/**
 * A number with so many digits behind its point.
 * @param {number} number
 * @param {number} [digits]
 */
export function formatNumber(number, digits = 0) {
  return number.toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
}

/**
 * So many of something: "1 viewer", "12 viewers".
 * @param {number} count
 * @param {Noun} noun
 */
export function countOf(count, noun) {
  return say(noun, { count });
}

/** @param {string} at */
export function formatClock(at) {
  return clock.format(new Date(at));
}

/**
 * How long something has been going on: "just now", "12 min", "2 h 05 min".
 * @param {string} at
 * @param {number} nowMs
 */
export function formatSince(at, nowMs) {
  const elapsed = Math.max(0, nowMs - Date.parse(at));
  if (elapsed < MINUTE_MS) return say("justNow");
  const hours = Math.floor(elapsed / HOUR_MS);
  const minutes = Math.floor((elapsed % HOUR_MS) / MINUTE_MS);
  if (hours === 0) return say("minutes", { minutes });
  return say("hoursAndMinutes", { hours, minutes: twoDigits(minutes) });
}

/**
 * How long ago something was: "just now", "12 min", "5 h", "3 d", then its date.
 * @param {string} at
 * @param {number} nowMs
 */
export function formatAgo(at, nowMs) {
  const elapsed = Math.max(0, nowMs - Date.parse(at));
  if (elapsed < MINUTE_MS) return say("justNow");
  if (elapsed < HOUR_MS) return say("minutes", { minutes: Math.floor(elapsed / MINUTE_MS) });
  if (elapsed < DAY_MS) return say("hours", { hours: Math.floor(elapsed / HOUR_MS) });
  if (elapsed < 7 * DAY_MS) return say("days", { days: Math.floor(elapsed / DAY_MS) });
  return date.format(new Date(at));
}

/**
 * A date and time in full, for whoever asks.
 * @param {string} at
 */
export function formatFull(at) {
  return `${date.format(new Date(at))}, ${clock.format(new Date(at))}`;
}

/** @param {string} at */
export function formatDate(at) {
  return date.format(new Date(at));
}

/** @param {string} at */
export function formatMonth(at) {
  return month.format(new Date(at));
}

/**
 * When something will be: "today 18:00", "tomorrow 09:30", "Fri, 4 Dec 20:00".
 * @param {string} at
 * @param {number} nowMs
 */
export function formatWhen(at, nowMs) {
  const when = new Date(at);
  const days = Math.round((startOfDay(when) - startOfDay(new Date(nowMs))) / DAY_MS);
  const dayName = days === 0 ? say("today") : days === 1 ? say("tomorrow") : day.format(when);
  return `${dayName} ${clock.format(when)}`;
}

/**
 * Seconds left as m:ss.
 * @param {number} milliseconds
 */
export function formatCountdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * What is left, in the two largest units that say something: "3 d 4 h", "4 h 05 min", "12:30".
 * @param {number} milliseconds
 */
export function formatRemaining(milliseconds) {
  if (milliseconds < HOUR_MS) return formatCountdown(milliseconds);
  const minutes = Math.ceil(milliseconds / MINUTE_MS);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return say("hoursAndMinutes", { hours, minutes: twoDigits(minutes % 60) });
  const days = Math.floor(hours / 24);
  if (hours % 24 === 0) return say("days", { days });
  return say("daysAndHours", { days, hours: hours % 24 });
}

/**
 * How long something is: "0:07", "12:30", "1:02:03".
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes >= 1e9) return `${formatNumber(bytes / 1e9, 1)} GB`;
  if (bytes >= 1e6) return `${formatNumber(bytes / 1e6, bytes < 1e7 ? 1 : 0)} MB`;
  return `${formatNumber(Math.ceil(bytes / 1e3))} kB`;
}

/** @param {number} bitsPerSecond */
export function formatBitrate(bitsPerSecond) {
  if (bitsPerSecond >= 1e6) return say("megabits", { rate: formatNumber(bitsPerSecond / 1e6, 1) });
  return say("kilobits", { rate: formatNumber(bitsPerSecond / 1e3) });
}

/** @param {number} number */
function twoDigits(number) {
  return String(number).padStart(2, "0");
}

/** @param {Date} date */
function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
