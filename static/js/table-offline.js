// The page's side of the service worker: asks it to keep this table's pages, and wipes all that is kept.
"use strict";

const tableOffline = (() => {
  const worker = "serviceWorker" in navigator ? navigator.serviceWorker : null; // none in a hall without https
  let asked = "";

  // Keep a page for each task, with the style sheets, scripts and fonts they use; anew when a task opens, closes or changes.
  async function keep(token, task, tasks) {
    if (!worker) return;
    const query = new URLSearchParams(location.search);
    const language = query.get("lang");
    const address = (ref) => `/bord/${token}?${new URLSearchParams([
      ...(language ? [["lang", language]] : []), ...(ref ? [["oppgave", ref]] : []),
    ])}`;
    await document.fonts.ready;
    const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    const parts = loaded.filter((url) => url.origin === location.origin && /^\/static\/.*\.(css|js|woff2)$/.test(url.pathname));
    const files = [...new Set(parts.map((url) => url.pathname + url.search))].sort();
    // Without a task in its address the page shows the one in hand, which need not be fetched twice.
    const inHand = tablePage.test(location.pathname) && !query.has("oppgave");
    const pages = tasks.map((t) => [address(t.id), ...(inHand && t.id === task ? [address("")] : [])]);
    if (!inHand) pages.push([address("")]);
    const mark = JSON.stringify([tasks, language, files]);
    if (mark === asked) return;
    asked = mark;
    try {
      await worker.register("/bord/uten-nett.js", { scope: "/bord/" });
      (await worker.ready).active.postMessage({ token, pages, files, mark });
    } catch { asked = ""; } // no worker this time: the page still keeps what is written
  }

  // Resolves to whether all was delivered, and so nothing is left on this phone.
  async function wipe(store) {
    asked = "";
    try {
      if (!await store.wipe()) return false;
    } catch { return false; }
    document.getElementById("uten-nett").hidden = true;
    if (worker && !(await caches.keys()).some((name) => name.startsWith("bord-"))) {
      const registration = await worker.getRegistration("/bord/");
      if (registration) await registration.unregister();
    }
    return true;
  }

  if (worker) {
    worker.addEventListener("message", () => { document.getElementById("uten-nett").hidden = false; });
    worker.startMessages();
  }
  return { keep, wipe };
})();
