// A file that is to be the text of a chapter: read, and refused in words at once.
"use strict";

const files = (() => {
  function object(words) {
    say(words, "error");
    document.getElementById("said").scrollIntoView({ block: "center" });
  }

  const isEmpty = (text) => !text.replaceAll("\ufeff", "").trim();

  // As the server's pages say a size.
  function sized(bytes) {
    if (bytes < 1024) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
    return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
  }

  // Where one byte decides.
  const exact = (bytes) => `${Number(bytes).toLocaleString("en")} bytes`;

  // Its text; null where it cannot be the text of a chapter, which is said.
  async function read(file, most) {
    const no = (why) => {
      object(`${file.name} ${why}; nothing was taken.`);
      return null;
    };
    if (file.size > most) return no(`has ${exact(file.size)}; the limit is ${exact(most)}`);
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      return no("is not UTF-8 text");
    }
    if (text.includes("\0")) return no("has a NUL character, which no text may hold");
    return isEmpty(text) ? no("is empty") : text;
  }

  return { read, sized, isEmpty, object };
})();
