// @ts-check
// Sets the theme a person chose before anything is painted, on pages without the app (the app's have
// it from the server). A classic script, so that the page waits for it.
(() => {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
