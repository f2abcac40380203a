/** Commands of recognition. */
import { type Command, say } from '../command.ts';
import { seed } from './seed.ts';

const learning = {
  learn: { type: 'string' },
  'learn-split': { type: 'string' },
  ...seed,
} as const;

export const MODEL_COMMANDS: Command[] = [
  {
    path: ['model', 'eval'],
    summary: say('用带标签的图片测识别率', 'Measure recognition on labelled pictures'),
    options: {
      ...learning,
      test: { type: 'string' },
      'test-split': { type: 'string' },
      pack: { type: 'string' },
      shots: { type: 'string' },
      novel: { type: 'string' },
      unknown: { type: 'string' },
      open: { type: 'string' },
      perturb: { type: 'boolean' },
    },
    examples: [
      'yike model eval --learn index.csv --learn-split train --test index.csv --test-split val',
    ],
    run: async (call) => (await import('../model/evaluate.ts')).modelEval(call),
  },
  {
    path: ['model', 'refit'],
    takes: 'FOLDER',
    summary: say(
      '给骨干网络换上新拟合的头，写成模型包',
      'Fit a new head to a backbone and write the pack',
    ),
    options: {
      ...learning,
      model: { type: 'string' },
      fast: { type: 'string' },
      without: { type: 'string' },
      golden: { type: 'string', multiple: true },
      calibration: { type: 'string' },
      id: { type: 'string' },
      counter: { type: 'string' },
    },
    examples: [
      'yike model refit FOLDER --model x.onnx --learn index.csv --learn-split train --golden a.jpg',
    ],
    run: async (call) => (await import('../model/refit.ts')).modelRefit(call),
  },
  {
    path: ['model', 'calibrate'],
    summary: say(
      '用骨干网络没见过的商品，拟合把握程度和「都不像」',
      'Fit how sure a pack may be to goods its backbone never saw',
    ),
    options: {
      ...learning,
      test: { type: 'string' },
      'test-split': { type: 'string' },
      pack: { type: 'string' },
      unseen: { type: 'string' },
      out: { type: 'string', short: 'o' },
    },
    examples: [
      'yike model calibrate --pack SISTER --learn index.csv --learn-split train --test index.csv --test-split val --unseen kiwi,lime -o calibration.json',
    ],
    run: async (call) => (await import('../model/calibrate.ts')).modelCalibrate(call),
  },
  {
    path: ['model', 'run'],
    takes: 'PICTURE',
    summary: say('这张图片会被认作什么', 'What this store would take a picture for'),
    examples: ['yike model run apple.jpg --data DIR'],
    run: async (call) => (await import('../model/run.ts')).modelRun(call),
  },
  {
    path: ['model', 'bench'],
    takes: '[PICTURE…]',
    summary: say('在这台机器上认一次要多久', 'How long one look takes on this box'),
    options: { count: { type: 'string' } },
    examples: ['yike model bench --data DIR', 'yike model bench apple.jpg --count 200'],
    run: async (call) => (await import('../model/bench.ts')).modelBench(call),
  },
  {
    path: ['model', 'list'],
    summary: say('装了哪些识别模型', 'The recognition packs of this store'),
    run: async (call) => (await import('../model/packs.ts')).modelList(call),
  },
  {
    path: ['model', 'install'],
    takes: 'FOLDER',
    summary: say(
      '校验、自检并换上一个模型包，旧的留着',
      'Verify, test and switch to a pack; the old one is kept',
    ),
    options: { trust: { type: 'string', multiple: true } },
    examples: ['yike model install /mnt/usb/produce-3 --data DIR --trust KEY'],
    run: async (call) => (await import('../model/packs.ts')).modelInstall(call),
  },
  {
    path: ['model', 'use'],
    takes: 'NAME',
    summary: say('换上装过的某一个模型包', 'Switch to a pack that is installed'),
    examples: ['yike model list', 'yike model use produce-2', 'yike model use shipped'],
    run: async (call) => (await import('../model/packs.ts')).modelUse(call),
  },
  {
    path: ['model', 'rollback'],
    summary: say('退回上一个模型包', 'Go back to the pack before'),
    run: async (call) => (await import('../model/packs.ts')).modelRollback(call),
  },
  {
    path: ['model', 'sign'],
    takes: 'FOLDER',
    summary: say(
      '给自己做的模型包签名，没有密钥就新建',
      'Sign a pack of your own; makes the key where there is none',
    ),
    options: { key: { type: 'string' } },
    examples: ['yike model sign FOLDER --key pack.key'],
    run: async (call) => (await import('../model/packs.ts')).modelSign(call),
  },
  {
    path: ['model', 'export'],
    takes: 'FILE',
    summary: say('导出本店学会的商品', 'Write what this store has learnt to a file'),
    run: async (call) => (await import('../model/gallery.ts')).modelExport(call),
  },
  {
    path: ['model', 'import'],
    takes: 'FILE',
    summary: say('并入另一台秤学会的商品', 'Add what another scale has learnt'),
    run: async (call) => (await import('../model/gallery.ts')).modelImport(call),
  },
];
