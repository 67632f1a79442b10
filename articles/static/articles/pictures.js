// Pictures in the text: dropped, pasted or chosen. None goes in without a description, or a word that it needs none.
// django-markdownx would insert the picture without asking, and on an error write "Invalid response" into the article;
// so drops and pastes of files are caught on their way to it.
"use strict";
{
  const editor = document.getElementById("id_body");
  const dialog = document.getElementById("picture-dialog");
  const errors = document.getElementById("picture-errors");
  const details = document.getElementById("picture-details");
  const shown = document.getElementById("picture-shown");
  const alt = document.getElementById("picture-alt");
  const plain = document.getElementById("picture-plain");
  const button = document.getElementById("picture-insert");
  const chooser = document.getElementById("picture-file");
  const waiting = [];
  let path = "";
  let place = 0;

  const complain = (reasons) => errors.replaceChildren(...reasons.map((reason) => {
    const line = document.createElement("p");
    line.textContent = reason;
    return line;
  }));

  const upload = async (file) => {
    const data = new FormData();
    data.append("image", file);
    data.append("csrfmiddlewaretoken", editor.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(editor.dataset.markdownxUploadUrlsPath, { method: "POST", body: data });
      if (answer.headers.get("Content-Type")?.includes("json")) return await answer.json();
      return { errors: [answer.status === 403 ? "You are no longer logged in. Log in again in another window." : "The picture could not be uploaded."] };
    } catch {
      return { errors: ["The picture could not be uploaded. Is the network there?"] };
    }
  };

  const next = async () => {
    const file = waiting.shift();
    if (!file) return;
    const answer = await upload(file);
    path = answer.path || "";
    complain((answer.errors || []).map((reason) => `${file.name}: ${reason}`));
    details.hidden = button.hidden = shown.hidden = !path;
    if (path) shown.src = path;
    alt.value = "";
    plain.checked = alt.disabled = false;
    dialog.showModal();
    (path ? alt : dialog.querySelector("[data-close]")).focus();
  };

  const take = (files) => {
    if (!files.length) return;
    place = editor.selectionStart;
    const idle = !waiting.length && !dialog.open;
    waiting.push(...files);
    if (idle) next();
  };

  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const words = alt.value.replace(/\s+/g, " ").trim();
    if (!words && !plain.checked) {
      complain(["Describe the picture, or tick that it is decorative."]);
      return alt.focus();
    }
    const text = plain.checked ? `![](${path} "decorative")` : `![${words.replace(/([\\[\]])/g, "\\$1")}](${path})`;
    dialog.close();
    // A paragraph of its own, after the line in which the cursor was: never inside a citation.
    const end = editor.value.indexOf("\n", place);
    const line = end < 0 ? editor.value.length : end;
    return window.imInsert(editor.value.slice(0, line).trim() ? `\n\n${text}\n` : text, line, line);
  });
  dialog.addEventListener("close", () => setTimeout(next));
  plain.addEventListener("change", () => { alt.disabled = plain.checked; });
  chooser.addEventListener("change", () => {
    take([...chooser.files]);
    chooser.value = "";
  });
  document.getElementById("add-picture").addEventListener("click", () => chooser.click());

  // Without files the browser does as ever: text can be dropped and pasted.
  for (const [name, found] of [["paste", (event) => event.clipboardData], ["drop", (event) => event.dataTransfer]]) {
    document.addEventListener(name, (event) => {
      if (event.target !== editor) return;
      event.stopPropagation();
      const files = [...(found(event)?.files || [])];
      if (!files.length) return;
      event.preventDefault();
      take(files);
    }, true);
  }
}
