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
  // Names of rows stay in sight while a chart is moved sideways.
  const pin = (box) => box.querySelectorAll(".mult .lb, .tl .lb").forEach((name) => {
    const chart = name.ownerSVGElement;
    const moved = (box.scrollLeft * chart.viewBox.baseVal.width) / chart.clientWidth;
    name.classList.toggle("pinned", moved > 1);
    name.setAttribute("transform", moved > 1 ? `translate(${moved} -13)` : "");
  });
  document.addEventListener("scroll", (event) => event.target.matches && event.target.matches(".chartbox") && pin(event.target), true);
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

  // A position chart under the keys: one saying after the other, read out, its row a Return away.
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest && event.target.closest(".chartbox");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const chart = box && box === event.target && $("svg.pos", box);
    if (!chart || event.ctrlKey || event.metaKey || event.altKey || !(step || event.key === "Enter")) return;
    const dots = [...chart.querySelectorAll("a[href*='#s']")].sort((a, b) => a.getBBox().x - b.getBBox().x);
    const now = dots.findIndex((dot) => $(".hot", dot));
    if (event.key === "Enter") return now >= 0 && (location.href = dots[now].getAttribute("href"));
    event.preventDefault();
    const next = now < 0 ? (step > 0 ? 0 : dots.length - 1) : Math.min(Math.max(now + step, 0), dots.length - 1);
    if (!dots[next]) return;
    dots.forEach((dot, index) => $(".d", dot).classList.toggle("hot", index === next));
    $("#said").textContent = $("title", dots[next]).textContent;
    box.scrollLeft = (dots[next].getBBox().x / chart.viewBox.baseVal.width) * chart.clientWidth - box.clientWidth / 2;
  });

  // "/" finds, "?" lists the keys, "g" then a letter goes. Off while typing.
  const keys = $("#keys");
  const button = $("[data-keys]");
  button.hidden = false;
  button.addEventListener("click", () => keys.showModal());
  const places = { h: "/", a: "/actors/", t: "/topics/", l: "/timeline/", c: "/compare/", s: "/shifts/", d: "/data/" };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "/") {
      event.preventDefault();
      $("#q").focus();
    } else if (event.key === "?") {
      keys.open ? keys.close() : keys.showModal();
    } else if (event.key === "g") {
      going = Date.now();
    } else if (Date.now() - going < 1200 && places[event.key]) {
      location.href = places[event.key];
    }
  });
})();
