// @ts-check
// How loud a MediaStream is, for a level meter.

const READ_EVERY_MS = 80;
/** Speech lies around -30 dB; the meter's scale starts where a room's noise ends. */
const FLOOR_DB = -60;

export class LevelReader {
  #context = new AudioContext();
  #analyser = this.#context.createAnalyser();
  #timer;

  /**
   * @param {MediaStream} media with at least one audio track
   * @param {(level: number) => void} tell called with 0 (silent) to 1 (clipping)
   */
  constructor(media, tell) {
    this.#analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(media).connect(this.#analyser);
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#timer = setInterval(() => {
      this.#analyser.getFloatTimeDomainData(samples);
      tell(levelOf(samples));
    }, READ_EVERY_MS);
  }

  destroy() {
    clearInterval(this.#timer);
    void this.#context.close();
  }
}

/** @param {Float32Array} samples */
function levelOf(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  const decibels = 20 * Math.log10(Math.max(peak, 1e-5));
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
}
