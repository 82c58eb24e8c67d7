// node help.mjs FROM TO: makes the dashboard's help out of docs/*.md, so that what a page names is one
// click away, and is of this version. Run where the libraries are.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

const [from, to] = process.argv.slice(2);
const required = createRequire(join(process.cwd(), "package.json"));
const { Marked } = required("marked");

const pages = readdirSync(from).filter((name) => name.endsWith(".md") && !name.endsWith(".in.md"));
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const bare = (words) => words.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");

/** As GitHub names a heading. */
function anchors() {
  const seen = new Map();
  return (words) => {
    const anchor = bare(words).toLowerCase().replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "").replaceAll(" ", "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  };
}

/** Where a link of the sources leads here; null where what it names is not here. */
function target(href) {
  if (/^(https?:|mailto:|#)/.test(href)) return href;
  const [path, anchor] = href.split("#");
  if (path === "README.md") return "/ui/help/";
  if (!pages.includes(path)) return null;
  return `/ui/help/${path.slice(0, -3)}${anchor ? `#${anchor}` : ""}`;
}

function html(markdown) {
  const anchor = anchors();
  const renderer = {
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${anchor(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      const to = target(href);
      if (to === null) return words;
      return `<a href="${escaped(to)}"${/^https?:/.test(to) ? ' rel="noreferrer"' : ""}>${words}</a>`;
    },
    // The drawings come along; pictures of the dashboard are needless where it is.
    image({ href, text }) {
      return href.endsWith(".svg") ? `<img src="/ui/help/${escaped(basename(href))}" alt="${escaped(text)}">` : "";
    },
    code({ text }) {
      return `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`;
    },
  };
  const marked = new Marked({ renderer });
  return marked.parse(markdown).replaceAll("<table>", '<div class="scroll" tabindex="0"><table>').replaceAll("</table>", "</table></div>");
}

for (const page of pages) {
  const name = page === "README.md" ? "index" : page.slice(0, -3);
  const text = readFileSync(join(from, page), "utf8");
  const title = bare(/^# (.*)$/m.exec(text)[1]);
  writeFileSync(join(to, `help-${name}.html`), `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · oms-jira</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/ui/help/style.css">
<script type="module" src="/ui/help/theme.js"></script>
</head>
<body>
<nav aria-label="Help"><a href="/ui/">Dashboard</a><a href="/ui/help/"${name === "index" ? ' aria-current="page"' : ""}>All help</a></nav>
<main>
${html(text)}</main>
</body>
</html>
`);
}
