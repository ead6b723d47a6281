'use client';

import { useEffect } from 'react';
import { tryOut } from '../../try.mjs';

export function Client() {
  useEffect(() => {
    const show = (name, text) => (document.documentElement.dataset[name] = text);
    tryOut().then(
      (found) => show('window', found),
      (error) => show('error', String(error?.stack ?? error)),
    );
  }, []);
  return null;
}
