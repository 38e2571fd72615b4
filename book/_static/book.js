// What no style sheet can do: explorers and moving pictures come to life when they come near, code can be copied, and what
// scrolls sideways can be reached with the Tab key.
(() => {
  const near = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach(async ({ target }) => {
    near.unobserve(target);
    if (target.dataset.moves) {
      const answer = await fetch(target.dataset.moves);
      if (answer.ok) target.outerHTML = await answer.text();
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
  document.querySelectorAll(".explorer").forEach((part) => (part.tabIndex = 0)); // the Tab key leads to it before it is ready
  document.querySelectorAll(still ? ".explorer" : ".explorer, img[data-moves]").forEach((part) => near.observe(part));
  for (const code of document.querySelectorAll(".bd-article .highlight > pre")) {
    if (code.closest(".cell_output")) continue;
    const copy = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
    copy.setAttribute("aria-label", "Copy this code");
    copy.addEventListener("click", async () => {
      const written = (async () => navigator.clipboard.writeText(code.textContent.trimEnd()))(); // refused, or not there
      const said = await written.then(() => "Copied", () => "Not copied");
      copy.textContent = said;
      copy.setAttribute("aria-label", said);
    });
    code.after(copy);
  }
  const wide = ".bd-article div.math, .bd-article span.math.wide, .drawing, .cell_output .text_html, .pst-scrollable-table-container";
  // A fading edge says on which side there is more.
  const fade = (box) => {
    box.classList.toggle("more-left", box.scrollLeft > 1);
    box.classList.toggle("more-right", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
  };
  const mark = () => document.querySelectorAll(wide).forEach((box) => {
    fade(box);
    if (box.scrollWidth <= box.clientWidth + 1) return box.removeAttribute("tabindex");
    box.onscroll = () => fade(box);
    box.tabIndex = 0;
    if (!box.hasAttribute("role")) box.setAttribute("role", "group");
    if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", `${box.matches(".math") ? "formula" : box.querySelector("table") ? "table" : "figure"}, scrolls sideways`);
  });
  addEventListener("load", mark);
  addEventListener("resize", mark);
  addEventListener("beforeprint", () => document.querySelectorAll(".bd-article details").forEach((box) => (box.open = true)));
})();
