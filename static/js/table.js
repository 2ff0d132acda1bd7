// The table's page with a script: answers are sent one by one through the table API, kept on this phone until the server has
// them, and sent again until it does. Without this script the page is plain forms. It writes text with textContent only.
"use strict";

(() => {
  const page = document.getElementById("side");
  const list = document.getElementById("liste");
  const words = document.getElementById("ord");
  const { api, task } = page.dataset;
  const isOpen = page.dataset.open === "yes";
  const drafts = `bord:${page.dataset.table}:kladd:${task}`;
  const field = document.getElementById("text");
  let clockError = 0; // server time minus this phone's, in ms

  // --- What waits: one item an answer, by table and not by link, so that a new link takes it up. Storage may be full or off.
  const waiting = (() => {
    const prefix = `bord:${page.dataset.table}:svar:`;
    const memory = new Map();
    let stored = true;
    const key = (ref) => prefix + ref;
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(prefix)) continue;
        const item = JSON.parse(localStorage.getItem(name));
        if (item.problem === "refused") delete item.problem; // the link may be a new one
        memory.set(item.ref, item);
      }
    } catch { stored = false; }
    return {
      all: () => [...memory.values()].sort((a, b) => a.at - b.at),
      get: (ref) => memory.get(ref),
      put(item) {
        memory.set(item.ref, item);
        try { localStorage.setItem(key(item.ref), JSON.stringify(item)); } catch { stored = false; }
      },
      remove(ref) {
        memory.delete(ref);
        try { localStorage.removeItem(key(ref)); } catch { stored = false; }
      },
      isStored: () => stored,
    };
  })();

  const answers = new Map(); // ref → {ref, task, text, version, order}: what the server has
  const editing = new Set();
  const undoable = new Map(); // withdrawn here: ref → the answer it was
  if (list) {
    for (const li of list.children) {
      const text = li.querySelector(".answer-text").textContent;
      answers.set(li.dataset.ref, { ref: li.dataset.ref, task, text, version: Number(li.dataset.version), order: -answers.size });
    }
  }

  function uuid() { // crypto.randomUUID needs https; a hall may run without
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
  const now = () => new Date(Date.now() + clockError);

  // --- Sending

  let pause = 1000;
  let timer = 0;
  let busy = false;
  let deliveries = 0;

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(send, ms);
  }
  function hurry() {
    pause = 1000;
    later(0);
  }

  async function call(method, path, body) {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 20000);
    try {
      const reply = await fetch(api + path, {
        method,
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body && JSON.stringify(body),
        cache: "no-store",
        signal: stop.signal,
      });
      const date = Date.parse(reply.headers.get("Date"));
      if (date) clockError = Math.abs(date - Date.now()) > 5000 ? date - Date.now() : 0;
      return { status: reply.status, data: await reply.json().catch(() => ({})) };
    } catch {
      return { status: 0, data: {} };
    } finally {
      clearTimeout(limit);
    }
  }

  async function send() {
    if (busy) return;
    busy = true;
    let tried = true;
    while (tried) {
      const item = waiting.all().find((w) => !w.problem);
      tried = item !== undefined && await deliver(item);
      render();
    }
    busy = false;
    if (waiting.all().some((w) => !w.problem)) {
      later(pause);
      pause = Math.min(pause * 2, 30000);
    }
  }

  // True when the server answered for good, false when it must be tried again later.
  async function deliver(item) {
    const path = `/svar/${encodeURIComponent(item.ref)}`;
    const { ref, text, base, written_at } = item;
    const { status, data } = item.withdraw
      ? await call("DELETE", path, { base_version: base, written_at })
      : await call("PUT", path, { task: item.task, text, base_version: base, written_at });
    const latest = waiting.get(ref);
    if (latest === undefined) return true;
    if (status === 200 || status === 201) {
      received(item, latest, data.version);
    } else if (status === 409 && "theirs" in data) {
      waiting.put({ ...latest, problem: "both", theirs: data.theirs, base: data.version });
    } else if (status === 404 && item.withdraw) {
      waiting.remove(ref);
    } else if (status === 404 && base > 0) {
      waiting.put({ ...latest, base: 0 });
    } else if (status === 403 || status === 404) {
      waiting.put({ ...latest, problem: "refused" });
    } else if (status === 400 || status === 422) {
      waiting.put({ ...latest, problem: "wrong", why: data.message });
    } else {
      return false;
    }
    pause = 1000;
    return true;
  }

  // The server has `sent`. If the person has changed the text since, the newer one goes on top of it.
  function received(sent, latest, version) {
    deliveries += 1;
    const known = answers.get(sent.ref);
    if (sent.withdraw) {
      answers.delete(sent.ref);
      if (undoable.has(sent.ref)) undoable.get(sent.ref).version = version;
    } else answers.set(sent.ref, { ref: sent.ref, task: sent.task, text: sent.text, version, order: known ? known.order : sent.at });
    if (latest.text === sent.text && latest.withdraw === sent.withdraw) waiting.remove(sent.ref);
    else waiting.put({ ...latest, base: version });
  }

  function queue(ref, text, base, more = {}) {
    const { at } = waiting.get(ref) || { at: Date.now() }; // an edit keeps its place in the line
    waiting.put({ ref, task, text, base, written_at: now().toISOString(), at, ...more });
    render();
    hurry();
  }

  // --- What is seen

  function strip() {
    const bar = document.getElementById("strip");
    const items = waiting.all();
    const stuck = items.filter((w) => w.problem);
    const count = items.length - stuck.length;
    if (stuck.length) bar.textContent = bar.dataset.stopped;
    else if (count === 0) bar.textContent = bar.dataset.all;
    else bar.textContent = count === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", count);
    if (!waiting.isStored() && count && words) bar.textContent += ` ${words.dataset.full}`;
    bar.dataset.state = stuck.length ? "stopped" : count ? "waiting" : "all";
    bar.hidden = items.length === 0 && answers.size === 0;
  }

  function copy(id) {
    return document.getElementById(id).content.firstElementChild.cloneNode(true);
  }

  function render() {
    strip();
    if (!list) return;
    const shown = new Map([...answers].filter(([, a]) => a.task === task));
    for (const w of waiting.all()) {
      if (w.task !== task) continue;
      const known = shown.get(w.ref);
      shown.set(w.ref, { ...known, ...w, version: known ? known.version : 0, order: known ? known.order : w.at });
    }
    for (const [ref, a] of undoable) if (!shown.has(ref)) shown.set(ref, { ...a, gone: true });
    const wanted = [...shown.values()].sort((a, b) => b.order - a.order);
    const present = new Map([...list.children].map((li) => [li.dataset.ref, li]));
    wanted.forEach((a, place) => {
      let li = present.get(a.ref);
      present.delete(a.ref);
      if (li === undefined) {
        li = copy("mal-svar");
        li.dataset.ref = a.ref;
      }
      if (!editing.has(a.ref)) fill(li, a);
      if (list.children[place] !== li) list.insertBefore(li, list.children[place] || null);
    });
    for (const [ref, li] of present) if (!editing.has(ref)) li.remove();
    const count = wanted.filter((a) => !a.gone && !a.withdraw).length;
    document.getElementById("antall").textContent = count;
    document.getElementById("tomt").hidden = wanted.length > 0;
  }

  function fill(li, a) {
    const item = waiting.get(a.ref);
    const note = li.querySelector(".answer-note");
    const state = a.gone || (item && item.withdraw) ? "withdrawn" : !item ? "" : item.problem === "both" ? "both" : item.problem ? "stopped" : "waiting";
    li.dataset.state = state;
    li.dataset.version = a.version;
    li.querySelector(".answer-text").textContent = a.text;
    if (state) note.textContent = { withdrawn: words.dataset.withdrawn, waiting: words.dataset.waiting }[state] || (item && item.why) || "";
    else if (note.dataset.script) note.textContent = "";
    if (state) note.dataset.script = "yes";
    if (item && item.problem === "refused") note.textContent = words.dataset.refused;
    note.hidden = note.textContent.trim() === "";
    for (const old of li.querySelectorAll(".answer-both, [data-act=undo], [data-act=drop]")) old.remove();
    const acts = li.querySelector(".answer-acts");
    if (acts) {
      for (const child of acts.children) child.hidden = state === "withdrawn";
      acts.hidden = state === "both";
      if (state === "withdrawn") acts.append(copy("mal-angre"));
    } else if (state === "stopped") {
      li.append(copy("mal-fjern")); // the task is closed: the text can be read, copied, and put away
    }
    if (state === "both") {
      const choice = copy("mal-begge");
      choice.querySelector("[data-part=yours]").textContent = item.withdraw ? words.dataset.withdrawn : item.text;
      choice.querySelector("[data-part=theirs]").textContent = item.theirs || words.dataset.gone;
      choice.querySelector("[data-act=both]").hidden = Boolean(item.withdraw);
      li.append(choice);
    }
  }

  // --- What people do

  function startEditing(li) {
    const ref = li.dataset.ref;
    editing.add(ref);
    const box = copy("mal-endre");
    const area = box.querySelector("textarea");
    area.value = box.dataset.from = (waiting.get(ref) || answers.get(ref)).text;
    box.dataset.base = (waiting.get(ref) || { base: answers.get(ref).version }).base;
    for (const part of li.querySelectorAll(".answer-text, .answer-acts")) part.hidden = true;
    li.append(box);
    area.focus();
  }

  function stopEditing(li) {
    editing.delete(li.dataset.ref);
    li.querySelector(".answer-edit").remove();
    for (const part of li.querySelectorAll(".answer-text, .answer-acts")) part.hidden = false;
    render();
    li.querySelector("[data-act=edit]").focus();
  }

  function saveEdit(li) {
    const box = li.querySelector(".answer-edit");
    const text = box.querySelector("textarea").value.trim();
    const known = answers.get(li.dataset.ref);
    // What was edited may have arrived meanwhile: then the edit goes on top of that version.
    const base = known && known.text === box.dataset.from ? known.version : Number(box.dataset.base);
    if (text && text !== box.dataset.from) queue(li.dataset.ref, text, base);
    stopEditing(li);
  }

  function withdraw(ref) {
    const known = answers.get(ref);
    const item = waiting.get(ref);
    undoable.set(ref, { ...(known || { ref, task, version: 0, order: item.at }), text: (item || known).text });
    if (!known && item) {
      // It may have arrived although no reply came back: ask for it to be withdrawn; a server without it says so.
      queue(ref, item.text, item.base + 1, { withdraw: true });
    } else {
      queue(ref, known.text, known.version, { withdraw: true });
    }
  }

  function undo(ref) {
    const was = undoable.get(ref);
    undoable.delete(ref);
    // A withdrawn answer comes back when its text is sent on the version that stands.
    queue(ref, was.text, was.version);
  }

  function choose(li, what) {
    const item = waiting.get(li.dataset.ref);
    waiting.remove(item.ref);
    if (item.theirs) answers.set(item.ref, { ref: item.ref, task, text: item.theirs, version: item.base, order: (answers.get(item.ref) || { order: item.at }).order });
    else answers.delete(item.ref);
    if (what === "mine") queue(item.ref, item.text, item.base, item.withdraw ? { withdraw: true } : {});
    if (what === "both") queue(uuid(), item.text, 0);
    render();
  }

  const acts = {
    edit: startEditing,
    save: saveEdit,
    cancel: stopEditing,
    drop: (li) => { waiting.remove(li.dataset.ref); render(); },
    undo: (li) => undo(li.dataset.ref),
    mine: (li) => choose(li, "mine"),
    theirs: (li) => choose(li, "theirs"),
    both: (li) => choose(li, "both"),
  };

  if (list) {
    list.addEventListener("click", (event) => {
      const button = event.target.closest("a[data-act], button[data-act]");
      if (!button) return;
      event.preventDefault();
      acts[button.dataset.act](button.closest("li"));
    });
    list.addEventListener("submit", (event) => {
      event.preventDefault();
      withdraw(event.target.closest("li").dataset.ref);
    });
  }
  if (field && isOpen) {
    const form = document.getElementById("skriv");
    const draft = () => { try { return localStorage.getItem(drafts); } catch { return null; } };
    const keep = (value) => { try { value ? localStorage.setItem(drafts, value) : localStorage.removeItem(drafts); } catch { /* the field has it */ } };
    if (!field.value && draft()) field.value = draft();
    field.addEventListener("input", () => keep(field.value));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (text) {
        queue(uuid(), text, 0);
        field.value = "";
        keep("");
      }
      field.focus();
    });
  }

  // --- Other phones, other tasks, and the clock

  async function look() {
    const before = deliveries;
    const { status, data } = await call("GET", "");
    if (status !== 200 || deliveries !== before) return; // something was delivered meanwhile: this picture is old
    answers.clear();
    for (const a of data.answers) answers.set(a.id, { ref: a.id, task: a.task, text: a.text, version: a.version, order: a.order });
    const mine = data.tasks.find((t) => t.id === task);
    const others = data.tasks.filter((t) => t.id !== task && t.open).map((t) => t.id);
    openBefore = openBefore || others;
    if (isOpen && mine && !mine.open) closing();
    else if (!isOpen && mine && mine.open) location.reload();
    else document.getElementById("nytt").hidden = others.every((id) => openBefore.includes(id));
    if (!task && data.tasks.length) location.reload();
    const clock = document.getElementById("klokke");
    if (clock && mine && mine.closes) clock.dataset.closes = mine.closes;
    render();
  }

  // The task closed under our hands. What stands in the field was written in time, so it goes along before the page changes.
  function closing() {
    const text = field.value.trim();
    if (text) {
      queue(uuid(), text, 0, { written_at: lastKey.toISOString() });
      field.value = "";
      try { localStorage.removeItem(drafts); } catch { /* nothing kept */ }
    }
    if (waiting.all().length === 0 && editing.size === 0) location.reload();
    else later(0);
  }
  let openBefore = null;
  let lastKey = now();
  if (field) field.addEventListener("input", () => { lastKey = now(); });

  // Danish writes 09.05, as we do; browsers write bokmål 09:05.
  const hours = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "da",
    { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Oslo" });
  function tick() {
    const clock = document.getElementById("klokke");
    if (!clock) return;
    const left = Math.ceil((Date.parse(clock.dataset.closes) - now().getTime()) / 60000);
    const [main, until] = clock.children;
    main.textContent = left <= 0 ? clock.dataset.out : left === 1 ? clock.dataset.one : clock.dataset.many.replace("{n}", left);
    until.textContent = until.dataset.until.replace("{time}", hours.format(new Date(clock.dataset.closes)));
    until.hidden = left <= 0;
  }

  setInterval(tick, 5000);
  setInterval(() => { if (!document.hidden) look(); }, 15000);
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { hurry(); look(); } });
  tick();
  render();
  look();
  if (waiting.all().length) hurry();
})();
