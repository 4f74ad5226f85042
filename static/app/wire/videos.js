// @ts-check
// Videos over REST, and how far their uploads have got. The bytes go by `wire/uploading.js`.

/** @import { Page } from "../types" */
/** @import { BegunUpload, Video, VideoChange } from "../types-videos" */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

const TUS = { "Tus-Resumable": "1.0.0" };

/** @typedef {"newest" | "popular"} VideoSort */

export class Videos {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {{ user?: string, sort?: VideoSort, limit?: number, cursor?: string | null }} filter
   * @returns {Promise<Page<Video>>}
   */
  list(filter) {
    return this.#rest.send("GET", `/videos${query(filter)}`);
  }

  /**
   * @param {string} id
   * @returns {Promise<Video>}
   */
  see(id) {
    return this.#rest.send("GET", `/videos/${id}`);
  }

  /**
   * @param {{ upload_id: string } & VideoChange} video
   * @returns {Promise<Video>}
   */
  make(video) {
    return this.#rest.send("POST", "/videos", video, { "Idempotency-Key": crypto.randomUUID() });
  }

  /**
   * @param {string} id
   * @param {VideoChange} change
   * @returns {Promise<Video>}
   */
  edit(id, change) {
    return this.#rest.send("PATCH", `/videos/${id}`, change);
  }

  /** @param {string} id */
  remove(id) {
    return this.#rest.send("DELETE", `/videos/${id}`);
  }

  /**
   * It has been watched for ten seconds.
   * @param {string} id
   */
  countView(id) {
    return this.#rest.send("POST", `/videos/${id}/views`);
  }

  /**
   * @param {string} id
   * @returns {Promise<BegunUpload>}
   */
  async begunUpload(id) {
    const { headers } = await this.#rest.exchange("HEAD", `/uploads/${id}`, undefined, TUS);
    return {
      id,
      name: nameIn(headers.get("Upload-Metadata") ?? ""),
      sent: Number(headers.get("Upload-Offset")),
      size: Number(headers.get("Upload-Length")),
    };
  }
}

/**
 * The file's name in tus's metadata: keys and values in base64.
 * @param {string} metadata
 */
function nameIn(metadata) {
  const [, value] = /(?:^|,)filename ([A-Za-z0-9+/=]*)/.exec(metadata) ?? [];
  const bytes = Uint8Array.from(atob(value ?? ""), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
