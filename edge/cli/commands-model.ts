/** Commands of recognition. */
import { type Command, say } from './command.ts';
import { seed } from './seed.ts';

export const MODEL_COMMANDS: Command[] = [
  {
    path: ['model', 'eval'],
    summary: say('用带标签的图片测识别率', 'Measure recognition on labelled pictures'),
    options: {
      learn: { type: 'string' },
      'learn-split': { type: 'string' },
      test: { type: 'string' },
      'test-split': { type: 'string' },
      pack: { type: 'string' },
      shots: { type: 'string' },
      open: { type: 'string' },
      perturb: { type: 'boolean' },
      ...seed,
    },
    examples: [
      'yike model eval --learn index.csv --learn-split train --test index.csv --test-split val',
    ],
    run: async (call) => (await import('./model.ts')).modelEval(call),
  },
];
