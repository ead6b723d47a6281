// Where the tests read what was found.

const show = (name, text) => (document.documentElement.dataset[name] = text);
const fail = (error) => show('error', String(error?.stack ?? error));

/** Shows what the window finds, and what a worker does. */
export function showBoth(tryOut, worker) {
  tryOut().then((found) => show('window', found), fail);
  worker.onmessage = ({ data }) => show('worker', data);
  worker.onerror = ({ message }) => fail(message);
}
