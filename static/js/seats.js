// Drag somebody to another table. It fills in the form that moves people and sends it: what the form can do, and nothing else.
"use strict";

(() => {
  const form = document.getElementById("flytt-noen");
  if (!form || typeof Sortable === "undefined") return;
  const place = "bord-rull"; // where the page was scrolled to when somebody was moved
  const before = sessionStorage.getItem(place);
  if (before) scrollTo(0, Number(before));
  sessionStorage.removeItem(place);
  document.getElementById("dra").hidden = false;
  for (const list of document.querySelectorAll("[data-table] > .people")) {
    new Sortable(list, {
      group: "bord",
      sort: false,
      animation: 120,
      forceFallback: true,
      fallbackTolerance: 4,
      delay: 200,
      delayOnTouchOnly: true, // a finger that scrolls does not move anybody
      onEnd({ item, from, to }) {
        if (from === to) return;
        form.elements.person.value = item.dataset.person;
        form.elements.table.value = to.closest("[data-table]").dataset.table;
        sessionStorage.setItem(place, scrollY);
        form.submit();
      },
    });
  }
})();
