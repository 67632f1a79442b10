// Insert citation: finds a source by what one remembers of it, and writes its key where the cursor is.
"use strict";
{
  const editor = document.getElementById("id_body");
  const dialog = document.getElementById("cite-dialog");
  const search = document.getElementById("cite-search");
  const results = document.getElementById("cite-results");
  const status = document.getElementById("cite-status");
  let asked = 0;
  let timer;

  // Inside a group such as [@one; @two], or just behind it, the key joins the group.
  const insert = (key) => {
    const { value, selectionStart: start, selectionEnd: end } = editor;
    const before = value.slice(0, start);
    const after = value.slice(end);
    if (/\[@[^[\]]*\]$/.test(before)) return window.imInsert(`; @${key}`, start - 1, start - 1);
    const inside = /\[@[^[\]]*$/.test(before) && /^[^[\]]*\]/.exec(after);
    if (inside) {
      const place = end + inside[0].length - 1;
      return window.imInsert(`; @${key}`, place, place);
    }
    return window.imInsert(`${/[^\s(]$/.test(before) ? " " : ""}[@${key}]`, start, end);
  };

  window.imCite = insert;

  const line = (source) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const [label, entry, key] = ["strong", "span", "code"].map((tag) => document.createElement(tag));
    button.type = "button";
    label.textContent = source.label;
    entry.textContent = source.entry;
    key.textContent = `@${source.key}`;
    button.append(label, entry, key);
    if (source.standing) {
      const badge = document.createElement("em");
      badge.className = `im-badge im-badge--${source.tint}`;
      badge.textContent = source.standing;
      button.append(badge);
    }
    button.addEventListener("click", () => {
      dialog.close();
      insert(source.key);
    });
    item.append(button);
    return item;
  };

  const ask = async () => {
    const number = ++asked;
    try {
      const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(search.value)}`);
      if (!answer.ok) throw new Error(answer.status);
      const found = (await answer.json()).results;
      if (number !== asked) return;
      results.replaceChildren(...found.map(line));
      status.textContent = found.length
        ? `${found.length}${found.length === 20 ? " or more" : ""} found. Choose one.`
        : "No source found. Try fewer words, or add the reference first.";
    } catch {
      if (number === asked) status.textContent = "The list of sources could not be fetched. Are you still logged in?";
    }
  };

  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  // Enter chooses nothing by accident; the arrow keys walk from the search to the sources and along them.
  dialog.addEventListener("keydown", (event) => {
    const stops = [search, ...results.querySelectorAll("button")];
    const here = stops.indexOf(document.activeElement);
    if (event.key === "Enter" && here === 0) event.preventDefault();
    if (here < 0 || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    stops[Math.max(0, Math.min(stops.length - 1, here + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  });
  document.getElementById("cite").addEventListener("click", () => {
    dialog.showModal();
    search.select();
    ask();
  });
}
