// @ts-check
// On the page that stands in for any other while the server cannot be reached: looks whether it is
// there again, and loads the address that was wanted. A classic script: it is kept as one file.
(() => {
  const AGAIN_AFTER_MS = 5_000;

  const look = async () => {
    try {
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (answer.ok) location.reload();
    } catch {
      // Still away; the next look comes by itself.
    }
  };

  const spoken = /(?:^|; )language=(\w+)/.exec(document.cookie)?.[1] ?? navigator.language.slice(0, 2);
  document.documentElement.lang = spoken === "de" ? "de" : "en";
  for (const again of document.querySelectorAll("a[href='']"))
    again.addEventListener("click", (event) => {
      event.preventDefault();
      location.reload();
    });
  window.addEventListener("online", () => void look());
  setInterval(() => void look(), AGAIN_AFTER_MS);
})();
