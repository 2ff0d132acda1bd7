// What a phone keeps for its table, in IndexedDB: answers that wait for the network, half-written ones, and what the server has.
// One database a table, named after the id in its link, so that a new link finds it. The page and the service worker use this file.
"use strict";

const tablePage = /^\/bord\/([\w-]{44})$/;
const tableKept = /^\/bord\/([\w-]{44})/; // its pages, and the note of what they show
// What is said: text, owner and deadline. What an older page stored lacks the last two, which then are not sent, and not wiped.
const tableWords = ({ text, owner, deadline }) => ({ text, owner, deadline });
const tableTheirs = ({ theirs, theirs_owner, theirs_deadline }) => ({ text: theirs, owner: theirs_owner, deadline: theirs_deadline });
const tableSame = (a, b) => a.text === b.text && a.owner === b.owner && a.deadline === b.deadline;
const tableDatabase = (token) => `bord-${token.slice(0, 22)}`;

function openTable(token, onGone = () => {}) {
  return idb.openDB(tableDatabase(token), 1, {
    upgrade(db) {
      db.createObjectStore("waiting", { keyPath: "ref" }); // ref, task, words, base, written_at, at, withdraw?, problem?
      db.createObjectStore("drafts", { keyPath: "task" }); // task, ref, words, written_at
      db.createObjectStore("answers", { keyPath: "ref" }); // ref, task, words, version, order, gone? when withdrawn
    },
    blocking(_current, _wanted, event) {
      event.target.close();
      onGone();
    },
    terminated: onGone,
  });
}

// Remove all that is kept for a table, unless something there is not delivered. Resolves to whether it was removed.
async function wipeTable(token) {
  const db = await openTable(token);
  const left = await Promise.all([db.count("waiting"), db.count("drafts")]);
  db.close();
  if (left.some(Boolean)) return false;
  await idb.deleteDB(tableDatabase(token));
  if (!("caches" in self)) return true;
  for (const name of await caches.keys()) {
    if (!name.startsWith("bord-")) continue;
    const cache = await caches.open(name);
    let others = 0;
    for (const request of await cache.keys()) {
      const page = tableKept.exec(new URL(request.url).pathname);
      if (page && tableDatabase(page[1]) === tableDatabase(token)) await cache.delete(request);
      else if (page) others += 1;
    }
    if (others === 0) await caches.delete(name);
  }
  return true;
}

// The page's own view of the database. What people do is in memory at once and is written behind; what could not be written is
// tried again, and `isSaved` tells. `onChange` is called when another tab, or a write that failed, changed what is shown.
function tableStore(token, onChange) {
  const kinds = { waiting: "ref", drafts: "task", answers: "ref" };
  const rows = { waiting: new Map(), drafts: new Map(), answers: new Map() };
  const dirty = { waiting: new Map(), drafts: new Map(), answers: new Map() }; // id → "writing" or "failed"
  const safely = { durability: "strict" }; // on disk before it is called saved
  const quickly = { durability: "relaxed" }; // for each letter
  const tabs = "BroadcastChannel" in self ? new BroadcastChannel(tableDatabase(token)) : null;
  let opening = null;

  function database() {
    opening ||= openTable(token, () => {
      opening = null; // wiped from another tab: what waits in this one is written anew
      for (const ref of rows.waiting.keys()) write("waiting", ref);
    });
    opening.catch(() => { opening = null; });
    return opening;
  }

  function remember(kind, id, row) {
    if (row === undefined) rows[kind].delete(id);
    else rows[kind].set(id, row);
  }

  async function write(kind, id) {
    const row = rows[kind].get(id);
    const failedBefore = dirty[kind].get(id) === "failed";
    if (!failedBefore) dirty[kind].set(id, "writing");
    try {
      const tx = (await database()).transaction(kind, "readwrite", kind === "drafts" ? quickly : safely);
      await Promise.all([row === undefined ? tx.store.delete(id) : tx.store.put(row), tx.done]);
      if (rows[kind].get(id) === row) dirty[kind].delete(id);
      if (tabs && kind !== "drafts") tabs.postMessage("");
      if (failedBefore) onChange();
    } catch {
      dirty[kind].set(id, "failed");
      if (!failedBefore) onChange();
    }
  }

  function put(kind, row) {
    rows[kind].set(row[kinds[kind]], row);
    return write(kind, row[kinds[kind]]);
  }

  function remove(kind, id) {
    rows[kind].delete(id);
    return write(kind, id);
  }

  // Read what all tabs have written; what this one has not got written stands as it is here.
  async function refresh() {
    try {
      const tx = (await database()).transaction(Object.keys(kinds));
      const read = await Promise.all(Object.keys(kinds).map((kind) => tx.objectStore(kind).getAll()));
      Object.keys(kinds).forEach((kind, n) => {
        const before = rows[kind];
        rows[kind] = new Map(read[n].map((row) => [row[kinds[kind]], row]));
        for (const id of dirty[kind].keys()) remember(kind, id, before.get(id));
      });
    } catch { /* refused or broken: memory is what there is */ }
  }

  // Change one waiting answer as it is now, whichever tab changed it last: `make` gets it and gives what it becomes.
  async function settle(ref, make) {
    try {
      const tx = (await database()).transaction("waiting", "readwrite", safely);
      const saved = await tx.store.get(ref);
      const here = dirty.waiting.has(ref);
      const row = make(here ? rows.waiting.get(ref) : saved);
      remember("waiting", ref, row);
      await Promise.all([row === undefined ? tx.store.delete(ref) : tx.store.put(row), tx.done]);
      if (here) await write("waiting", ref); // an edit on its way to the disk would undo this
      if (tabs) tabs.postMessage("");
    } catch {
      if (!rows.waiting.has(ref)) return;
      remember("waiting", ref, make(rows.waiting.get(ref)));
      await write("waiting", ref);
    }
  }

  async function saveAgain() {
    for (const kind of Object.keys(kinds)) {
      for (const [id, state] of [...dirty[kind]]) if (state === "failed") await write(kind, id);
    }
  }

  // What the server says it has. An answer it no longer lists was withdrawn.
  function picture(list) {
    const listed = new Set(list.map((row) => row.ref));
    for (const row of [...rows.answers.values()]) if (!listed.has(row.ref) && !row.gone) put("answers", { ...row, gone: true });
    for (const row of list) if (JSON.stringify(rows.answers.get(row.ref)) !== JSON.stringify(row)) put("answers", row);
  }

  // Until November 2026 the page kept all this in localStorage, by the table's uid.
  async function takeOver(uid) {
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith(`bord:${uid}:`)); } catch { /* refused */ }
    for (const name of names) {
      const [, , kind, id] = name.split(":");
      const text = localStorage.getItem(name);
      const into = kind === "svar" ? "waiting" : "drafts";
      if (!rows[into].has(id)) {
        await put(into, kind === "svar" ? JSON.parse(text) : { task: id, ref: tableUuid(), text, written_at: new Date().toISOString() });
      }
      if (!dirty[into].has(id)) localStorage.removeItem(name);
    }
  }

  async function start(uid) {
    await refresh();
    await takeOver(uid);
    for (const row of rows.waiting.values()) { // the link may be a new one, or the task open again
      if (row.problem && row.problem !== "both") put("waiting", { ...row, problem: undefined });
    }
  }

  if (tabs) tabs.addEventListener("message", async () => { await refresh(); onChange("tab"); });
  return {
    start, refresh, settle, saveAgain, picture, put, remove,
    waiting: () => [...rows.waiting.values()].sort((a, b) => a.at - b.at),
    waits: (ref) => rows.waiting.get(ref),
    answer: (ref) => rows.answers.get(ref),
    standing: () => [...rows.answers.values()].filter((row) => !row.gone),
    drafts: () => [...rows.drafts.values()],
    draft: (task) => rows.drafts.get(task),
    isSaved: (kind, id) => dirty[kind].get(id) !== "failed",
    wipe: () => wipeTable(token),
  };
}

function tableUuid() { // crypto.randomUUID needs https; a hall may run without
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
