// The words and links in which the page of a chapter speaks.
"use strict";

const wording = (() => {
  // As the server says it: 23 Nov, 13:20 UTC.
  function clock(at) {
    const [, day, month, , time] = new Date(at).toUTCString().split(" ");
    return `${Number(day)} ${month}, ${time.slice(0, 5)} UTC`;
  }

  function way(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  function link(text, address) {
    const found = document.createElement("a");
    Object.assign(found, { textContent: text, href: address, target: "_blank" });
    return found;
  }

  function counted(text) {
    const number = (text.match(/[^\t\n\v\f\r ]+/g) ?? []).length;
    return { number, said: `${number.toLocaleString("en")} ${number === 1 ? "word" : "words"}` };
  }

  // What the checks found of a text, in the question before it is handed in; `number` is null where
  // that is not known.
  function found(number) {
    if (number === null) return " The checks could not be run over it: what a review may find is not known.";
    return number ? ` A review may send it back for ${number} new ${number === 1 ? "finding" : "findings"} of the checks.` : "";
  }

  return { clock, way, link, counted, found };
})();
