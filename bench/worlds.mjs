// Steps of population descent per second, over all worlds of a batch (the published small problem, M = 34).
// Usage, from the package's folder after `npm run build`: node bench/worlds.mjs
import { presets, syntheticProblem } from '../dist/model/presets.js';
import { fastWorlds } from '../dist/trainers/fastWorlds.js';
import { populationWorld } from '../dist/trainers/trainWorlds.js';
import { float64Worlds } from '../dist/trainers/worlds64.js';

const problem = syntheticProblem(presets['syn-small']);
const world = populationWorld(problem, { etaY: 1, etaZ: 1, momentum: 0.9 });
const STEPS = 100_000;
const ROUNDS = 4;

for (const trainer of [float64Worlds, fastWorlds('wasm'), fastWorlds('cpu')])
  for (const count of [100, 1000, 10_000]) {
    const worlds = await trainer.start(Array.from({ length: count }, () => world));
    const steps = Math.ceil(STEPS / count);
    let best = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const begun = performance.now();
      await worlds.advance(steps);
      best = Math.max(best, (1000 * count * steps) / (performance.now() - begun));
    }
    worlds.dispose();
    process.stdout.write(
      `${trainer.name.padEnd(10)} ${String(count).padStart(6)} worlds ${Math.round(best).toLocaleString('en').padStart(10)} world-steps/s\n`,
    );
  }
