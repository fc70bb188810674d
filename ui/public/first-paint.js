// Runs before the first paint, so that the window never flashes in the wrong colours. The shell has put the settings
// into the window by then.
(function () {
  var settings = window.__HEARTH__ ? window.__HEARTH__.settings : null;
  var theme = settings ? settings.theme : "system";
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
