// Marks where the reader is in the list of contents, and closes the list after a choice on a phone.
let watching = null;

export function mount(root) {
  watching?.disconnect();
  const contents = root.querySelector(".toc");
  if (!contents) return;
  contents.addEventListener("click", (event) => event.target.closest("a") && contents.matches(":popover-open") && contents.hidePopover());
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  // A heading counts once it has passed the upper third of the window.
  watching = new IntersectionObserver(() => mark(headings, links), { rootMargin: "0px 0px -66% 0px", threshold: [0, 1] });
  for (const heading of headings) watching.observe(heading);
}

function mark(headings, links) {
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
  const current = passed.at(-1);
  for (const [id, link] of links) {
    if (id === current?.id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
