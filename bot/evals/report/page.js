(function () {
  "use strict";
  var root = document.documentElement;
  var language = document.getElementById("language");
  function say(name) {
    root.dataset.lang = name;
    root.lang = name;
    document.querySelectorAll("option[data-ja]").forEach(function (option) {
      option.textContent = option.dataset[name];
    });
    document.querySelectorAll("input[data-ja]").forEach(function (input) {
      input.placeholder = input.dataset[name];
      input.setAttribute("aria-label", input.dataset[name]);
    });
  }
  language.hidden = false;
  language.addEventListener("click", function () { say(root.dataset.lang === "ja" ? "en" : "ja"); });
  say((navigator.language || "ja").indexOf("ja") === 0 ? "ja" : "en");

  var chart = document.getElementById("chart");
  function showChart() {
    document.querySelectorAll("[data-chart]").forEach(function (bars) { bars.hidden = bars.dataset.chart !== chart.value; });
  }
  if (chart) { chart.addEventListener("change", showChart); showChart(); }

  var tools = document.getElementById("tools");
  if (!tools) { return; }
  tools.hidden = false;
  var cases = Array.prototype.slice.call(document.querySelectorAll("details.case"));
  var words = cases.map(function (item) { return item.textContent.normalize("NFKC").toLowerCase(); });
  var outcome = document.getElementById("outcome");
  var kind = document.getElementById("kind");
  var fault = document.getElementById("fault");
  var search = document.getElementById("search");
  var count = document.getElementById("count");
  function filter() {
    var wanted = search.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    cases.forEach(function (item, position) {
      var faults = item.dataset.faults.split(" ");
      var fits = (outcome.value === "all" || item.dataset.solved === outcome.value) &&
        (kind.value === "" || item.dataset.kind === kind.value) &&
        (fault.value === "" || faults.indexOf(fault.value) >= 0) &&
        wanted.every(function (word) { return words[position].indexOf(word) >= 0; });
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    count.textContent = shown + " / " + cases.length;
  }
  [outcome, kind, fault].forEach(function (control) { control.addEventListener("change", filter); });
  search.addEventListener("input", filter);
  filter();
})();
