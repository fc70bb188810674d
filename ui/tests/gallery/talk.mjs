// What is wrong with the conversation and its message box as they are drawn.

/** In the page. @param {boolean} fingers whether what is pressed is pressed by fingers. @returns {string[]} */
export function talk(fingers) {
  const wrong = [];
  const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().height > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const box = (element) => element.getBoundingClientRect();

  // A sentence of the message box is no column between its buttons.
  for (const sentence of all("[data-testid=all-is-text], [data-testid=only-text], [data-testid=composer-error]").filter((one) => one.textContent.trim() !== "")) {
    const { width } = box(sentence.closest(".note"));
    if (width < 220) wrong.push(`a sentence stands in a column of ${Math.round(width)} px: ${sentence.textContent.trim()}`);
  }

  // The words of a line that stands out keep off the edge of its ground.
  for (const line of all(".line.for-me, .line.target")) {
    const last = box(line.querySelector(".body").lastElementChild).bottom;
    if (box(line).bottom - last < 3) wrong.push(`words at the edge of their ground: ${line.textContent.slice(0, 40)}`);
  }

  // What is pinned stands in columns.
  const ends = all("[data-testid=pin] .by").map((by) => Math.round(box(by).right));
  if (new Set(ends).size > 1) wrong.push(`who pinned it ends at ${ends.join(", ")} px`);

  // In a narrow window, an empty message box is one row: the text, the emoji and what sends it.
  const writing = document.querySelector("[data-testid=composer]");
  const form = writing?.closest(".box");
  if (form && shown(form) && box(form).width < 420) {
    const parts = ["[data-testid=composer]", "[data-testid=emoji-open]", "[data-testid=send]"].map((one) => box(form.querySelector(one)));
    const quiet = writing.value === "" && !form.querySelector("[data-testid=strip], [data-testid=too-much], [data-testid=preview], .problem:not(:empty), .hint:not(:empty)");
    if (quiet && box(form).height > 48) wrong.push(`an empty message box is ${box(form).height} px high`);
    if (quiet && parts.some(({ top, bottom }) => Math.abs(top + bottom - parts[0].top - parts[0].bottom) > 3)) wrong.push("the message box is not one row");
  }

  // Nothing stands before the code where fingers copy it.
  for (const code of fingers ? all("figure.code") : []) {
    if (box(code.querySelector("figcaption")).bottom > box(code.querySelector("pre")).top + 0.5) wrong.push(`a button stands before code: ${code.textContent.slice(0, 40)}`);
  }

  // A button that is a line of text has one line.
  for (const button of all(".pill, .chip, .strip .what, .offers li > .ellipsis")) {
    if (box(button).height > 44) wrong.push(`in two lines: ${button.textContent.trim()}`);
  }
  return wrong;
}
