// The review desk works without this: it sizes the frame, carries selected words into a remark, keeps what was typed.

const frame = document.querySelector("[data-frame]");
const quote = document.querySelector("[data-quote]");
const said = document.querySelector("[data-quote-status]");
const form = document.querySelector("form[data-keep]");

if (frame) for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
document.querySelector("[data-errors]")?.focus();

/* The frame is as high as its page, so that there is one scroll bar. */
function fit() {
  frame.style.height = "0";
  frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 2}px`;
}

/* Selected words, as the text has them: without the numbers of citations, which are not part of it. */
function wordsOf(selection) {
  if (!selection || selection.isCollapsed) return "";
  const part = selection.getRangeAt(0).cloneContents();
  for (const number of part.querySelectorAll(".citation")) number.replaceWith("\u0000");
  return part.textContent.replace(/\s*\u0000/g, "").replace(/\s+/g, " ").trim();
}

function carry() {
  const words = wordsOf(frame.contentDocument.getSelection());
  if (words.length < 3 || words.length > 1000) return;
  quote.value = words;
  said.textContent = "Taken from the page.";
}

/* A link of the page opens beside the desk, never in its place; a number still leads to its source. */
function follow(event) {
  const link = event.target.closest("a[href]");
  if (!link || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  open(link.href, "_blank", "noopener");
}

function framed() {
  fit();
  frame.contentDocument.addEventListener("click", follow);
  if (!quote) return;
  for (const event of ["mouseup", "keyup", "touchend"]) frame.contentDocument.addEventListener(event, carry);
}

if (frame) {
  let width = 0;
  frame.addEventListener("load", framed);
  if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.body?.childElementCount) framed();
  addEventListener("resize", () => {
    if (frame.clientWidth !== width) fit();
    width = frame.clientWidth;
  });
}

/* A heading jumped to is opened. */
function unfold() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
}
addEventListener("hashchange", unfold);
unfold();

/* What was ticked and typed survives a remark, a reload or a new login in this tab; the password is never kept. */
const kept = (field) => field.name && !["password", "hidden"].includes(field.type) && field.name !== "accepted";

function restore(values) {
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in values)) continue;
    if (field.type === "radio") field.checked = values[field.name] === field.value;
    else if (field.type === "checkbox") field.checked = values[field.name];
    else field.value = values[field.name];
    if (field.value && field.tagName === "TEXTAREA") field.closest("details")?.setAttribute("open", "");
  }
}

function keep(key) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "radio") { if (field.checked) values[field.name] = field.value; }
    else values[field.name] = field.type === "checkbox" ? field.checked : field.value;
  }
  sessionStorage.setItem(key, JSON.stringify(values));
}

const key = `desk:${location.pathname}`;
if (form) {
  const before = JSON.parse(sessionStorage.getItem(key) || "null");
  if (before && !("bound" in form.dataset)) restore(before);
  form.addEventListener("input", () => keep(key));
} else if (frame) {
  sessionStorage.removeItem(key);
}
