// Runs before the first paint, so that the page never flashes in the wrong colours. The shell has put the settings into
// its window by then; a guest's browser has kept them (transport/guest/browser/storage.ts), unless that is forbidden.
(function () {
  var settings = window.__HEARTH__ ? window.__HEARTH__.settings : null;
  try {
    settings = settings || JSON.parse(localStorage.getItem("hearth.guest.settings"));
  } catch (_) {}
  var theme = settings && settings.theme;
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
})();

// The app's frame is on the screen before the page's script is evaluated, which takes longer than everything until then
// (vite.config.ts leaves the script to this). A window that is not to be seen paints no frame, and is not waited for. The
// guest's page brings its own script, and finds nothing to do here.
(function () {
  var begun = false;
  function begin() {
    var link = document.querySelector("link[data-page]");
    if (begun || !link) return;
    begun = true;
    var script = document.createElement("script");
    script.type = "module";
    script.crossOrigin = link.crossOrigin;
    script.src = link.href;
    document.head.append(script);
  }
  setTimeout(begin, 500);
  requestAnimationFrame(function () {
    begin();
    // The second frame begins when the first one is on the screen.
    requestAnimationFrame(function () {
      performance.mark("frame");
    });
  });
})();
