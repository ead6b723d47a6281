import { tryOut } from './inline.mjs';

tryOut().then(postMessage, (error) => postMessage(String(error?.stack ?? error)));
