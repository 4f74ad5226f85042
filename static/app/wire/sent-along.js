// @ts-check
// Answers of the API that the server sent along with the page (server/first_content.py), so that the
// page can begin without asking. Each is given out once: whoever asks again wants to know what is new.

/**
 * @param {string} path
 * @returns {any} null when nothing came along, or it was taken
 */
export function takeSentAlong(path) {
  const place = document.querySelector(`script[data-answer="${CSS.escape(path)}"]`);
  if (!place) return null;
  place.remove();
  return JSON.parse(place.textContent ?? "null");
}
