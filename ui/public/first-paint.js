// Runs before the first paint, so that the page never flashes in the wrong colours. The shell has put the settings into
// its window by then; a guest's browser has kept them (transport/guest/keep.ts), unless that is forbidden.
(function () {
  var settings = window.__HEARTH__ ? window.__HEARTH__.settings : null;
  try {
    settings = settings || JSON.parse(localStorage.getItem("hearth.guest.settings"));
  } catch (_) {}
  var theme = settings && settings.theme;
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
})();
