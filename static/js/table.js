// The table's page with a script: what people do, what other phones did, the clock, and the page kept for when there is no network.
// Without this script the page is plain forms. See table-store.js, table-send.js and table-list.js.
"use strict";

(() => {
  const page = document.getElementById("side");
  const list = document.getElementById("liste");
  const field = document.getElementById("text");
  const fields = ["text", "owner", "deadline"].map((id) => [id, document.getElementById(id)]); // the last two where the task asks
  const { api, task } = page.dataset;
  const isOpen = page.dataset.open === "yes";
  const isJoined = "joined" in page.dataset; // they sit at another table now
  const token = new URL(api, location).pathname.split("/")[3];
  const editing = new Set();
  const withdrawn = new Map(); // ref → the answer it was
  const store = tableStore(token, changed);
  const sender = tableSender({ api, task, store, onChange: () => render() });
  const { render } = tableList({ task, store, sender, editing, withdrawn });
  const now = sender.now;
  let changes = 0; // by other tabs

  function changed(by) {
    if (by === "tab") changes += 1;
    if (draft && written(draft.ref) && tableSame(trimmed(draft), trimmed(inFields()))) clear(); // sent from another tab
    render();
  }

  // --- The fields. What stands in them has an id from its first letter, so that two tabs with the same words send them once.

  let draft = null; // {task, ref, text, owner, deadline, written_at}
  const written = (ref) => store.waits(ref) || store.answer(ref);
  const inFields = () => Object.fromEntries(fields.map(([id, input]) => [id, input ? input.value : (draft && draft[id]) || ""]));
  const trim = (value) => value && value.trim();
  const trimmed = ({ text, owner, deadline }) => ({ text: trim(text), owner: trim(owner), deadline: trim(deadline) });
  const fill = (words) => { for (const [id, input] of fields) if (input) input.value = words[id] || ""; };

  function typed() {
    const words = inFields();
    if (Object.values(words).some((value) => value.trim())) {
      const ref = draft && !written(draft.ref) ? draft.ref : tableUuid();
      draft = { task, ref, ...words, written_at: now().toISOString() };
      store.put("drafts", draft).then(render);
    } else clear();
  }

  function clear() {
    fill({});
    draft = null;
    store.remove("drafts", task).then(render);
  }

  async function submit(more = {}) {
    const words = trimmed(inFields());
    if (!words.text) return;
    if (!draft || !tableSame(draft, inFields())) typed(); // filled in by the browser
    const { ref } = draft;
    const saved = sender.queue(ref, words, 0, more);
    fill({});
    draft = null;
    await saved; // a phone that dies in between has it twice, under one id
    if (!draft && store.isSaved("waiting", ref)) store.remove("drafts", task);
  }

  // --- The answers

  const shown = ".answer-text, .answer-own, .answer-acts";

  function startEditing(li) {
    const { ref } = li.dataset;
    const item = store.waits(ref);
    const known = store.answer(ref);
    const from = tableWords(item || known);
    editing.add(ref);
    const box = tableCopy("mal-endre");
    const area = box.querySelector("textarea");
    area.value = from.text;
    for (const input of box.querySelectorAll("input")) {
      input.value = from[input.name] || "";
      if (input.value) input.parentElement.hidden = false;
    }
    box.dataset.from = JSON.stringify(from);
    box.dataset.base = item ? item.base : known.version;
    for (const part of li.querySelectorAll(shown)) part.hidden = true;
    li.append(box);
    area.focus();
  }

  function stopEditing(li) {
    editing.delete(li.dataset.ref);
    li.querySelector(".answer-edit").remove();
    for (const part of li.querySelectorAll(shown)) part.hidden = false;
    render();
    const button = li.querySelector("[data-act=edit]");
    if (button) button.focus();
  }

  function saveEdit(li) {
    const box = li.querySelector(".answer-edit");
    const from = tableWords(JSON.parse(box.dataset.from));
    const words = { ...from, text: box.querySelector("textarea").value.trim() };
    // What an older page left without a field is not sent until somebody fills it in.
    for (const { name, value } of box.querySelectorAll("input")) words[name] = value.trim() || (from[name] === undefined ? undefined : "");
    const known = store.answer(li.dataset.ref);
    // What was edited may have arrived meanwhile: then the edit goes on top of that version.
    const base = known && tableSame(known, from) ? known.version : Number(box.dataset.base);
    if (words.text && !tableSame(words, from)) sender.queue(li.dataset.ref, words, base);
    stopEditing(li);
  }

  function withdraw(ref) {
    const known = store.answer(ref);
    const item = store.waits(ref);
    withdrawn.set(ref, { ...(known || { ref, task, version: 0, order: item.at }), ...tableWords(item || known) });
    // One that waits may have arrived although no reply came back: the server is asked; one without it says so.
    if (item && !known) sender.queue(ref, item, item.base + 1, { withdraw: true });
    else sender.queue(ref, known, known.version, { withdraw: true });
  }

  // The order is the server's: without a network it cannot be changed. The newest stand first on the page.
  async function move(ref, way) {
    const order = store.standing().filter((row) => row.task === task).sort((a, b) => b.order - a.order).map((row) => row.ref);
    const place = order.indexOf(ref);
    const to = place + (way === "opp" ? -1 : 1);
    if (place < 0 || !order[to]) return;
    [order[place], order[to]] = [order[to], order[place]];
    const { status } = await sender.call("PUT", "/rekkefolge", { task, order: order.reverse() });
    document.getElementById("trenger-nett").hidden = status !== 0;
    await look();
    const button = [...list.children].find((li) => li.dataset.ref === ref).querySelector(`[value=${way}]`);
    if (button) button.focus();
  }

  function undo(ref) {
    const known = store.answer(ref);
    const was = withdrawn.get(ref);
    withdrawn.delete(ref);
    // A withdrawn answer comes back when its words are sent on the version that stands.
    sender.queue(ref, was, known ? known.version : was.version);
  }

  function choose(li, what) {
    const item = store.waits(li.dataset.ref);
    const known = store.answer(item.ref);
    const order = known ? known.order : item.at;
    const gone = item.theirs ? {} : { gone: true };
    store.remove("waiting", item.ref);
    store.put("answers", { ref: item.ref, task: item.task, ...tableTheirs(item), version: item.base, order, ...gone });
    if (what === "mine") sender.queue(item.ref, item, item.base, item.withdraw ? { withdraw: true } : {});
    if (what === "both") sender.queue(tableUuid(), item, 0, { task: item.task });
    render();
  }

  const acts = {
    edit: startEditing,
    save: saveEdit,
    cancel: stopEditing,
    drop: (li) => { store.remove("waiting", li.dataset.ref); render(); },
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
      const { ref } = event.target.closest("li").dataset;
      if (event.target.dataset.act === "move") move(ref, event.submitter.value);
      else withdraw(ref);
    });
  }
  if (field && isOpen) {
    const form = document.getElementById("skriv");
    form.addEventListener("input", typed);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
      field.focus();
    });
  }
  document.addEventListener("submit", async (event) => { // help and done are plain forms, which without a network lead nowhere
    if (event.defaultPrevented) return;
    event.preventDefault();
    const { status } = await sender.call("GET", "", undefined, 4000);
    document.getElementById("trenger-nett").hidden = status !== 0;
    if (status !== 0) event.target.submit();
  });
  addEventListener("online", () => { document.getElementById("trenger-nett").hidden = true; });

  addEventListener("beforeunload", (event) => { // only this page has it
    if (store.waiting().some((item) => !store.isSaved("waiting", item.ref))) event.preventDefault();
  });

  // --- Other phones, other tasks, and the clock

  let openBefore = null;

  async function look() {
    const before = sender.deliveries() + changes;
    const { status, state, data } = await sender.call("GET", "");
    if (status === 403 || status === 404) return gone();
    if (status !== 200 || sender.deliveries() + changes !== before) return undefined; // something came meanwhile: this picture is old
    sender.refuse(false);
    hear(data.message);
    offer(data.vote);
    const mine = data.tasks.find((t) => t.id === task);
    await sendDrafts(data.tasks);
    if (state === "closed" && await finish()) return undefined;
    store.picture(data.answers.map((a) => ({ ref: a.id, task: a.task, ...tableWords(a), version: a.version, order: a.order })));
    if (state === "open") tableOffline.keep(token, task, data.tasks);
    const others = data.tasks.filter((t) => t.id !== task && t.open).map((t) => t.id);
    openBefore = openBefore || others;
    if (isOpen && (!(mine && mine.open) || data.joined_to)) closing();
    else if (isJoined !== Boolean(data.joined_to)) location.reload();
    else if (isJoined) document.getElementById("nytt").hidden = true;
    else if (!isOpen && mine && mine.open) location.reload();
    else document.getElementById("nytt").hidden = others.every((id) => openBefore.includes(id));
    if (!task && data.tasks.length) location.reload();
    const clock = document.getElementById("klokke");
    if (clock && mine && mine.closes) clock.dataset.closes = mine.closes;
    return render();
  }

  // What the organiser says to all tables now, or no longer says.
  function hear(message) {
    const words = document.getElementById("melding-ord");
    if (words.textContent !== (message ? message.text : "")) words.textContent = message ? message.text : "";
    document.getElementById("melding").hidden = !message;
  }

  // What there is to vote on now, or what it came to.
  function offer(vote) {
    const box = document.getElementById("prioriter");
    box.hidden = !vote;
    if (!vote) return;
    const link = box.querySelector("a");
    const words = vote.open ? link.dataset.open : link.dataset.closed;
    const question = document.getElementById("prioriter-ord");
    if (question.textContent !== vote.question) question.textContent = vote.question;
    if (link.textContent !== words) link.textContent = words;
    link.dataset.variant = vote.open ? "primary" : "secondary";
  }

  // What was half-written when its task closed, or was given to other tables, was written in time, so it goes along.
  async function sendDrafts(tasks) {
    for (const left of store.drafts()) {
      const about = tasks.find((t) => t.id === left.task);
      if ((about && about.open && !isJoined) || (isOpen && left.task === task)) continue;
      const words = trimmed(left);
      if (words.text && !written(left.ref)) await sender.queue(left.ref, words, 0, { task: left.task, written_at: left.written_at });
      await store.remove("drafts", left.task);
    }
  }

  // The task closed under our hands, or is no longer this table's.
  async function closing() {
    if (field.value.trim()) await submit({ written_at: draft ? draft.written_at : now().toISOString() });
    if (store.waiting().length === 0 && editing.size === 0) location.reload();
    else sender.hurry();
  }

  // Every task is closed: once all is delivered, nothing is left on this phone. True when nothing was.
  async function finish() {
    if (isOpen || store.waiting().length || editing.size) return false;
    return tableOffline.wipe(store);
  }

  async function gone() {
    sender.refuse(true);
    if (store.waiting().length === 0 && !draft) await tableOffline.wipe(store);
    render();
  }

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

  // --- Begin. The page may be a kept one: then what the store has of an answer is newer, also that it was withdrawn.

  async function begin() {
    await store.start(page.dataset.table);
    for (const li of list ? list.children : []) {
      const { ref, version, order, owner, deadline } = li.dataset;
      const known = store.answer(ref);
      if (known && known.version >= Number(version)) continue;
      const text = li.querySelector(".answer-text").textContent;
      store.put("answers", { ref, task, text, owner, deadline, version: Number(version), order: Number(order) });
    }
    const left = store.draft(task);
    if (left && written(left.ref)) store.remove("drafts", task);
    else if (left && field && isOpen && !field.value) {
      draft = left;
      fill(left);
    }
    render();
    if (store.waiting().length) sender.hurry();
    look();
  }

  setInterval(tick, 5000);
  setInterval(() => { if (!document.hidden) look(); }, 15000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { sender.hurry(); look(); } });
  tick();
  begin();
})();
