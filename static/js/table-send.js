// Sending what waits, one answer at a time in the order written, until the server has it. An answer leaves the phone's store only
// when the server has said that it is on disk; any other reply leaves it there. The same id sent twice is one answer.
"use strict";

function tableSender({ api, task, store, onChange }) {
  const longest = 30000; // ms between tries
  let clockError = 0; // server time minus this phone's, in ms
  let pause = 1000;
  let timer = 0;
  let busy = false;
  let lockedOut = 0; // since when another tab has been sending
  let deliveries = 0;
  let refused = false; // the link was replaced, or is no link

  const now = () => new Date(Date.now() + clockError);

  async function call(method, path, body, patience = 20000) {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), patience);
    try {
      const address = new URL(api, location); // it may end in ?lang=
      address.pathname += path;
      const reply = await fetch(address, {
        method,
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body && JSON.stringify(body),
        cache: "no-store",
        signal: stop.signal,
      });
      const date = Date.parse(reply.headers.get("Date"));
      if (date) clockError = Math.abs(date - Date.now()) > 5000 ? date - Date.now() : 0;
      return { status: reply.status, state: reply.headers.get("Table-State"), data: await reply.json().catch(() => ({})) };
    } catch {
      return { status: 0, state: null, data: {} };
    } finally {
      clearTimeout(limit);
    }
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(send, ms);
  }
  function hurry() {
    pause = 1000;
    later(0);
  }

  // One tab of a table sends at a time. A tab put to sleep by the phone may hold the lock, so it is taken from it after a while;
  // without locks (a hall without https) two tabs may send the same answer, which the server counts once.
  function alone(work) {
    if (!navigator.locks) return work();
    const how = lockedOut && Date.now() - lockedOut > longest ? { steal: true } : { ifAvailable: true };
    return navigator.locks.request(`bord:${api}`, how, async (lock) => {
      lockedOut = lock ? 0 : lockedOut || Date.now();
      if (lock) await work();
    }).catch(() => {});
  }

  const next = () => store.waiting().find((item) => !item.problem);

  async function send() {
    if (busy || store.waiting().length === 0) return;
    busy = true;
    await store.saveAgain();
    await alone(async () => {
      let done = true;
      while (done) {
        await store.refresh();
        done = next() !== undefined && await deliver(next());
        onChange();
      }
    });
    busy = false;
    if (!next()) return;
    later(lockedOut ? 1000 : pause);
    pause = Math.min(pause * 2, longest);
  }

  // True when the server answered for good, false when it must be tried again later.
  async function deliver(item) {
    const { ref, base, written_at } = item;
    const path = `/svar/${encodeURIComponent(ref)}`;
    const { status, data } = item.withdraw
      ? await call("DELETE", path, { base_version: base, written_at })
      : await call("PUT", path, { task: item.task, ...tableWords(item), base_version: base, written_at });
    if (status === 200 || status === 201) {
      await received(item, data.version);
    } else if (status === 409 && "theirs" in data) {
      await store.settle(ref, (latest) => {
        const { theirs, theirs_owner, theirs_deadline, version } = data;
        return latest && { ...latest, problem: "both", theirs, theirs_owner, theirs_deadline, base: version };
      });
    } else if (status === 404 && (item.withdraw || base > 0) && (await call("GET", "")).status === 200) {
      await store.settle(ref, (latest) => (latest && !latest.withdraw ? { ...latest, base: 0 } : undefined)); // not there at all
    } else if (status === 422 || (status === 400 && data.message)) {
      await store.settle(ref, (latest) => latest && { ...latest, problem: "wrong", why: data.message });
    } else {
      refused = status === 403 || status === 404;
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {}); // something is worth keeping
      return false;
    }
    refused = false;
    pause = 1000;
    return true;
  }

  // The server has `sent`. If somebody has changed the text since, the newer one goes on top of it.
  async function received(sent, version) {
    deliveries += 1;
    const known = store.answer(sent.ref);
    const { ref, withdraw } = sent;
    const row = { ref, task: sent.task, ...tableWords(sent), version, order: known ? known.order : sent.at };
    await store.put("answers", withdraw ? { ...(known || row), version, gone: true } : row);
    await store.settle(ref, (latest) => {
      if (!latest || (tableSame(latest, sent) && Boolean(latest.withdraw) === Boolean(withdraw))) return undefined;
      return { ...latest, base: version };
    });
  }

  // An edit keeps its task and its place in the line. No two have the same place, or the order would be lost with the page.
  function queue(ref, words, base, more = {}) {
    const line = store.waiting();
    const last = line.length ? line[line.length - 1].at : 0;
    const { at } = store.waits(ref) || { at: Math.max(Date.now(), last + 1) };
    const about = (store.waits(ref) || store.answer(ref) || { task }).task;
    const saved = store.put("waiting", { ref, task: about, ...tableWords(words), base, written_at: now().toISOString(), at, ...more });
    onChange();
    hurry();
    return saved;
  }

  addEventListener("online", hurry);
  return { call, queue, hurry, now, deliveries: () => deliveries, isRefused: () => refused, refuse: (is) => { refused = is; } };
}
