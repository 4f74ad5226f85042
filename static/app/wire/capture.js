// @ts-check
// Cameras, microphones and screens of this computer, as MediaStreams.

import { say } from "../words/studio.js";
import { Problem } from "./problem.js";

/** @typedef {"camera" | "screen" | "screen-microphone"} CaptureSource */
/** @typedef {{ id: string, label: string }} Device */

/**
 * @typedef {object} CaptureWish
 * @property {CaptureSource} source
 * @property {string} cameraId empty for the browser's choice
 * @property {string} microphoneId
 * @property {number} height lines of the picture
 * @property {number} framesPerSecond
 * @property {boolean} isSilent a camera without its microphone
 */

/** @type {Readonly<Record<string, string>>} */
const SENTENCES = {
  NotAllowedError: say("theBrowserWasNotAllowed"),
  NotFoundError: say("noCameraOrMicrophoneWas"),
  NotReadableError: say("theCameraOrMicrophoneIs"),
  OverconstrainedError: say("thisDeviceCannotGiveThe"),
};

/**
 * Names are empty until the person has allowed capturing once.
 * @returns {Promise<{ cameras: Device[], microphones: Device[] }>}
 */
export async function listDevices() {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  /** @param {MediaDeviceKind} kind */
  const of = (kind) =>
    all
      .filter((device) => device.kind === kind && device.deviceId)
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { cameras: of("videoinput"), microphones: of("audioinput") };
}

/** @param {() => void} changed */
export function watchDevices(changed) {
  navigator.mediaDevices?.addEventListener("devicechange", changed);
  return () => navigator.mediaDevices?.removeEventListener("devicechange", changed);
}

/** Whether the camera may be opened without asking the person first. */
export async function isCameraAllowed() {
  const name = /** @type {PermissionName} */ ("camera");
  const status = await navigator.permissions.query({ name }).catch(() => null);
  return status?.state === "granted";
}

/**
 * @param {CaptureWish} wish
 * @returns {Promise<MediaStream>}
 */
export async function capture(wish) {
  if (!navigator.mediaDevices) {
    throw new Problem(say("browsersCaptureOnlyOverHttps"), { code: "insecure" });
  }
  try {
    return wish.source === "camera" ? await openCamera(wish) : await openScreen(wish);
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw new Problem(SENTENCES[name] ?? say("thePictureCouldNotBe"), { code: name });
  }
}

/** @param {MediaStream | null} media */
export function stopCapture(media) {
  for (const track of media?.getTracks() ?? []) track.stop();
}

/** @param {CaptureWish} wish */
function openCamera(wish) {
  return navigator.mediaDevices.getUserMedia({
    video: { ...pictureOf(wish), ...exactly(wish.cameraId) },
    audio: wish.isSilent ? false : microphoneOf(wish),
  });
}

/** @param {CaptureWish} wish */
async function openScreen(wish) {
  const screen = await navigator.mediaDevices.getDisplayMedia({
    video: pictureOf(wish),
    audio: true,
  });
  if (wish.source === "screen") return screen;
  try {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: microphoneOf(wish) });
    return new MediaStream([...screen.getVideoTracks(), ...mixed(screen, microphone)]);
  } catch (error) {
    stopCapture(screen);
    throw error;
  }
}

/**
 * The microphone's track, mixed with the screen's sound when it has one.
 * @param {MediaStream} screen
 * @param {MediaStream} microphone
 */
function mixed(screen, microphone) {
  if (screen.getAudioTracks().length === 0) return microphone.getAudioTracks();
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  for (const input of [screen, microphone]) context.createMediaStreamSource(input).connect(output);
  screen.getVideoTracks()[0]?.addEventListener("ended", () => void context.close());
  return output.stream.getAudioTracks();
}

/** @param {CaptureWish} wish */
function pictureOf({ height, framesPerSecond }) {
  return {
    height: { ideal: height },
    width: { ideal: Math.round((height * 16) / 9) },
    frameRate: { ideal: framesPerSecond },
  };
}

/** @param {CaptureWish} wish */
function microphoneOf({ microphoneId }) {
  return { echoCancellation: true, noiseSuppression: true, ...exactly(microphoneId) };
}

/** @param {string} deviceId */
function exactly(deviceId) {
  return deviceId ? { deviceId: { exact: deviceId } } : {};
}
