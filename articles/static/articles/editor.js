// The text field: leaves the keyboard alone, says how the preview stands, counts characters.
"use strict";
{
  const editor = document.getElementById("id_body");
  const status = document.getElementById("preview-status");
  const preview = document.querySelector(".markdownx-preview");
  const FAILED = "The preview could not be made. Your text is not affected: go on writing, and save.";

  // django-markdownx takes Tab and Shift+Tab for indenting, so that nobody could leave the field by keyboard (WCAG 2.2,
  // 2.1.2), and Ctrl with [ or ], which is how [ is typed on many keyboards. Its listener sits on the field itself:
  // caught on the way down to it, no key ever gets there, and each does what the browser means it to do.
  document.addEventListener("keydown", (event) => {
    if (event.target === editor) event.stopPropagation();
  }, true);

  const say = (words) => { if (status.textContent !== words) status.textContent = words; };

  document.querySelector(".markdownx").addEventListener("markdownx.update", () => {
    const found = preview.querySelector("[data-status]");
    if (found) return say(found.dataset.status);
    // An answer that is not a preview (logged out, too long, the server in trouble) is told as plain words.
    const words = preview.textContent.trim();
    preview.textContent = "";
    return say(words && words.length < 200 ? words : FAILED);
  });
  document.querySelector(".markdownx").addEventListener("markdownx.updateError", () => say(FAILED));

  for (const field of document.querySelectorAll("[data-count]")) {
    const count = document.createElement("p");
    count.className = "im-quiet im-count";
    field.after(count);
    const write = () => {
      const length = [...field.value.trim()].length;
      const most = Number(field.dataset.count);
      count.textContent = `${length} of ${most} characters${length > most ? ": shorten it" : ""}`;
      count.classList.toggle("im-over", length > most);
    };
    field.addEventListener("input", write);
    write();
  }

  // Puts words where the cursor was, so that the browser's own Undo takes them back.
  window.imInsert = (words, start = editor.selectionStart, end = editor.selectionEnd) => {
    editor.focus();
    editor.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, words)) {
      editor.setRangeText(words, start, end, "end");
      editor.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  for (const dialog of document.querySelectorAll("dialog")) {
    for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => editor.focus());
  }
  document.querySelector(".im-tools").hidden = false;
  document.querySelector(".im-errors")?.focus();
}
