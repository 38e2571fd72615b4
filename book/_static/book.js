// What no style sheet can do: a formula or drawing that scrolls sideways can be reached with the Tab key.
(() => {
  const wide = ".bd-article div.math, .bd-article span.math, .drawing, .cell_output .text_html";
  const mark = () => document.querySelectorAll(wide).forEach((box) => {
    if (box.scrollWidth <= box.clientWidth + 1) return box.removeAttribute("tabindex");
    box.tabIndex = 0;
    if (!box.hasAttribute("role")) box.setAttribute("role", "group");
    if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", box.matches(".math") ? "formula, scrolls sideways" : "figure, scrolls sideways");
  });
  addEventListener("load", mark);
  addEventListener("resize", mark);
  addEventListener("beforeprint", () => document.querySelectorAll(".bd-article details").forEach((box) => (box.open = true)));
})();
