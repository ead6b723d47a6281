import { tryOut } from './try.mjs';

tryOut().then(postMessage, (error) => postMessage(String(error?.stack ?? error)));
