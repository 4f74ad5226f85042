// @ts-check
// A small picture of what is being captured.

const WIDTH = 480;
const QUALITY = 0.7;
const FRAME_WITHIN_MS = 3_000;

/**
 * @param {MediaStream} media
 * @returns {Promise<Blob | null>} null where there is no picture now
 */
export async function takeSnapshot(media) {
  const [track] = media.getVideoTracks();
  if (!track || track.readyState !== "live") return null;
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  try {
    await video.play();
    if (!(await hasFrame(video))) return null;
    return await drawn(video);
  } catch (error) {
    // The page went away, or the track ended, while it was being looked at.
    if (error instanceof DOMException) return null;
    throw error;
  } finally {
    video.srcObject = null;
  }
}

/** @param {HTMLVideoElement} video */
function hasFrame(video) {
  return new Promise((resolve) => {
    const given = setTimeout(() => resolve(false), FRAME_WITHIN_MS);
    video.requestVideoFrameCallback(() => {
      clearTimeout(given);
      resolve(true);
    });
  });
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<Blob | null>}
 */
function drawn(video) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.max(1, Math.round((WIDTH * video.videoHeight) / video.videoWidth));
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
