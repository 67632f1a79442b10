// Adding a source without leaving the text: the page “Add references”, fetched into the dialogue "Insert citation".
"use strict";
{
  const dialog = document.getElementById("cite-dialog");
  const find = document.getElementById("cite-find");
  const box = document.getElementById("cite-paste");
  const LOST = "The form could not be fetched. Are you still logged in? What you typed is still here.";

  if (box) {
    const holder = document.getElementById("cite-paste-form");
    const status = document.getElementById("cite-paste-status");
    const sides = [[document.getElementById("cite-known"), find], [document.getElementById("cite-new"), box]];

    const cite = (keys) => {
      dialog.close();
      for (const key of keys) window.imCite(key);
    };

    // The server's own form, in which it has escaped whatever was pasted.
    const show = (html) => {
      const page = new DOMParser().parseFromString(html, "text/html");
      const form = page.querySelector("form.im-paste");
      if (!form) throw new Error("no form");
      holder.replaceChildren(...[...page.body.childNodes]);
      holder.querySelector("form").addEventListener("submit", send);
      for (const button of holder.querySelectorAll("[data-cite]")) button.addEventListener("click", () => cite([button.dataset.cite]));
      (holder.querySelector("[role=alert]") ?? holder.querySelector(".im-found-heading") ?? holder.querySelector("textarea")).focus();
    };

    const fetched = async (options) => {
      status.textContent = "One moment …";
      try {
        const answer = await fetch(box.dataset.url, { headers: { "X-Requested-With": "editor" }, ...options });
        if (answer.redirected) throw new Error("logged out");
        status.textContent = "";
        if (answer.headers.get("Content-Type").includes("json")) cite((await answer.json()).keys);
        else show(await answer.text());
      } catch {
        status.textContent = LOST;
      }
    };

    const send = (event) => {
      event.preventDefault();
      const body = new FormData(event.target, event.submitter);
      if (status.textContent !== "One moment …") fetched({ method: "POST", body });
    };

    for (const [button, side] of sides) {
      button.addEventListener("click", () => {
        for (const [other, place] of sides) {
          other.setAttribute("aria-pressed", String(other === button));
          place.hidden = place !== side;
        }
        dialog.classList.toggle("im-dialog--wide", side === box);
        if (side === find) return document.getElementById("cite-search").focus();
        if (holder.childElementCount) return holder.querySelector("textarea").focus();
        return fetched();
      });
    }
  }
}
