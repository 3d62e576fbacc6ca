// What scrolls can be reached by Tab, so that arrow keys scroll it; what fits is no stop on the way.
const BOXES = ".table-wrap, .highlight pre, .cell-output, .chart, .diagram, div.arithmatex";
const sizes = new ResizeObserver((entries) => entries.forEach((entry) => markScrolling(entry.target)));

export function mount(root) {
  sizes.disconnect();
  const boxes = root.querySelectorAll(BOXES);
  for (const box of boxes) sizes.observe(box);
  // A font that arrives makes lines longer without the box changing its size.
  document.fonts.ready.then(() => boxes.forEach(markScrolling));
}

function markScrolling(box) {
  if (box.role === "textbox") return; // a cell's code: its cell made it a stop, whether it scrolls or fits
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (scrolls) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}
