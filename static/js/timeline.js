// Zoom and pan for the timeline: the server drew everything, this only moves it.
(() => {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const DAY = 86400000;
  const LEAST = 30; // days that fill the width at the closest

  const iso = (t) => new Date(Math.round(t) * DAY).toISOString().slice(0, 10);

  function start(svg) {
    const edge = (name) => Number(svg.dataset[name]);
    const first = edge("first"), last = edge("last"), left = edge("left"), right = edge("right");
    const items = [...svg.querySelectorAll("[data-t]")].map((node) => ({ node, t: Number(node.dataset.t), y: node.dataset.y }));
    const axis = svg.querySelector(".axis");
    const height = svg.viewBox.baseVal.height;
    let from = first, to = last, frame = 0;

    const place = (t) => left + ((t - from) / (to - from)) * (right - left);
    const show = (node, on) => (on ? node.removeAttribute("display") : node.setAttribute("display", "none"));

    function draw() {
      frame = 0;
      for (const { node, t, y } of items) {
        const x = place(t), inside = x >= left - 1 && x <= right + 1;
        show(node, inside);
        if (!inside) continue;
        if (y === undefined) node.setAttribute("transform", `translate(${x - place.origin(t)} 0)`);
        else node.setAttribute("transform", `translate(${Number(x.toFixed(1))} ${y})`);
      }
      ticks();
      if (strip) frameStrip(from, to);
    }
    // Where the server put a line without a y: the shift is relative to that.
    place.origin = (t) => left + ((t - first) / (last - first)) * (right - left);

    function ticks() {
      const months = (to - from) / 30.4;
      const step = [1, 3, 6, 12, 24, 60].find((s) => ((right - left) / months) * s >= 44) || 120;
      const begin = new Date(from * DAY);
      const at = Math.floor((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / step) * step;
      const nodes = [];
      for (let month = at; ; month += step) {
        const t = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY;
        if (t > to) break;
        if (t < from) continue;
        const x = place(t).toFixed(1), line = document.createElementNS(NS, "path"), text = document.createElementNS(NS, "text");
        line.setAttribute("d", `M${x} 20V${height - 4}`);
        line.setAttribute("class", month % 12 ? "t" : "y");
        text.setAttribute("x", x);
        text.setAttribute("y", 12);
        text.setAttribute("class", "ax");
        text.setAttribute("text-anchor", "middle");
        text.textContent = month % 12 ? iso(t).slice(0, 7) : iso(t).slice(0, 4);
        nodes.push(line, text);
      }
      axis.replaceChildren(...nodes);
    }

    function view(a, b) {
      const span = Math.min(Math.max(b - a, LEAST), last - first);
      from = Math.min(Math.max(a, first), last - span);
      to = from + span;
      if (!frame) frame = requestAnimationFrame(draw);
      const url = new URL(location.href);
      for (const [name, value, whole] of [["from", from, first], ["to", to, last]]) {
        if (Math.round(value) === whole) url.searchParams.delete(name);
        else url.searchParams.set(name, iso(value));
      }
      history.replaceState(history.state, "", url);
    }
    const zoom = (factor, middle = (from + to) / 2) => view(middle - (middle - from) * factor, middle + (to - middle) * factor);
    const pan = (share) => view(from + (to - from) * share, to + (to - from) * share);

    const scale = () => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const dayAt = (clientX) => {
      const x = (clientX - svg.getBoundingClientRect().left) / scale();
      return from + ((x - left) / (right - left)) * (to - from);
    };

    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.shiftKey) return; // the page scrolls as ever
      event.preventDefault();
      zoom((event.deltaY || event.deltaX) > 0 ? 1.2 : 1 / 1.2, dayAt(event.clientX));
    }, { passive: false });

    const fingers = new Map();
    let dragged = 0;
    svg.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, event.clientX);
      dragged = 0;
    });
    svg.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return;
      const before = [...fingers.values()], was = fingers.get(event.pointerId);
      fingers.set(event.pointerId, event.clientX);
      const after = [...fingers.values()];
      dragged += Math.abs(event.clientX - was);
      if (after.length === 2) {
        const gap = (pair) => Math.max(Math.abs(pair[0] - pair[1]), 10);
        zoom(gap(before) / gap(after), dayAt((after[0] + after[1]) / 2));
      } else {
        const days = ((event.clientX - was) / scale() / (right - left)) * (to - from);
        view(from - days, to - days);
      }
    });
    const lift = (event) => fingers.delete(event.pointerId);
    ["pointerup", "pointercancel", "pointerleave"].forEach((name) => svg.addEventListener(name, lift));
    // A drag that ends on an item is no click on it.
    svg.addEventListener("click", (event) => dragged > 6 && event.preventDefault(), true);
    svg.addEventListener("dragstart", (event) => event.preventDefault());

    const acts = {
      "+": () => zoom(1 / 1.4), "=": () => zoom(1 / 1.4), "-": () => zoom(1.4),
      ArrowLeft: () => pan(-0.2), ArrowRight: () => pan(0.2), Home: () => view(first, last),
    };
    const box = svg.closest(".chartbox");
    box.addEventListener("keydown", (event) => {
      if (!acts[event.key] || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      acts[event.key]();
    });
    const panel = box.parentElement;
    panel.querySelectorAll(".zoom, .zoomhelp").forEach((node) => (node.hidden = false));
    panel.querySelectorAll("[data-zoom]").forEach((button) =>
      button.addEventListener("click", () => acts[{ in: "+", out: "-", home: "Home" }[button.dataset.zoom]]()),
    );

    // The strip above: drag over it to choose a window. A click without a drag is its link to a year.
    const strip = panel.querySelector("svg.over");
    const span = (name) => Number(strip.dataset[name]);
    const onStrip = (t) => span("left") + ((t - span("first")) / (span("last") - span("first"))) * (span("right") - span("left"));
    const frameStrip = (a, b) => {
      const rect = strip.querySelector(".win");
      rect.setAttribute("x", onStrip(a).toFixed(1));
      rect.setAttribute("width", Math.max(onStrip(b) - onStrip(a), 3).toFixed(1));
    };
    if (strip) {
      let begun = null, moved = false;
      const at = (event) => {
        const box = strip.getBoundingClientRect();
        const x = ((event.clientX - box.left) / box.width) * strip.viewBox.baseVal.width;
        const t = span("first") + ((x - span("left")) / (span("right") - span("left"))) * (span("last") - span("first"));
        return Math.min(Math.max(t, span("first")), span("last"));
      };
      const ends = (event) => [begun, at(event)].sort((a, b) => a - b);
      strip.addEventListener("pointerdown", (event) => { begun = at(event); moved = false; });
      strip.addEventListener("pointermove", (event) => {
        if (begun === null) return;
        moved = moved || Math.abs(onStrip(at(event)) - onStrip(begun)) > 4;
        if (moved) frameStrip(...ends(event));
      });
      window.addEventListener("pointerup", (event) => {
        if (begun === null) return;
        const [a, b] = ends(event);
        begun = null;
        if (!moved) return;
        if (a >= first - 1 && b <= last + 1) return view(a, b);
        const url = new URL(location.href);
        url.searchParams.set("from", iso(a));
        url.searchParams.set("to", iso(b));
        location.assign(url); // outside of what was drawn: the server draws it
      });
      strip.addEventListener("click", (event) => moved && event.preventDefault(), true);
      strip.addEventListener("dragstart", (event) => event.preventDefault());
    }

    // An item opens in place; without script, or with a modifier, its link is a link.
    svg.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-card]");
      if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
      event.preventDefault();
      htmx.ajax("GET", link.getAttribute("href"), { target: "#card", swap: "outerHTML" });
    });
  }

  const all = (root) => root.querySelectorAll("svg.tl:not([data-on])").forEach((svg) => {
    svg.dataset.on = "1";
    start(svg);
  });
  all(document);
  document.body.addEventListener("htmx:afterSettle", () => all(document));
})();
