// @ts-check
// What WHIP and WHEP share: one POST of an offer, one DELETE of a session, and the end of a peer.

import { say } from "../words/site.js";
import { adoptIceServers } from "./ice-servers.js";
import { Problem, Unreachable, problemFrom } from "./problem.js";

const DELETE_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * POST the peer's offer, apply the answer, and return the session's URL.
 * @param {RTCPeerConnection} peer
 * @param {string} url
 * @param {Record<string, string>} proof headers that say who asks
 * @returns {Promise<string>}
 */
export async function exchangeOffer(peer, url, proof) {
  const offer = await peer.createOffer();
  const headers = { "Content-Type": "application/sdp", ...proof };
  // The server is ICE-lite and learns our addresses from our checks, so nothing is gathered first.
  const response = await fetch(url, { method: "POST", headers, body: offer.sdp }).catch(() => {
    throw new Unreachable();
  });
  if (response.status !== 201) throw await problemFrom(response);
  const location = response.headers.get("Location");
  if (!location) throw new Problem(say("theServerGaveTheSession"));
  adoptIceServers(peer, response.headers);
  await peer.setLocalDescription(offer);
  await peer.setRemoteDescription({ type: "answer", sdp: await response.text() });
  return new URL(location, new URL(url, window.location.href)).href;
}

/**
 * DELETE a session; it may be gone already, and then nothing is lost.
 * @param {string} sessionUrl
 * @param {Record<string, string>} headers
 */
export function deleteSession(sessionUrl, headers) {
  // keepalive: this is also sent while the page is being closed.
  const signal = AbortSignal.timeout(DELETE_TIMEOUT_MS);
  return fetch(sessionUrl, { method: "DELETE", headers, keepalive: true, signal }).catch(
    () => null,
  );
}

/**
 * What has become of a session: it may be there still, or has ended, or another page or device has taken
 * its place. A server that was killed cannot say goodbye, and a peer takes half a minute to notice by itself.
 * @param {string} sessionUrl
 * @returns {Promise<"there" | "ended" | "taken-over">} "there" also while nobody can be asked
 */
export async function fateOf(sessionUrl) {
  const response = await fetch(sessionUrl).catch(() => null);
  if (response?.status === 410) return "taken-over";
  return response?.status === 404 ? "ended" : "there";
}

/**
 * Resolve when the peer is connected, refuse when it fails or takes too long.
 * @param {RTCPeerConnection} peer
 * @returns {Promise<void>}
 */
export function waitConnected(peer) {
  return new Promise((resolve, reject) => {
    const refuse = () => {
      stop();
      reject(new Problem(say("noMediaConnectionToThe"), { code: "ice-failed" }));
    };
    const look = () => {
      if (peer.connectionState === "connected") {
        stop();
        resolve();
      } else if (peer.connectionState === "failed" || peer.connectionState === "closed") {
        refuse();
      }
    };
    const timer = setTimeout(refuse, CONNECT_TIMEOUT_MS);
    const stop = () => {
      clearTimeout(timer);
      peer.removeEventListener("connectionstatechange", look);
    };
    peer.addEventListener("connectionstatechange", look);
    look();
  });
}
