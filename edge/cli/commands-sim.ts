/** Commands of the simulator and of the benches. */
import { type Command, say } from './command.ts';
import { seed } from './seed.ts';

export const SIM_COMMANDS: Command[] = [
  {
    path: ['bench'],
    takes: 'NAME',
    summary: say('测速，结果是与极限或同类的比值', 'Measure, as a ratio to a limit or peer'),
    options: { rounds: { type: 'string' } },
    examples: ['yike bench ledger', 'yike bench recognition'],
    run: async (call) => (await import('./bench.ts')).bench(call),
  },
  {
    path: ['sim', 'list'],
    summary: say('模拟场景', 'The simulator’s scenarios'),
    run: async (call) => (await import('./sim.ts')).simList(call),
  },
  {
    path: ['sim', 'run'],
    takes: 'SCENARIO',
    summary: say('按种子跑一个场景', 'Run a scenario from a seed'),
    options: {
      ...seed,
      days: { type: 'string' },
      count: { type: 'string' },
      noise: { type: 'string' },
      acks: { type: 'string' },
      faults: { type: 'string' },
    },
    examples: ['yike sim run first-sale --seed 7'],
    run: async (call) => (await import('./sim.ts')).simRun(call),
  },
];
