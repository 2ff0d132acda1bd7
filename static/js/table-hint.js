// A hint, while somebody writes, when the text looks like it names a person or tells of somebody's health. It only asks: people
// decide, and nothing is sent. The words come from the lists the server reads with (static/pack.py).
"use strict";

const tableHint = (() => {
  const letter = "[\\p{L}\\d_]";
  const whole = (words) => new RegExp(`(?:^|[^\\p{L}\\d_])(?:${words})(?!${letter})`, "iu");
  const health = whole(tableHealth.split(" ").map((word) => word.replaceAll("*", `${letter}*`).replaceAll("_", "\\s+")).join("|"));
  const person = whole("han|ham|hun|ho|henne|hennes|hennar|(?:vår|min|mi)\\s+(?:kollega|leder|leiar|sjef|nabo|sønn|son|datter|dotter|mor|far|bror|søster|kone|mann)"
    + "|(?:kollegaen|kandidaten|deltakeren|deltakaren|lederen|leiaren|sjefen|naboen|læreren|læraren|eleven|pasienten)\\s+(?:vår|min|på|i|ved|hos|som)"
    + "|(?:en|ein)\\s+(?:av\\s+oss|ansatt|tilsett|kollega)\\s+(?:på|i|ved|hos|fra|frå|som)");
  const either = /(han|ham|hun|ho)\s*(\/|eller)\s*(han|hun|ho|henne|ham)/giu;
  const names = new Set(tableNames.split(" "));

  // A first name with a capital: before a family name, inside a sentence, or before what one person does.
  function isNamed(text) {
    const tokens = [...text.matchAll(/\p{L}+/gu)];
    return tokens.some(({ 0: word, index }, n) => {
      if (!names.has(word.toLowerCase()) || word === word.toLowerCase() || (word.length > 2 && word === word.toUpperCase())) return false;
      const before = text.slice(0, index).trimEnd();
      const next = tokens[n + 1] ? tokens[n + 1][0] : "";
      return (before && !/[.!?:–-]$/u.test(before)) || /^\p{Lu}\p{Ll}/u.test(next) || /^(har|er|fikk|fekk|ble|vart|var|kan|skal|bør|må|i|på|fra|frå)$/u.test(next);
    });
  }

  return (text) => {
    const named = isNamed(text);
    if (health.test(text) && (named || person.test(text.replace(either, " ")))) return "health";
    return named ? "name" : "";
  };
})();

(() => {
  const hint = document.getElementById("hint");
  if (!hint) return;
  let timer = 0;
  document.addEventListener("input", ({ target }) => {
    if (target.tagName !== "TEXTAREA") return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const what = tableHint(target.value);
      if (hint.textContent !== (what ? hint.dataset[what] : "")) hint.textContent = what ? hint.dataset[what] : "";
      if (what) target.closest(".ds-field, .answer-edit").append(hint); // beside what is written
    }, 700);
  });
  document.addEventListener("submit", () => { hint.textContent = ""; });
})();
