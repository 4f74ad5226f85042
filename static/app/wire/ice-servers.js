// @ts-check
// The STUN and TURN servers that a WHIP or WHEP server names in Link headers (RFC 9725 section 4.6).

const LINK = /<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)/g;
const PARAMETER = /;\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/g;

/**
 * Use what an answer names. Gathering begins with the local description, and only then with the servers
 * known by then, so this comes before it: a network without UDP is left through TURN.
 * @param {RTCPeerConnection} peer
 * @param {Headers} headers
 */
export function adoptIceServers(peer, headers) {
  const iceServers = readIceServers(headers);
  if (iceServers.length) peer.setConfiguration({ ...peer.getConfiguration(), iceServers });
}

/**
 * @param {Headers} headers
 * @returns {RTCIceServer[]}
 */
function readIceServers(headers) {
  /** @type {RTCIceServer[]} */
  const servers = [];
  for (const [, urls = "", rest = ""] of (headers.get("Link") ?? "").matchAll(LINK)) {
    const named = new Map(
      [...rest.matchAll(PARAMETER)].map(([, name = "", quoted, bare]) => [
        name.toLowerCase(),
        quoted ?? bare ?? "",
      ]),
    );
    if (named.get("rel") !== "ice-server") continue;
    const username = named.get("username");
    const credential = named.get("credential");
    servers.push(username && credential ? { urls, username, credential } : { urls });
  }
  return servers;
}
