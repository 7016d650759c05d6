// Enter in a field of the dry run tries, and saves nothing.
"use strict";

addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("#dry-run input")) return;
  event.preventDefault();
  document.querySelector("#dry-run button").click();
});
