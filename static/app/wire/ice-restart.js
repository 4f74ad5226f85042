// @ts-check
// An ICE restart over HTTP (RFC 9725 section 4.3.3, the same for WHEP): one PATCH, and the session goes
// on over whatever way there is now.

import { say } from "../words/site.js";
import { adoptIceServers } from "./ice-servers.js";
import { Problem, Unreachable, problemFrom } from "./problem.js";

const PATCH_TIMEOUT_MS = 4_000;

/**
 * @param {RTCPeerConnection} peer
 * @param {string} sessionUrl
 * @param {Record<string, string>} proof headers that say who asks
 */
export async function restartIce(peer, sessionUrl, proof) {
  const offer = await peer.createOffer({ iceRestart: true });
  const response = await fetch(sessionUrl, {
    method: "PATCH",
    headers: {
      "Content-Type": "application/trickle-ice-sdpfrag",
      // Whichever version: a restart of ours whose answer was lost must not hold up this one.
      "If-Match": "*",
      ...proof,
    },
    body: fragmentOf(offer.sdp ?? ""),
    signal: AbortSignal.timeout(PATCH_TIMEOUT_MS),
  }).catch(() => {
    throw new Unreachable();
  });
  if (!response.ok) throw await problemFrom(response);
  const answer = answerWith(peer.remoteDescription?.sdp ?? "", await response.text());
  // Credentials for TURN run out; this answer has fresh ones.
  adoptIceServers(peer, response.headers);
  // Only now: an offer that nobody answers would be in the way of the next one.
  await peer.setLocalDescription(offer);
  await peer.setRemoteDescription({ type: "answer", sdp: answer });
}

/**
 * The credentials of an offer; candidates need not be told to a server that learns them from our checks.
 * @param {string} offer
 */
function fragmentOf(offer) {
  const media = /^m=.*$/m.exec(offer)?.[0].trim() ?? "";
  const lines = [line(offer, "ice-ufrag"), line(offer, "ice-pwd"), media, line(offer, "mid")];
  return `${lines.join("\r\n")}\r\n`;
}

/**
 * The answer there was, with the credentials and candidates of the server's fragment.
 * @param {string} answer
 * @param {string} fragment
 */
function answerWith(answer, fragment) {
  const candidates = fragment.match(/^a=candidate:[^\r\n]+/gm) ?? [];
  let isFirst = true;
  const lines = answer.split(/\r?\n/).flatMap((each) => {
    if (each.startsWith("a=ice-ufrag:")) return line(fragment, "ice-ufrag");
    if (each.startsWith("a=ice-pwd:")) return line(fragment, "ice-pwd");
    if (each.startsWith("a=candidate:") || each === "a=end-of-candidates") return [];
    if (!each.startsWith("a=mid:") || !isFirst) return each;
    // Sections are bundled: the first one's candidates are everybody's.
    isFirst = false;
    return [each, ...candidates, "a=end-of-candidates"];
  });
  return lines.join("\r\n");
}

/**
 * @param {string} text
 * @param {string} name of an attribute that must be there
 */
function line(text, name) {
  const found = new RegExp(`^a=${name}:[^\\r\\n]+`, "m").exec(text);
  if (!found) throw new Problem(say("noMediaConnectionToThe"), { code: "ice-failed" });
  return found[0];
}
