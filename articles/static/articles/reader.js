// Makes two things easier for readers; everything works without it. Nothing is stored and nothing is sent by itself.
// 1. Answering "Was this article helpful?" and reporting happen in place, and are announced.
// 2. Words that were selected can be reported.
(function () {
  "use strict";

  const status = document.getElementById("feedback-status");
  const link = document.getElementById("report-link");

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const panel = document.getElementById("feedback-panel");
    if (!status || !panel || !form.classList.contains("feedback-form") || !window.fetch) return;
    event.preventDefault();
    const data = new FormData(form);
    if (event.submitter && event.submitter.name) data.set(event.submitter.name, event.submitter.value);
    // One key for one answer: if it has to be sent again it is still counted once.
    if (form.classList.contains("feedback-vote") && window.crypto.randomUUID) {
      form.dataset.key = form.dataset.key || window.crypto.randomUUID();
      data.set("key", form.dataset.key);
    }
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), credentials: "omit" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("feedback-panel");
      if (!next) throw new Error("no panel");
      const heading = next.querySelector("h1");
      if (heading) {
        const smaller = document.createElement("h2");
        smaller.id = heading.id;
        smaller.textContent = heading.textContent;
        heading.replaceWith(smaller);
        status.textContent = heading.textContent;
      }
      panel.replaceChildren(...next.childNodes);
      panel.focus({ preventScroll: false });
    } catch (error) {
      buttons.forEach((button) => button.removeAttribute("aria-disabled"));
      status.textContent = "This could not be sent. Your words are still there: try again when you are connected.";
      status.classList.remove("unseen");
      panel.after(status);
    }
  });

  const text = document.querySelector(".article-text");
  if (!link || !text) return;
  const report = document.createElement("button");
  let quote = "";
  report.type = "button";
  report.className = "report-passage";
  report.textContent = "Report these words";
  report.hidden = true;
  report.addEventListener("click", () => window.location.assign(link.href + "&quote=" + encodeURIComponent(quote)));
  document.body.append(report);

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const words = selection.toString().replace(/\s+/g, " ").trim();
    const inside = selection.rangeCount && text.contains(selection.getRangeAt(0).commonAncestorContainer);
    report.hidden = !inside || words.length < 3 || words.length > 1000;
    if (!report.hidden) quote = words;
  });
})();
