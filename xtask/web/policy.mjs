// The content security policy of the page, in one place: the build seals it into the page with the
// hashes of its inline parts, so that any static host serves it.

import { createHash } from 'node:crypto';

/** Headers that no meta element can carry. */
export const HEADERS = {
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Returns the policy for a page with the given inline scripts and styles. */
export function policy({ scripts, styles }) {
  return [
    "default-src 'none'",
    // The only eval is WebAssembly's.
    `script-src 'self' 'wasm-unsafe-eval' ${scripts.map(hash).join(' ')}`.trim(),
    `style-src 'self' ${styles.map(hash).join(' ')}`.trim(),
    // A user may settle on a chain through any node, known only then. No script but the page's own
    // runs, so what this lets through is what the page sends: to nodes by https, or on this machine.
    // Relays, which an owner names in the ledger, are spoken to by WebSocket.
    "connect-src 'self' https: wss: http://localhost:* http://127.0.0.1:* ws://localhost:* ws://127.0.0.1:*",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Returns `html` with its policy behind the charset, which a browser must meet at once. */
export function seal(html) {
  const inline = (tag) =>
    [...html.matchAll(new RegExp(`<${tag}(?![^>]*\\ssrc=)[^>]*>([\\s\\S]*?)</${tag}>`, 'g'))]
      .map((match) => match[1]);
  const content = policy({ scripts: inline('script'), styles: inline('style') });
  const meta = `<meta http-equiv="Content-Security-Policy" content="${content}">`;
  const charset = /<meta charset=[^>]*>/;
  if (!charset.test(html)) throw new Error('the page names no charset');
  if (html.includes('Content-Security-Policy')) throw new Error('the page has a policy already');
  return html.replace(charset, (found) => found + meta);
}

function hash(text) {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
