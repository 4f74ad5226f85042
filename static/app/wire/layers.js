// @ts-check
// WHEP's layer extension: what sizes a stream has for this viewer, and which is sent.

import { problemFrom, Unreachable } from "./problem.js";

/**
 * @typedef {object} LayerState
 * @property {string} encodingId
 * @property {number | null} height
 * @property {number} bitrate
 * @property {boolean} active
 */

/**
 * @typedef {object} LayerSelection
 * @property {string | null} encodingId what the viewer has chosen; null leaves it to the line
 * @property {string | null} current what is sent now
 * @property {number | null} limit what the line carries in bit/s; null if it was never found full
 * @property {LayerState[]} layers smallest first
 */

/** @param {string} sessionUrl */
export function readLayers(sessionUrl) {
  return ask(sessionUrl, { method: "GET" });
}

/**
 * @param {string} sessionUrl
 * @param {string | null} encodingId
 */
export function chooseLayer(sessionUrl, encodingId) {
  if (encodingId === null) return ask(sessionUrl, { method: "DELETE" });
  return ask(sessionUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ encodingId }),
  });
}

/**
 * @param {string} sessionUrl
 * @param {RequestInit} request
 * @returns {Promise<LayerSelection>}
 */
async function ask(sessionUrl, request) {
  const response = await fetch(`${sessionUrl}/layer`, request).catch(() => {
    throw new Unreachable();
  });
  if (!response.ok) throw await problemFrom(response);
  return response.json();
}
