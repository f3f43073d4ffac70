/* The review queue's reading aids. Without this script every button still works. */
"use strict";

(() => {
  const item = () => document.getElementById("item");
  const pane = () => document.getElementById("text");
  const scale = () => item().querySelector(".scale input:checked") ?? item().querySelector(".scale input");
  const codePoints = (text) => Array.from(text).length;

  // -- Keys: active while no field has the focus; can be switched off and stay off. -------------------------
  const keysOn = () => localStorage.getItem("queue-keys") !== "off";

  const inField = (node) =>
    node.closest("textarea, select, .select2-container, [contenteditable]") ||
    (node.matches("input") && !["radio", "checkbox", "hidden"].includes(node.type));

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?" && !inField(event.target)) return help();
    if (!keysOn() || document.getElementById("help")?.open) return;
    if (event.key === "Escape" && inField(event.target)) return event.target.blur();
    if (rejectByNumber(event) || saveByEnter(event)) return event.preventDefault();
    if (inField(event.target) || !item()) return;
    const key = event.key.toLowerCase();
    const button = item().querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (button && !button.disabled) button.click();
    else if (key === "r") showReasons();
    else if (key === "e") scale()?.focus();
    else return;
    event.preventDefault();
  }

  // The key opens the list of reasons, numbered, so that nobody has to know them by heart.
  function showReasons() {
    const list = item().querySelector('[data-focus="r"]');
    if (!list) return;
    list.size = list.options.length;
    list.addEventListener("blur", () => list.removeAttribute("size"), { once: true });
    list.focus();
  }

  // In the list of reasons a digit chooses and sends; so does Enter on the chosen one.
  function rejectByNumber(event) {
    const list = event.target;
    if (!list.matches?.('select[data-focus="r"]')) return false;
    const chosen = event.key === "Enter" ? list.selectedIndex : /^[1-9]$/.test(event.key) && Number(event.key);
    if (!chosen || !list.options[chosen]) return false;
    list.selectedIndex = chosen;
    list.form.querySelector("button[value=reject]").click();
    return true;
  }

  // Enter anywhere in the correction saves it (in a text area with Ctrl, as usual).
  function saveByEnter(event) {
    if (event.key !== "Enter" || event.target.matches("button, textarea, a, summary, select")) return false;
    const form = event.target.closest?.("form.correct");
    form?.querySelector("[data-enter]").click();
    return Boolean(form);
  }

  const help = () => document.getElementById("help")?.showModal();

  // What was changed and not saved is not confirmed by mistake.
  function onChange(event) {
    const form = event.target.closest?.("#item form.correct");
    if (!form || ["reason", "note", "acknowledged"].includes(event.target.name)) return;
    const confirm = form.querySelector("button[value=confirm]");
    if (!confirm) return;
    confirm.disabled = true;
    confirm.classList.remove("default");
    form.querySelector("[data-enter]").classList.add("default");
  }

  // -- Evidence: selecting words in the text makes them the evidence. ---------------------------------------
  function offsetOf(node, offset) {
    const range = document.createRange();
    range.setStart(pane(), 0);
    range.setEnd(node, offset);
    return codePoints(range.toString());
  }

  function onSelect() {
    const selection = document.getSelection();
    if (!pane() || !selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!pane().contains(range.startContainer) || !pane().contains(range.endContainer)) return;
    const text = range.toString();
    const before = codePoints(text) - codePoints(text.trimStart());
    const start = offsetOf(range.startContainer, range.startOffset) + before;
    const chosen = text.trim();
    if (!chosen) return;
    const form = item().querySelector("form.correct, form.blind");
    if (!form?.elements.start) return;
    form.elements.start.value = start;
    form.elements.end.value = start + codePoints(chosen);
    document.getElementById("chosen").textContent = chosen;
    onChange({ target: form.elements.start });
    if (window.Highlight) CSS.highlights.set("chosen", new Highlight(range.cloneRange()));
  }

  // -- Each new item: scroll to its evidence, make its actor fields searchable. ------------------------------
  function prepare() {
    window.CSS.highlights?.delete("chosen");
    const mark = pane()?.querySelector("mark");
    if (mark) pane().scrollTop = Math.max(0, mark.offsetTop - pane().clientHeight / 3);
    const wrong = item()?.querySelector(".errorlist");
    wrong?.closest(".field, fieldset")?.querySelector("input, select, textarea")?.focus();
  }

  function searchable(root) {
    const fields = django.jQuery(root).find(".admin-autocomplete").not(".select2-hidden-accessible");
    fields.djangoAdminSelect2();
  }

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("keys");
    if (box) {
      box.closest("label").hidden = false;
      box.checked = keysOn();
      document.body.classList.toggle("no-keys", !box.checked);
      box.addEventListener("change", () => {
        localStorage.setItem("queue-keys", box.checked ? "on" : "off");
        document.body.classList.toggle("no-keys", !box.checked);
      });
    }
    const button = document.querySelector(".keys-help");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", help);
    }
    prepare();
  });
  // htmx would give the focus back to the field of the same id: on the next item keys must not land there.
  document.addEventListener("htmx:beforeRequest", () => document.activeElement?.blur());
  // Each piece of the page that htmx has put in place; at first the whole body.
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.id !== "item") return;
    document.querySelector("#container > .main .messagelist:not(#item .messagelist)")?.remove(); // by now outdated
    if (document.activeElement === document.body) event.detail.elt.focus({ preventScroll: true });
    searchable(event.detail.elt);
    django.jQuery(event.detail.elt).find(".admin-autocomplete").on("select2:select", (chosen) => onChange(chosen));
    prepare();
    window.scrollTo(0, 0);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const line = document.createElement("p");
    line.className = "errornote";
    line.setAttribute("role", "alert");
    line.textContent = `Not saved: the server answered ${event.detail.xhr.status}. Reload the page and look again.`;
    item()?.prepend(line);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", onChange);
  document.addEventListener("mouseup", onSelect);
  document.addEventListener("keyup", (event) => event.shiftKey && onSelect());
})();
