// Looks at the pages in the frames of this document as a person would who cannot
// guess what is cut off, too small or too pale, and writes down what is wrong.
addEventListener("load", () => {
  const wrong = new Set();
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const parse = text => text.match(/[\d.]+/g).map(Number); // of rgb(…) and rgba(…)
  const luminance = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  let looked = 0;
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, view = frame.contentWindow;
    const say = (what, e) => wrong.add(`${frame.width} px: ${what}: <${e.localName} class="${e.getAttribute("class") ?? ""}"> ${e.textContent.trim().slice(0, 60)}`);
    const style = e => view.getComputedStyle(e);
    const scrolls = e => /auto|scroll|hidden/.test(style(e).overflowX);
    const ground = e => {
      for (; e; e = e.parentElement) {
        const c = parse(style(e).backgroundColor);
        if (c.length < 4 || c[3] > 0) return c;
      }
      return [255, 255, 255];
    };
    for (const d of page.querySelectorAll("details")) d.open = true;
    if (page.documentElement.scrollWidth > frame.width) say("the page is wider", page.documentElement);
    for (const e of page.body.querySelectorAll("*")) {
      const box = e.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      looked++;
      const parent = e.parentElement, outer = parent.getBoundingClientRect();
      const drawn = parent.namespaceURI.endsWith("svg");
      const around = drawn ? e.ownerSVGElement.getBoundingClientRect() : outer;
      if (!scrolls(parent) && (box.right > around.right + 1 || box.left < around.left - 1 || drawn && (box.top < around.top - 1 || box.bottom > around.bottom + 1)))
        say(`leaves its box by ${Math.round(Math.max(box.right - around.right, around.left - box.left, box.bottom - around.bottom))}`, e);
      if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.localName === "title") continue;
      const size = parseFloat(style(e).fontSize) * (drawn ? e.getScreenCTM().a : 1);
      if (size < 9) say(`text of ${size.toFixed(1)} px`, e);
      const ratio = contrast(parse(drawn ? style(e).fill : style(e).color), ground(e));
      if (!(ratio >= 4.5)) say(`contrast ${ratio.toFixed(2)}`, e);
    }
  }
  const found = document.createElement("pre");
  found.textContent = `looked at ${looked}, dark ${matchMedia("(prefers-color-scheme: dark)").matches}\n` + [...wrong].slice(0, 40).join("\n");
  document.body.replaceChildren(found);
});
