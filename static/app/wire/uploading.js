// @ts-check
// The bytes of one file on their way by tus: what is cut goes on by itself, what is paused waits.

/** @import { Upload } from "../../vendor/tus.js" */

import { load } from "../loading.js";
import { say } from "../words/site.js";
import { Problem, Unreachable, sentenceFor } from "./problem.js";

/** Half a minute of trying in ever longer steps; each byte that arrives begins them anew. */
const RETRY_DELAYS_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000];
const ENDPOINT = "/api/v1/uploads";

/**
 * @typedef {object} UploadingParts
 * @property {File} file
 * @property {string | null} uploadId of one that was begun before
 * @property {() => Record<string, string>} proof the headers of the session
 * @property {(uploadId: string) => void} begun
 * @property {(sent: number) => void} progress
 * @property {() => void} done
 * @property {(problem: Problem) => void} failed
 */

export class Uploading {
  #parts;
  /** @type {Upload | null} */
  #upload = null;
  #isPaused = true;
  #isBegun = false;

  /** @param {UploadingParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  get file() {
    return this.#parts.file;
  }

  async start() {
    this.#isPaused = false;
    try {
      this.#upload ??= await this.#make();
    } catch (error) {
      return this.#parts.failed(new Problem(sentenceFor(error), { status: 0 }));
    }
    // It may have been paused while the library came.
    if (!this.#isPaused) this.#upload.start();
  }

  async pause() {
    this.#isPaused = true;
    await this.#upload?.abort();
  }

  /** The library is fetched for those who upload. */
  async #make() {
    const { Upload } = await load(() => import("../../vendor/tus.js"));
    const { file, uploadId, proof, begun, progress, done, failed } = this.#parts;
    const upload = new Upload(file, {
      endpoint: ENDPOINT,
      uploadUrl: uploadId ? `${ENDPOINT}/${uploadId}` : null,
      metadata: { filename: file.name, filetype: typeOf(file) },
      retryDelays: RETRY_DELAYS_MS,
      // The server knows what was begun, on whatever device.
      storeFingerprintForResuming: false,
      onBeforeRequest: (request) => {
        for (const [name, value] of Object.entries(proof())) request.setHeader(name, value);
      },
      onUploadUrlAvailable: () => {
        // The library says so again each time it goes on.
        if (this.#isBegun) return;
        this.#isBegun = true;
        begun(upload.url?.split("/").at(-1) ?? "");
      },
      onProgress: (sent) => progress(sent),
      onShouldRetry: (error) => isTransient(error.originalResponse?.getStatus() ?? 0),
      onSuccess: () => done(),
      onError: (error) => failed(problemOf(error)),
    });
    return upload;
  }
}

/** @param {number} status */
function isTransient(status) {
  return status === 0 || status === 409 || status === 429 || status >= 500;
}

/** @param {Error} error of the library */
function problemOf(error) {
  const response = "originalResponse" in error ? error.originalResponse : null;
  if (!response) return new Unreachable();
  const { getStatus, getBody } = /** @type {import("tus-js-client").HttpResponse} */ (response);
  const status = getStatus.call(response);
  const body = parsed(getBody.call(response));
  return new Problem(body.detail ?? say("theServerAnswered", { status }), {
    status,
    code: body.code,
  });
}

/**
 * @param {string} text
 * @returns {{ detail?: string, code?: string }}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/**
 * What browsers call a Matroska file differs, and some say nothing.
 * @param {File} file
 */
function typeOf({ name, type }) {
  if (/\.mkv$/i.test(name)) return "video/x-matroska";
  return /^video\/(mp4|quicktime|webm|x-matroska)$/.test(type) ? type : "application/octet-stream";
}
