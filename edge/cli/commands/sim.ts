/** Commands of the simulator and of the benches. */
import { type Command, say } from '../command.ts';
import { seed } from './seed.ts';

export const SIM_COMMANDS: Command[] = [
  {
    path: ['bench'],
    takes: 'NAME',
    summary: say('测速，结果是与极限或同类的比值', 'Measure, as a ratio to a limit or peer'),
    options: { rounds: { type: 'string' } },
    examples: ['yike bench ledger', 'yike bench recognition'],
    run: async (call) => (await import('../bench.ts')).bench(call),
  },
  {
    path: ['sim', 'list'],
    summary: say('模拟场景', 'The simulator’s scenarios'),
    run: async (call) => (await import('../sim/sim.ts')).simList(call),
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
    run: async (call) => (await import('../sim/sim.ts')).simRun(call),
  },
  {
    path: ['sim', 'fault'],
    takes: '[ID] [FAULT]',
    summary: say(
      '让模拟设备出故障；不写故障就修好，什么都不写就列出',
      'Break a simulated device; without a fault repair it, alone list',
    ),
    options: { host: { type: 'string' } },
    examples: ['yike sim fault printer-1 PAPER_OUT', 'yike sim fault printer-1'],
    run: async (call) => (await import('../sim/hands.ts')).simFault(call),
  },
  {
    path: ['sim', 'unplug'],
    takes: 'ID',
    summary: say('拔掉模拟设备的线', 'Pull the cable of a simulated device'),
    options: { host: { type: 'string' } },
    run: async (call) => (await import('../sim/hands.ts')).plugOrPull(call, false),
  },
  {
    path: ['sim', 'plug'],
    takes: 'ID',
    summary: say('插回模拟设备的线', 'Put the cable of a simulated device back'),
    options: { host: { type: 'string' } },
    run: async (call) => (await import('../sim/hands.ts')).plugOrPull(call, true),
  },
];
