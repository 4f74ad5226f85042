// @ts-check
// Sets the theme a person chose before anything is painted. A classic script, so that the page waits
// for it; everything else about themes lives in model/theme.js.
(() => {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
