// The page of an escalation: keys, and the newest round in view.
"use strict";

{
  const choose = (number) => () => {
    const choice = document.querySelector(`[data-choice="${number}"]`);
    if (!choice) return false;
    choice.click();
    document.getElementById("resolution").focus();
    return true;
  };

  keys.on("t", "Take it, so that others see who has it", () => {
    const button = document.querySelector("[data-take]");
    if (!button) return false;
    button.click();
    return true;
  });
  keys.on("1", "Once more", choose(1));
  keys.on("2", "Let it pass as it is", choose(2));
  keys.on("3", "End the run", choose(3));

  // Out of a field, and back to what one reads.
  addEventListener("keydown", (event) => {
    const field = event.target.closest?.("[data-answer] textarea, [data-answer] input, [data-answer] select");
    if (event.key === "Escape" && field) field.blur();
  });

  // What is asked once more is in view, wherever the address led.
  addEventListener("load", () => {
    const asked = document.querySelector(".sure");
    asked?.scrollIntoView({ block: "center" });
    asked?.querySelector("a").focus({ preventScroll: true }); // not the one that ends it
  });

  addEventListener("DOMContentLoaded", () => {
    const rounds = document.querySelector("[data-rounds]");
    if (rounds) rounds.scrollLeft = rounds.scrollWidth;
  });
}
