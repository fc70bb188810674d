// Runs before the first paint, so that the page never flashes in the wrong colours, and waits for its words no longer than it must. The shell has put the settings into
// its window by then; a guest's browser has kept them (transport/guest/browser/storage.ts), unless that is forbidden.
(function () {
  var settings = window.__HEARTH__ ? window.__HEARTH__.settings : null;
  try {
    settings = settings || JSON.parse(localStorage.getItem("hearth.guest.settings"));
  } catch (_) {}
  var theme = settings && settings.theme;
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");

  // The words of the reader's language come beside the page's script, not after it: that finds them by the same address
  // (view/words/locale.svelte.ts, which chooses in the same way).
  function fromSystem(tags) {
    for (var i = 0; i < tags.length; i++) {
      var parts = tags[i].toLowerCase().split(/[^a-z0-9]/);
      if (parts[0] === "en") return "en";
      if (parts[0] !== "zh") continue;
      var traditional = /,(hant|tw|hk|mo)(,|$)/.test(parts) && parts.indexOf("hans") < 0;
      return traditional ? "zh-TW" : "zh-CN";
    }
    return "en";
  }
  var links = document.querySelectorAll('link[rel="words"]');
  function bring(language) {
    for (var i = 0; i < links.length; i++) {
      if (links[i].hreflang !== language) continue;
      var script = document.createElement("script");
      script.type = "module";
      script.src = links[i].href;
      document.head.appendChild(script);
      return true;
    }
    return false;
  }
  var system = window.__HEARTH__ ? [window.__HEARTH__.systemLanguage] : navigator.languages || [];
  bring(settings && settings.language) || bring(fromSystem(system));
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
