const pages = ['index', 'inline'].map((name) => `${import.meta.dirname}/${name}.html`);

export default {
  root: import.meta.dirname,
  build: { outDir: '../../built/vite', emptyOutDir: true, rollupOptions: { input: pages } },
  worker: { format: 'es' },
  logLevel: 'warn',
};
