// My selection, and filtering while typing. The selection is kept in this browser only. Without this script there are no stars,
// and the search is a form.
"use strict";

(() => {
  const slug = location.pathname.split("/")[2];
  const KEY = `konferanse:utvalg:${slug}`;
  const bar = document.querySelector("[data-selection]");
  const posts = [...document.querySelectorAll(".post[id]")];
  const words = document.querySelector("[data-star]")?.dataset ?? {};
  let chosen = new Set();
  let cleared = null;
  let onlyMine = false;

  // ---- Kept in the browser; where that is refused it lasts as long as the page.
  const load = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      chosen = new Set(Array.isArray(kept) ? kept.filter((mark) => /^[0-9a-f]{8}$/.test(mark)) : []);
    } catch { /* nothing kept, or not ours */ }
  };
  const save = () => {
    try {
      if (chosen.size) localStorage.setItem(KEY, JSON.stringify([...chosen]));
      else localStorage.removeItem(KEY);
    } catch { /* lasts as long as the page */ }
  };

  // ---- Stars
  const markOf = (post) => post.id.replace("post-", "");
  const titleOf = (post) => post.querySelector(".post-title a, h1").textContent.trim();
  const star = (post) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "star";
    button.dataset.mark = markOf(post);
    button.setAttribute("aria-label", words.star.replace("{title}", titleOf(post)));
    if (post.dataset.starText) button.textContent = post.dataset.starText;
    button.addEventListener("click", () => {
      const mark = button.dataset.mark;
      if (!chosen.delete(mark)) chosen.add(mark);
      cleared = null;
      save();
      draw();
    });
    (post.querySelector("[data-star-here]") ?? post).append(button);
  };

  const mine = () => posts.filter((post) => chosen.has(markOf(post)));
  const clashes = (kept) => {
    const held = kept.filter((post) => !("off" in post.dataset)).map((post) => [Date.parse(post.dataset.from), Date.parse(post.dataset.to), post]);
    held.sort((a, b) => a[0] - b[0]);
    return held.flatMap(([, end, post], at) => held.slice(at + 1).filter(([start]) => start < end).map(([, , other]) => [post, other]));
  };

  const drawBar = () => {
    const kept = mine();
    const { one, many, gone, clash, webcal, file } = bar.dataset;
    bar.hidden = chosen.size === 0 && cleared === null;
    document.querySelector("[data-hint]").hidden = !bar.hidden;
    bar.querySelector("[data-some-chosen]").hidden = chosen.size === 0;
    bar.querySelector("[data-undo]").hidden = cleared === null;
    bar.querySelector("[data-count]").textContent = kept.length === 1 ? one : many.replace("{n}", String(kept.length));
    const lost = chosen.size - kept.length;
    bar.querySelector("[data-lost]").textContent = lost ? gone.replace("{n}", String(lost)) : "";
    const query = `?post=${kept.map(markOf).sort().join(",")}`;
    bar.querySelector("[data-subscribe]").href = webcal + query;
    bar.querySelector("[data-download]").href = file + query;
    const found = clashes(kept);
    const list = bar.querySelector("[data-clashes]");
    list.hidden = found.length === 0;
    list.querySelector("ul").replaceChildren(...found.map(([a, b]) => {
      const link = document.createElement("a");
      link.className = "ds-link";
      link.href = `#${b.id}`;
      link.textContent = clash.replace("{a}", titleOf(a)).replace("{b}", titleOf(b));
      const line = document.createElement("li");
      line.append(link);
      return line;
    }));
    if (!chosen.size) onlyMine = false;
    bar.querySelector("[data-only]").setAttribute("aria-pressed", String(onlyMine));
  };

  // ---- What is shown: the selection, the words, or everything
  const search = document.querySelector("form[data-filter]");
  const field = search?.querySelector('input[type="search"]');
  const folded = (text) => text.normalize("NFC").toLocaleLowerCase("nb");
  const texts = new Map();
  const textOf = (post) => {
    if (!texts.has(post)) {
      const text = [...post.querySelectorAll(".post-title a, .post-speaker, .post-audience, .prose, .post-room")];
      texts.set(post, folded(text.map((part) => part.textContent).join(" ")));
    }
    return texts.get(post);
  };
  const filter = () => {
    const wanted = field ? folded(field.value).split(/\s+/).filter(Boolean) : [];
    let count = 0;
    for (const post of posts) {
      post.hidden = (onlyMine && !chosen.has(markOf(post))) || !wanted.every((word) => textOf(post).includes(word));
      if (!post.hidden) count += 1;
    }
    for (const holder of document.querySelectorAll(".slot, .agenda, .day")) holder.hidden = !holder.querySelector(".post:not([hidden])");
    for (const heading of document.querySelectorAll(".inner-day")) heading.hidden = heading.nextElementSibling.hidden;
    const none = document.querySelector("[data-none]");
    if (none) none.hidden = count > 0;
    if (search) document.querySelector("[data-found]").textContent = wanted.length ? search.dataset.filter.replace("{n}", String(count)) : "";
  };

  const draw = () => {
    for (const button of document.querySelectorAll(".star")) button.setAttribute("aria-pressed", String(chosen.has(button.dataset.mark)));
    if (bar) drawBar();
    const link = document.querySelector("[data-mine-link]");
    if (link) {
      link.hidden = bar !== null && chosen.size === 0;
      link.firstElementChild.textContent = `${link.dataset.mineLink} (${chosen.size})`;
    }
    if (document.querySelector(".agenda")) filter();
  };

  const asked = () => {
    if (location.hash !== "#utvalg" || !bar) return;
    onlyMine = chosen.size > 0;
    draw();
    bar.scrollIntoView();
  };

  load();
  if (words.star) posts.forEach(star);
  bar?.querySelector("[data-only]").addEventListener("click", () => { onlyMine = !onlyMine; draw(); });
  bar?.querySelector("[data-clear]").addEventListener("click", () => {
    cleared = chosen;
    chosen = new Set();
    save();
    draw();
    bar.querySelector("[data-undo] button").focus();
  });
  bar?.querySelector("[data-undo] button").addEventListener("click", () => {
    chosen = cleared;
    cleared = null;
    save();
    draw();
    bar.querySelector("[data-only]").focus();
  });
  field?.addEventListener("input", filter);
  window.addEventListener("storage", (event) => { if (event.key === KEY) { load(); draw(); } });
  window.addEventListener("hashchange", asked);
  draw();
  asked();
})();
