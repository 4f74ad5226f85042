// @ts-check
// Fetches one thing into its model, unless this page has learned something newer of it meanwhile.

/** @import { Loaded } from "../model/loaded.js" */

import { Problem, failureOf, sentenceFor } from "../wire/problem.js";

/**
 * @template T
 * @param {Loaded<T>} loaded
 * @param {() => Promise<T>} fetchIt
 */
export async function load(loaded, fetchIt) {
  try {
    const asked = await loaded.news.during(fetchIt);
    if (asked?.told.size === 0) loaded.answered(asked.answer);
  } catch (error) {
    // An address with a name that cannot be one is answered 400 or 422: nothing lives there either.
    const isMissing = error instanceof Problem && [400, 404, 422].includes(error.status);
    loaded.fail(isMissing ? "missing" : "failed", sentenceFor(error), failureOf(error));
  }
}
