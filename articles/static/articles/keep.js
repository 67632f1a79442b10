// Keeps unsaved words in this browser, in case the session ends or the machine does. They come back only when asked for.
"use strict";
{
  const form = document.getElementById("editor");
  const retracted = [...form.elements].map((field) => field.name).filter((name) => name.startsWith("retracted_"));
  const NAMES = ["title", "slug", "topic", "summary", "body", "picture_alt", "change_note", ...retracted];
  const DAYS = 30;
  const prefix = `imprimatur:${form.dataset.keep}:`;
  const key = prefix + form.dataset.base;
  const box = document.getElementById("kept");
  let timer;
  let dirty = false;

  const fields = () => Object.fromEntries(NAMES.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]));
  const tidy = (words) => JSON.stringify(Object.entries(words).map(([name, value]) => [name, value.replace(/\r\n/g, "\n").trim()]).sort());
  const same = (words) => tidy({ ...fields(), ...words }) === tidy(fields());
  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };
  const drop = (name) => localStorage.removeItem(name);

  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: fields() }));
    } catch {
      // A full or forbidden store: the page works without it.
    }
  };

  // What was saved is kept by the server: the browser's copy of it goes.
  const saved = form.dataset.savedUpon;
  if (saved) {
    drop(prefix + saved);
    if (saved === "new") drop(`imprimatur:${form.dataset.keep.split(":")[0]}:new:new`);
  }

  const copies = Object.keys(localStorage)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ name, ...read(name) }));
  for (const copy of copies) {
    if (!copy.fields || Date.now() - copy.at > DAYS * 864e5 || (copy.name !== key && same(copy.fields))) drop(copy.name);
  }
  const newest = copies
    .filter((copy) => localStorage.getItem(copy.name) && !same(copy.fields))
    .sort((one, other) => other.at - one.at)[0];

  if (newest) {
    document.getElementById("kept-when").textContent = new Date(newest.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
    box.hidden = false;
    document.getElementById("kept-restore").addEventListener("click", () => {
      for (const [name, value] of Object.entries(newest.fields)) {
        if (!form.elements[name]) continue;
        form.elements[name].value = value;
        form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
      }
      if (newest.name !== key) drop(newest.name);
      box.hidden = true;
      form.elements.body.focus();
    });
    document.getElementById("kept-drop").addEventListener("click", () => {
      drop(newest.name);
      box.hidden = true;
      form.elements.title.focus();
    });
  }

  form.addEventListener("input", () => {
    dirty = true;
    // A copy that has been offered and not yet answered is not written over.
    if (!box.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(keep, 500);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    if (dirty && box.hidden) keep();
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}
