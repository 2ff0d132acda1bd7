// What the table's page shows: the strip that tells what is kept here and what has arrived, and the answers, newest first. It
// writes with textContent into copies of the page's own templates, and nothing else.
"use strict";

const tableCopy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

// `editing` are the answers with a field open, which are left alone; `withdrawn` those withdrawn here, which can be taken back.
function tableList({ task, store, sender, editing, withdrawn }) {
  const list = document.getElementById("liste");
  const bar = document.getElementById("strip");
  const words = document.getElementById("ord").dataset;
  const field = document.getElementById("text");

  function strip() {
    const items = store.waiting();
    const stuck = items.filter((item) => item.problem);
    const count = items.length - stuck.length;
    const unsaved = items.some((item) => !store.isSaved("waiting", item.ref));
    const unsavedDraft = Boolean(field && field.value.trim()) && !store.isSaved("drafts", task);
    let text = bar.dataset.all;
    if (count > 0 && unsaved) text = count === 1 ? words.oneUnsaved : words.manyUnsaved.replace("{n}", count);
    else if (sender.isRefused()) text = items.length ? words.refusedKept : words.refused;
    else if (stuck.length) text = words.stopped;
    else if (count > 0) text = count === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", count);
    else if (unsavedDraft) text = words.draftUnsaved;
    if (bar.textContent !== text) bar.textContent = text;
    bar.dataset.state = stuck.length || unsaved || unsavedDraft || sender.isRefused() ? "stopped" : count ? "waiting" : "all";
    bar.hidden = bar.dataset.state === "all" && store.standing().length === 0;
  }

  // What stands on the page: what the server has, with what waits on top of it.
  function wanted() {
    const shown = new Map();
    for (const row of store.standing()) if (row.task === task) shown.set(row.ref, row);
    for (const item of store.waiting()) {
      if (item.task !== task && !item.problem) continue; // what somebody must look at is shown on every task's page
      const known = shown.get(item.ref);
      shown.set(item.ref, { ...known, ...item, version: known ? known.version : 0, order: known ? known.order : item.at });
    }
    for (const [ref, was] of withdrawn) if (!shown.has(ref)) shown.set(ref, { ...was, gone: true });
    return [...shown.values()].sort((a, b) => b.order - a.order);
  }

  function render() {
    strip();
    if (!list) return;
    const rows = wanted();
    const present = new Map([...list.children].map((li) => [li.dataset.ref, li]));
    rows.forEach((row, place) => {
      let li = present.get(row.ref);
      present.delete(row.ref);
      if (li === undefined) {
        li = tableCopy("mal-svar");
        li.dataset.ref = row.ref;
      }
      if (!editing.has(row.ref)) fill(li, row);
      if (list.children[place] !== li) list.insertBefore(li, list.children[place] || null);
    });
    for (const [ref, li] of present) if (!editing.has(ref)) li.remove();
    document.getElementById("antall").textContent = rows.filter((row) => row.task === task && !row.gone && !row.withdraw).length;
    document.getElementById("tomt").hidden = rows.length > 0;
  }

  function stateOf(row, item) {
    if (row.gone || (item && item.withdraw && item.problem !== "both")) return "withdrawn";
    if (!item) return "";
    return item.problem === "both" ? "both" : item.problem ? "stopped" : "waiting";
  }

  function fill(li, row) {
    const item = store.waits(row.ref);
    const state = stateOf(row, item);
    li.dataset.state = state;
    li.dataset.version = row.version;
    li.querySelector(".answer-text").textContent = row.text;
    own(li.querySelector(".answer-own"), row);
    tell(li.querySelector(".answer-note"), state, item);
    for (const old of li.querySelectorAll(".answer-both, [data-act=undo], [data-act=drop]")) old.remove();
    const acts = li.querySelector(".answer-acts");
    if (acts) {
      // The server leaves the arrows out where there is one answer; the style hides them while there is.
      if (!acts.querySelector("[data-act=move]")) acts.append(tableCopy("mal-svar").querySelector("[data-act=move]"));
      for (const child of acts.children) child.hidden = state === "withdrawn";
      acts.hidden = state === "both" || row.task !== task;
      if (state === "withdrawn") acts.append(tableCopy("mal-angre"));
    }
    if (state === "stopped" && (!acts || acts.hidden)) {
      li.append(tableCopy("mal-fjern")); // the task is closed: the text can be read, copied, and put away
    }
    if (state === "both") li.append(choice(item));
  }

  function own(line, { owner, deadline }) {
    const parts = [owner && words.owner.replace("{who}", () => owner), deadline && words.deadline.replace("{when}", () => deadline)];
    line.textContent = parts.filter(Boolean).join(" · ");
    line.hidden = line.textContent === "";
  }

  // The note under an answer. What the server wrote there stands until the script has something to say.
  function tell(note, state, item) {
    if (!state && !note.dataset.script && note.textContent.trim()) return;
    note.dataset.script = "yes";
    note.textContent = {
      "": store.waiting().length ? words.delivered : "", // when some wait, it is said which do not
      withdrawn: words.withdrawn,
      waiting: item && (!store.isSaved("waiting", item.ref) ? words.unsaved : sender.isRefused() ? words.kept : words.waiting),
      stopped: item && item.why,
    }[state] || "";
    note.hidden = note.textContent.trim() === "";
  }

  function choice(item) {
    const both = tableCopy("mal-begge");
    both.querySelector("[data-part=yours]").textContent = item.withdraw ? words.withdrawn : item.text;
    both.querySelector("[data-part=theirs]").textContent = item.theirs || words.gone;
    own(both.querySelector("[data-part=yours-own]"), item.withdraw ? {} : item);
    own(both.querySelector("[data-part=theirs-own]"), tableTheirs(item));
    both.querySelector("[data-act=both]").hidden = Boolean(item.withdraw);
    return both;
  }

  return { render };
}
