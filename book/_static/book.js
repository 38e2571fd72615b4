// What no style sheet can do: explorers and moving pictures come to life when they come near, code can be copied, and what
// scrolls sideways can be reached with the Tab key.
(() => {
  const near = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach(async ({ target }) => {
    near.unobserve(target);
    if (target.dataset.moves) {
      const answer = await fetch(target.dataset.moves);
      target.outerHTML = await answer.text();
      return;
    }
    await (dressed ??= new Promise((done) => {
      const href = new URL("explorers/explorers.css", here);
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done }));
    }));
    import(new URL(`explorers/${target.localName.replace("-explorer", "")}.js`, here));
  }), { rootMargin: "600px" });
  let dressed; // the promise of the explorers' style sheet
  const here = document.currentScript.src;
  if (localStorage.getItem("sphinx_highlight_terms")) { // who comes from the search sees the words
    document.head.append(Object.assign(document.createElement("script"), { src: new URL("search.js", here) }));
  }
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelectorAll(still ? ".explorer" : ".explorer, img[data-moves]").forEach((part) => near.observe(part));
  for (const code of document.querySelectorAll(".bd-article .highlight > pre")) {
    if (code.closest(".cell_output")) continue;
    const copy = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
    copy.setAttribute("aria-label", "Copy this code");
    copy.addEventListener("click", async () => {
      const said = await navigator.clipboard.writeText(code.textContent.trimEnd()).then(() => "Copied", () => "Not copied");
      copy.textContent = said;
      copy.setAttribute("aria-label", said);
    });
    code.after(copy);
  }
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
