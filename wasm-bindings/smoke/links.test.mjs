// Links are followed: that those which lead nowhere are found, and that the repository has none.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { anchorsOf, followSite, followTree, linksOf } from './links.mjs';

const OWN = 'https://github.com/somebody/something';
const root = fileURLToPath(new URL('../..', import.meta.url));
let tree;

/** Writes files below a new folder. */
before(async () => {
  tree = await mkdtemp(join(tmpdir(), 'pinfi-links-'));
  const files = {
    'README.md': [
      '# Title',
      `[a](docs/a.md) [b](docs/a.md#two-words) [c](docs/none.md) [d](docs/a.md#three) [e](#title) [f](#titles)`,
      `[g](${OWN}/blob/main/docs/a.md#two-words) [h](${OWN}/blob/main/docs/none.md) <${OWN}/tree/main/docs>`,
      `[i](${OWN}/blob/main/code.rs#L2) [j](${OWN}/blob/main/code.rs#L9) [k](${OWN}/issues)`,
      '<img src="docs/none.png">',
      '[l]: docs/absent.md',
      '```',
      '[in code](docs/nothing.md)',
      '```',
      '`[in code](docs/nothing.md)` [elsewhere](https://example.org/nothing)',
    ].join('\n'),
    'docs/a.md': '# A\n\n## Two *words*\n\n[up](../README.md) [out](../none.md)',
    'code.rs': 'one\ntwo',
    'node_modules/x/README.md': '[not ours](none.md)',
    'site/index.html': `<a href="other.html#there"></a><a href="other.html#nowhere"></a><a href="none.html"></a>
      <a href="${OWN}/blob/main/docs/a.md#a"></a><a href="${OWN}/blob/main/docs/a.md#b"></a>
      <a href="https://example.org/nothing"></a>`,
    'site/other.html': '<p id="there"></p>',
    'site/rust/index.html': `<a href="theirs.html"></a><a href="${OWN}/blob/main/none.rs"></a>`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
});

after(() => rm(tree, { recursive: true }));

test('links of pages that lead nowhere are found, and no others', async () => {
  const { followed, broken } = await followTree(OWN, tree);
  assert.deepEqual(broken.sort(), [
    'README.md: #titles',
    'README.md: docs/a.md#three',
    'README.md: docs/absent.md',
    'README.md: docs/none.md',
    'README.md: docs/none.png',
    `README.md: ${OWN}/blob/main/code.rs#L9`,
    `README.md: ${OWN}/blob/main/docs/none.md`,
    'docs/a.md: ../none.md',
  ]);
  assert.equal(followed, 15);
});

test('links of a site that lead nowhere are found, those into the repository too', async () => {
  const { followed, broken } = await followSite(join(tree, 'site'), OWN, tree);
  assert.deepEqual(broken.sort(), [
    'index.html: none.html',
    'index.html: other.html#nowhere',
    `index.html: ${OWN}/blob/main/docs/a.md#b`,
    `rust/index.html: ${OWN}/blob/main/none.rs`,
  ].sort());
  assert.equal(followed, 6);
});

test('anchors are those that headings have where they are shown', () => {
  const text = '# `code` & [link](x.md)!\n## Same\n## Same\n```\n# no heading\n```\n<a id="set"></a>';
  assert.deepEqual([...anchorsOf(text)], ['code--link', 'same', 'same-1', 'set']);
  assert.deepEqual(linksOf('[x](a_(b).md "title") ![y](c.png)'), ['a_(b).md', 'c.png']);
});

test('no link of the repository leads nowhere', async () => {
  const { repository } = JSON.parse(await readFile(join(root, 'wasm-bindings/js/package.json'), 'utf8'));
  const own = repository.url.replace(/^git\+(.*)\.git$/, '$1');
  const { followed, broken } = await followTree(own, root);
  assert.deepEqual(broken, []);
  assert.ok(followed > 50, `${followed} links`);
});
