// Says why there is no page, where its own script cannot: a classic script that the oldest engines read. Once the page has
// begun, the words are gone and nothing is said any more.
(function () {
  function tell(id) {
    var words = document.getElementById(id);
    if (words) words.removeAttribute("hidden");
  }
  if (!("noModule" in document.createElement("script"))) tell("too-old");
  addEventListener("error", function (event) {
    // What was not loaded tells its element; what was not understood, the window.
    var name = event.target && event.target.tagName;
    if (name === "SCRIPT" || name === "LINK") tell("not-loaded");
    else if (!name) tell("too-old");
  }, true);
})();
