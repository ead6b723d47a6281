// Follows links: those of the built site, and those of the repository's own pages. What leads to the
// project's own repository is looked for in the working tree, which is what it will be.

import { existsSync, statSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** Folders that hold nothing of ours. */
const FOREIGN = /^(\..*|node_modules|target|dist|built|out)$/;

/** Links of the built site that lead nowhere; rustdoc checks its own, but not those to the repository. */
export async function followSite(site, repository, tree) {
  const names = (await readdir(site, { recursive: true })).filter((name) => name.endsWith('.html'));
  const found = { followed: 0, broken: [] };
  for (const name of names) {
    const html = await readFile(join(site, name), 'utf8');
    for (const [, quoted] of html.matchAll(/\b(?:href|src)="([^"]*)"/g)) {
      const link = quoted.replace(/&amp;/g, '&');
      const own = inTree(link, repository, tree);
      if (own === undefined && (isElsewhere(link) || name.startsWith('rust/'))) continue;
      await follow(found, name, link, own ?? place(join(site, name), link));
    }
  }
  return found;
}

/** Links in the repository's own pages that lead nowhere. */
export async function followTree(repository, tree) {
  const found = { followed: 0, broken: [] };
  for (const path of await pagesOf(tree)) {
    for (const link of linksOf(await readFile(path, 'utf8'))) {
      const own = inTree(link, repository, tree);
      if (own === undefined && isElsewhere(link)) continue;
      await follow(found, relative(tree, path), link, own ?? place(path, link));
    }
  }
  return found;
}

/** The links of a page in Markdown, those in its HTML too; code shows none. */
export function linksOf(text) {
  const prose = withoutCode(text).replace(/(`+)[\s\S]*?\1/g, '');
  const forms = [
    /\]\(\s*<?([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\s*\)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s<>]+)>?/gm,
    /\b(?:href|src|srcset)="([^"\s]+)[^"]*"/g,
    /<(https?:[^\s<>]+)>/g,
  ];
  return forms.flatMap((form) => [...prose.matchAll(form)].map(([, link]) => link));
}

/** The anchors that a page in Markdown has where it is shown: those of its headings. */
export function anchorsOf(text) {
  const anchors = new Set();
  const times = new Map();
  const prose = withoutCode(text);
  for (const [, heading] of prose.matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const shown = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = shown.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const before = times.get(slug) ?? 0;
    times.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  for (const [, anchor] of prose.matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(anchor);
  return anchors;
}

const withoutCode = (text) => text.replace(/^( *)(`{3,}|~{3,})[\s\S]*?^\1\2.*$/gm, '');
const isElsewhere = (link) => /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(link);

/** Where a link to the project's repository leads in the working tree. */
function inTree(link, repository, tree) {
  if (!link.startsWith(`${repository}/`)) return undefined;
  const path = link.slice(repository.length).match(/^\/(?:blob|tree|raw)\/main\/(.*)$/)?.[1];
  return path === undefined ? undefined : place(join(tree, 'README.md'), path);
}

/** The file and the anchor that a link of a page names. */
function place(page, link) {
  const [path, anchor] = decodeURIComponent(link).split('#');
  return { path: path === '' ? page : resolve(dirname(page), path.split('?')[0]), anchor };
}

async function follow(found, page, link, { path, anchor }) {
  found.followed += 1;
  if (!existsSync(path) || !(await has(path, anchor))) found.broken.push(`${page}: ${link}`);
}

const texts = new Map();

async function has(path, anchor) {
  if (!anchor || statSync(path).isDirectory()) return !anchor;
  if (!texts.has(path)) texts.set(path, await readFile(path, 'utf8'));
  const text = texts.get(path);
  if (/\.(html|svg)$/.test(path)) return text.includes(`id="${anchor}"`);
  if (path.endsWith('.md')) return anchorsOf(text).has(anchor);
  // Lines of a source.
  const lines = anchor.match(/^L(\d+)(?:-L(\d+))?$/);
  return lines !== null && Number(lines[2] ?? lines[1]) <= text.split('\n').length;
}

async function pagesOf(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const pages = await Promise.all(
    entries.filter(({ name }) => !FOREIGN.test(name)).map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return pagesOf(path);
      return entry.name.endsWith('.md') ? [path] : [];
    }),
  );
  return pages.flat();
}
