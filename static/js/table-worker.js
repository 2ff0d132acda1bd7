// The service worker of the tables' pages, and of nothing else: they open without a network from the first visit on. It keeps a
// table's pages and the files they use, answers only for those, and leaves everything that writes to the network.
"use strict";

const kept = "bord-1"; // a new number when what is kept changes form; caches of other numbers are deleted
const patience = 3000; // ms before the kept page is shown instead

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(forgetOld()));
addEventListener("message", (event) => event.waitUntil(keep(event.data, event.source).catch(() => {}))); // full
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && tablePage.test(url.pathname)) event.respondWith(openPage(event, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(openFile(request));
});

async function forgetOld() {
  for (const name of await caches.keys()) if (name.startsWith("bord-") && name !== kept) await caches.delete(name);
}

// A page is kept by its task and language; other parts of an address are about what was just done.
function keyOf(url) {
  const query = new URLSearchParams([...url.searchParams].filter(([name]) => name === "oppgave" || name === "lang"));
  query.sort();
  return `${url.pathname}?${query}`;
}

// The page in its language; else in another; else the task in hand.
async function find(url) {
  const any = new URL(url.pathname, location);
  if (url.searchParams.has("oppgave")) any.searchParams.set("oppgave", url.searchParams.get("oppgave"));
  const how = { ignoreVary: true, cacheName: kept }; // a cache that is not there is not made by asking
  return await caches.match(keyOf(url), how) || await caches.match(keyOf(any), how)
    || caches.match(url.pathname, { ...how, ignoreSearch: true });
}

async function openPage(event, url) {
  const asked = ask(event, url);
  const late = new Promise((resolve) => { setTimeout(resolve, patience); });
  const response = await Promise.race([asked, late]);
  if (response && (response.ok || response.status === 403 || response.status === 404)) return response;
  return await find(url) || await asked || Response.error();
}

// The page from the network; undefined without one. One that is slow is still kept when it comes.
async function ask(event, url) {
  let done;
  event.waitUntil(new Promise((resolve) => { done = resolve; }));
  try {
    const response = await fetch(event.request);
    const state = response.headers.get("Table-State");
    if (response.ok && state === "open") event.waitUntil(store(keyOf(url), response.clone()));
    else if (state === "closed" || response.status === 403 || response.status === 404) event.waitUntil(wipe(url));
    return response;
  } catch {
    return undefined;
  } finally {
    done();
  }
}

async function store(key, response) {
  try {
    if (await caches.has(kept)) await (await caches.open(kept)).put(key, response); // the page asks for the first
  } catch { /* the phone is full: the page needs the network until there is room */ }
}

async function wipe(url) {
  try {
    await wipeTable(tablePage.exec(url.pathname)[1]);
  } catch { /* no store: nothing to wipe */ }
}

async function openFile(request) {
  return await caches.match(request, { ignoreVary: true, cacheName: kept }) || fetch(request);
}

// Keep `files` and `pages`, paths on this site; a page may have several, which show the same. `mark` tells what they show: when it
// is the one kept, nothing is fetched.
async function keep({ token, pages, files, mark }, client) {
  const cache = await caches.open(kept);
  const note = `/bord/${token}/merke`;
  const before = await cache.match(note);
  if (!before || await before.text() !== mark) {
    const had = new Map((await cache.keys()).map((request) => [request.url, request]));
    for (const path of files) if (!had.has(new URL(path, location).href)) await fetchInto(cache, [path]);
    for (const addresses of pages) await fetchInto(cache, addresses.map((path) => keyOf(new URL(path, location))));
    const used = new Set(files.map((path) => new URL(path, location).href));
    for (const [url, request] of had) {
      if (new URL(url).pathname.startsWith("/static/") && !used.has(url)) await cache.delete(request);
    }
    await cache.put(note, new Response(mark));
  }
  client.postMessage("kept");
}

async function fetchInto(cache, paths) {
  const response = await fetch(paths[0]);
  const isPage = !paths[0].startsWith("/static/");
  if (!response.ok || (isPage && response.headers.get("Table-State") !== "open")) throw new Error("not to be kept");
  for (const path of paths) await cache.put(path, response.clone());
}
