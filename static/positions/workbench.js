/* Gives the search boxes that the admin puts in place of a select the name of the field they stand for. */
"use strict";

(() => {
  function nameBoxes() {
    for (const box of document.querySelectorAll(".select2-selection[aria-labelledby]")) {
      const select = box.closest(".select2-container").previousElementSibling;
      const label = select?.labels?.[0];
      if (!label) continue;
      const name = label.textContent.replace(/:\s*$/, "").trim();
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", name);
      box.querySelector('[role="textbox"]')?.setAttribute("aria-label", name);
    }
  }
  django.jQuery(nameBoxes); // in jQuery's own order: after the script that makes the boxes
  document.addEventListener("htmx:load", () => setTimeout(nameBoxes));
})();
