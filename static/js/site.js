// What pages add when scripts run: nothing here is the only way to anything.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const body = document.body;

  // The thin bar under the header, and a message with a way on when the server did not answer.
  body.addEventListener("htmx:beforeRequest", (event) => {
    body.classList.add("busy");
    event.detail.target.setAttribute("aria-busy", "true");
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    body.classList.remove("busy");
    event.detail.target.removeAttribute("aria-busy");
  });
  const failed = (event) => {
    const flash = $("#flash");
    const path = event.detail.pathInfo ? event.detail.pathInfo.requestPath : location.href;
    const link = document.createElement("a");
    link.href = path;
    link.textContent = flash.dataset.retry || "Open this view as a page";
    flash.replaceChildren(link);
  };
  body.addEventListener("htmx:responseError", failed);
  body.addEventListener("htmx:sendError", failed);

  // On narrow screens a chart opens at its newest end.
  const settle = (root) => root.querySelectorAll(".chartbox").forEach((box) => (box.scrollLeft = box.scrollWidth));
  settle(document);
  body.addEventListener("htmx:afterSettle", (event) => settle(event.target.parentElement || document));

  // A row and its dot light up together.
  const twin = (on) => (event) => {
    const row = event.target.closest && event.target.closest("[id^=s]");
    if (!row || !/^s\d+$/.test(row.id)) return;
    document.querySelectorAll(`a[href="#${row.id}"] .d`).forEach((dot) => dot.classList.toggle("hot", on));
  };
  body.addEventListener("mouseover", twin(true));
  body.addEventListener("mouseout", twin(false));

  // "/" finds; "g" then a letter goes. Off while typing.
  const places = { h: "/", a: "/actors/", t: "/topics/", l: "/timeline/", c: "/compare/", s: "/shifts/", d: "/data/" };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "/") {
      event.preventDefault();
      $("#q").focus();
    } else if (event.key === "g") {
      going = Date.now();
    } else if (Date.now() - going < 1200 && places[event.key]) {
      location.href = places[event.key];
    }
  });
})();
