// Builds the SDK's site beside rustdoc's: `node docs.mjs FOLDER`, called by `cargo xtask docs`. The
// reference and the guides by TypeDoc, a page for each error code, a front page; then every link
// of it, and of the repository's own pages, is followed.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect } from '../js/scripts/codes.mjs';
import { followSite, followTree } from './links.mjs';

const out = resolve(process.argv[2]);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const page = (title, body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body { font: 1rem/1.5 system-ui; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }</style>
${body}
</html>
`;

execFileSync(here('node_modules/.bin/typedoc'), ['--out', join(out, 'sdk')], {
  cwd: here('.'),
  stdio: 'inherit',
});
await errors();
await front();
await followLinks();

/** A page for each code, made from the sources that give it. */
async function errors() {
  const folder = join(out, 'errors');
  await mkdir(folder, { recursive: true });
  const codes = await collect();
  for (const [code, [what, words]] of codes) {
    const text = escaped(words).replace(/\`([^\`]+)\`/g, '<code>$1</code>');
    const body = `<p><a href="index.html">Error codes</a></p>\n<h1>${code}</h1>\n<p>${what}. ${text}</p>`;
    await writeFile(join(folder, `${code}.html`), page(code, body));
  }
  const list = codes.map(([code]) => `<li><a href="${code}.html">${code}</a></li>`).join('\n');
  const body = `<p><a href="../index.html">PinFi</a></p>\n<h1>Error codes</h1>\n<ul>\n${list}\n</ul>`;
  await writeFile(join(folder, 'index.html'), page('Error codes', body));
}

async function front() {
  const crates = (await readdir(join(out, 'rust'), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && existsSync(join(out, 'rust', entry.name, 'index.html')))
    .map(({ name }) => name)
    .filter((name) => name.startsWith('pinfi_'));
  const list = crates.map((name) => `<li><a href="rust/${name}/index.html">${name}</a></li>`);
  const body = `<h1>PinFi</h1>
<ul>
<li><a href="sdk/index.html">@pinfi/sdk</a>: quick start, guides, reference</li>
<li><a href="errors/index.html">Error codes</a></li>
</ul>
<h2>Crates</h2>
<ul>
${list.join('\n')}
</ul>`;
  await writeFile(join(out, 'index.html'), page('PinFi', body));
}

/** Fails for a link that leads nowhere: within the site, and from it and the repository's pages into it. */
async function followLinks() {
  const { repository } = JSON.parse(await readFile(here('../js/package.json'), 'utf8'));
  const own = repository.url.replace(/^git\+(.*)\.git$/, '$1');
  const root = here('../..');
  const found = [await followSite(out, own, root), await followTree(own, root)];
  const [site, tree] = found.map(({ followed }) => followed);
  console.log(`${site} links of ${relative(process.cwd(), out)} and ${tree} of the repository followed`);
  const broken = found.flatMap((one) => one.broken);
  if (site === 0 || tree === 0 || broken.length > 0) {
    console.error(`links that lead nowhere:\n${broken.join('\n')}`);
    process.exitCode = 1;
  }
}
