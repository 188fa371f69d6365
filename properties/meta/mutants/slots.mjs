/** Processes that run test files, each in its own copy; a process that hangs is ended and restarted. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { copyOfTree } from './copy.mjs';

const SLOT = fileURLToPath(new URL('./slot.mjs', import.meta.url));

export class Slot {
  constructor() {
    this.start();
  }

  start() {
    this.copy = copyOfTree();
    this.process = fork(SLOT, [this.copy.root], { detached: true, stdio: 'ignore' });
    this.ready = new Promise((resolve, reject) => {
      this.process.once('message', resolve);
      this.process.once('exit', (code) => reject(new Error(`a slot ended with ${code} before it was ready`)));
    });
    this.ready.catch(() => {});
  }

  /** The last answer of `run`, or { failed, test: '(time limit)' } past `limit` ms; `keep` leaves the edits there. */
  async run(run, edits, limit, keep = false) {
    await this.ready;
    let at;
    const answer = await new Promise((resolve) => {
      const end = (result) => {
        clearTimeout(timer);
        this.process.removeAllListeners('message');
        this.process.removeAllListeners('exit');
        resolve(result);
      };
      const timer = setTimeout(
        () => end({ file: at, failed: true, test: '(time limit)', over: true }),
        limit,
      );
      this.process.on('message', (message) => {
        if (message.at) at = message.at;
        else if (message.done) end(message.done);
      });
      this.process.once('exit', () => end({ file: at, failed: true, test: '(ended)', over: true }));
      this.process.send({ run, edits, keep });
    });
    if (answer.over) {
      this.stop();
      this.start();
    }
    return answer;
  }

  stop() {
    this.ready.catch(() => {});
    try {
      process.kill(-this.process.pid, 'SIGKILL');
    } catch {}
    this.copy.remove();
  }
}

/** Hands `items` to slots as they become free; `work(slot, item)` is awaited. */
export async function share(items, slots, work) {
  const queue = [...items];
  await Promise.all(
    slots.map(async (slot) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(slot, item);
    }),
  );
}
