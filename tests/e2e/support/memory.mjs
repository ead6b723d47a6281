// What the programs of a page hold: Wasm memory, the heap of scripts, and buffers on the GPU.

/** Is run in a page or a worker before its program. */
const WATCH = `(() => {
  const memories = new Set();
  const buffers = new Map();
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const make = WebAssembly[name];
    WebAssembly[name] = async (...all) => {
      const made = await make.apply(WebAssembly, all);
      const { memory } = (made.instance ?? made).exports;
      if (memory) memories.add(memory);
      return made;
    };
  }
  if (globalThis.GPUDevice) {
    const { createBuffer } = GPUDevice.prototype;
    GPUDevice.prototype.createBuffer = function (it) {
      const buffer = createBuffer.call(this, it);
      buffers.set(buffer, it.size);
      return buffer;
    };
    const { destroy } = GPUBuffer.prototype;
    GPUBuffer.prototype.destroy = function () {
      buffers.delete(this);
      return destroy.call(this);
    };
  }
  const sum = (all) => [...all].reduce((sum, one) => sum + one, 0);
  globalThis.held = () => ({
    wasm: sum([...memories].map((memory) => memory.buffer.byteLength)),
    gpu: sum(buffers.values()),
  });
})()`;

/** Watches the pages of a context and their workers of one program; to be called before either is loaded. */
export async function watch(context, program) {
  await context.addInitScript(WATCH);
  const follow = (page) =>
    page.on('worker', (worker) => {
      // It fetches its program meanwhile. One that is gone by now needs no watching.
      if (worker.url().includes(program)) worker.evaluate(WATCH).catch(() => {});
    });
  context.pages().forEach(follow);
  context.on('page', follow);
}

/** Gives the bytes that a page and its worker of a program hold, once what nobody uses is dropped. */
export async function held(page, program) {
  const worker = page.workers().find((worker) => worker.url().includes(program));
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  const [{ wasm }, inWorker] = await Promise.all([page, worker].map((it) => it.evaluate(() => globalThis.held())));
  return { scripts: usedSize, page: wasm, worker: inWorker.wasm, gpu: inWorker.gpu };
}
