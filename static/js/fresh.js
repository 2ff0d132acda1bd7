// Fetches a part of the page again each minute: <section id="x" data-fresh="address of a page that has it">. When the net is
// gone the last content stays, and [data-stale] says so. Without this script the page shows what was true when it came.
"use strict";

(() => {
  let fetched = Date.now();

  const renew = async (part) => {
    if (part.contains(document.activeElement)) return; // somebody is about to press something in it
    try {
      const answer = await fetch(part.dataset.fresh, { signal: AbortSignal.timeout(20000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById(part.id);
      fetched = Date.now();
      if (next) {
        part.replaceWith(document.importNode(next, true));
        document.dispatchEvent(new CustomEvent("fresh", { detail: part.id }));
      } else if (new URL(part.dataset.fresh, location.href).pathname === location.pathname) {
        location.reload(); // the page has become another
      } else {
        part.remove();
      }
    } catch {
      for (const note of part.querySelectorAll("[data-stale]")) {
        note.textContent = note.dataset.stale;
        note.hidden = false;
      }
    }
  };
  const all = () => {
    if (document.hidden) return;
    document.querySelectorAll("[data-fresh]").forEach(renew);
  };
  const wait = () => {
    // Just after the minute turns; spread a little, since a hall full of telephones has the same clock.
    const left = 60000 - (Date.now() % 60000) + 500 + Math.random() * 3000;
    setTimeout(() => { all(); wait(); }, left);
  };
  document.addEventListener("visibilitychange", () => { if (Date.now() - fetched > 60000) all(); });
  window.addEventListener("online", all);
  wait();
})();
