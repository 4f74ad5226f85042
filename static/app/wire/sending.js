// @ts-check
// One request with a large body, by XMLHttpRequest: `fetch` does not tell how much has been sent.

import { say } from "../words/site.js";
import { Problem, Unreachable } from "./problem.js";

/**
 * @typedef {object} Sending
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {Blob} body
 * @property {AbortSignal} signal ends it without an answer
 * @property {(part: number) => void} progress from 0 to 1
 */

/**
 * @param {Sending} sending
 * @returns {Promise<any>} the answer's JSON
 */
export function post({ url, headers, body, signal, progress }) {
  const request = new XMLHttpRequest();
  request.open("POST", url);
  request.responseType = "json";
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
  const abort = () => request.abort();
  signal.addEventListener("abort", abort);
  return new Promise((resolve, reject) => {
    request.onload = () => {
      const { status, response } = request;
      if (status >= 200 && status < 300) resolve(response);
      else reject(refusal(status, response, request.getResponseHeader("Retry-After")));
    };
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(new DOMException("given up", "AbortError"));
    request.send(body);
  }).finally(() => signal.removeEventListener("abort", abort));
}

/**
 * @param {number} status
 * @param {any} body
 * @param {string | null} retryAfter
 */
function refusal(status, body, retryAfter) {
  return new Problem(body?.detail ?? say("theServerAnswered", { status }), {
    status,
    code: body?.code,
    errors: Array.isArray(body?.errors) ? body.errors : [],
    retryAfterS: Number(retryAfter) || null,
  });
}
