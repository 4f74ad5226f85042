// @ts-check
// What the server, or the way to it, refused: one error for REST, WHIP, WHEP and Socket.IO.

/** @import { FieldError } from "../types" */

import { problemSentence } from "../words/problems.js";
import { say } from "../words/site.js";

export class Problem extends Error {
  /**
   * @param {string} detail a sentence for the user
   * @param {{ code?: string, status?: number, errors?: FieldError[], retryAfterS?: number | null, challenge?: string | null }} [more]
   */
  constructor(
    detail,
    { code = "unknown", status = 0, errors = [], retryAfterS = null, challenge = null } = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.status = status;
    this.errors = errors;
    this.retryAfterS = retryAfterS;
    /** What a sign-in's second step is to be sent with. */
    this.challenge = challenge;
  }

  /** Whether trying the same again later can help. */
  get isTransient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * Why something could not be had: it did not come, it is somebody else's, or nobody is signed in.
 * @typedef {"failed" | "forbidden" | "signed-out"} Failure
 */

/**
 * @param {unknown} error
 * @returns {Failure}
 */
export function failureOf(error) {
  if (!(error instanceof Problem)) return "failed";
  if (error.status === 401) return "signed-out";
  return error.status === 403 ? "forbidden" : "failed";
}

/** The network, not the server, said no. */
export class Unreachable extends Problem {
  constructor() {
    super(say("theServerCannotBeReached"), { code: "unreachable" });
  }
}

/**
 * The sentence to show for anything that was thrown.
 * @param {unknown} error
 */
export function sentenceFor(error) {
  if (error instanceof Problem) return problemSentence(error.code, error.message);
  console.error(error);
  return say("somethingWentWrongOnThis");
}

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
export async function problemFrom(response) {
  const retryAfter = Number(response.headers.get("Retry-After"));
  const more = { status: response.status, retryAfterS: retryAfter > 0 ? retryAfter : null };
  const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
  const body = isJson ? await response.json().catch(() => ({})) : {};
  return new Problem(body.detail ?? say("theServerAnswered", { status: response.status }), {
    ...more,
    code: body.code,
    challenge: body.challenge ?? null,
    errors: Array.isArray(body.errors) ? body.errors : [],
  });
}
