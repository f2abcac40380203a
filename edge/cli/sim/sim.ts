/** `yike sim list | run`: scenarios from a seed, with the real controller in simulated time. */
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Answer,
  type Call,
  EXIT,
  failed,
  good,
  say,
  table,
  usage,
  wholeFlag,
} from '../command.ts';
import type { ScenarioCall, ScenarioResult } from './scenario.ts';

interface Scenario {
  name: string;
  summary: { zh: string; en: string };
  faults: string[];
  run(call: ScenarioCall): Promise<ScenarioResult>;
}

const SCENARIOS: Scenario[] = [
  {
    name: 'visits',
    summary: say(
      '柜子前的顾客：谁拿了什么，与真相核对（--noise 倍率）',
      'Shoppers at a cabinet: who took what, held against the truth (--noise X)',
    ),
    faults: [],
    run: async (call) => (await import('./visits.ts')).visits(call),
  },
  {
    name: 'first-sale',
    summary: say(
      '从秤盘上的苹果到总部的数据库（真模型、真数据库）',
      'An apple from plate to head office, with the real model and databases',
    ),
    faults: [],
    run: async (call) => (await import('./first-sale.ts')).firstSale(call),
  },
  {
    name: 'store-day',
    summary: say('一天的顾客和一天的故障', 'A day of shoppers and a day of faults'),
    faults: ['unplug', 'paper-out', 'acquirer', 'power-cut', 'noise'],
    run: async (call) => (await import('./store-day.ts')).storeDay(call),
  },
  {
    name: 'payment-faults',
    summary: say(
      '各种付款人、收单方故障、刷卡机、现金、退款和断电，谁也不会多付',
      'Every kind of payer, acquirer, card, cash, refund and power cut; nobody is charged twice',
    ),
    faults: ['payer', 'card', 'line', 'cancel', 'refund', 'power-cut'],
    run: async (call) => (await import('./payment-faults.ts')).paymentFaults(call),
  },
  {
    name: 'sync-faults',
    summary: say(
      '丢回复、重复、乱序、断电，总部仍与本店一致',
      'Lost replies, duplicates, reordering and kills; head office still equals the store',
    ),
    faults: ['lost-reply', 'duplicate', 'reorder', 'kill'],
    run: async (call) => (await import('./sync-faults.ts')).syncFaults(call),
  },
  {
    name: 'refill-90d',
    summary: say(
      '90 天自动补货，对比固定应有量和移动平均（同一需求）',
      '90 days of replenishment against a fixed par and a moving average, same demand',
    ),
    faults: [],
    run: async (call) => (await import('./refill.ts')).refill90d(call),
  },
];

export async function simList(call: Call): Promise<Answer> {
  const scenarios = SCENARIOS.map(({ name, summary, faults }) => ({ name, summary, faults }));
  const rows = scenarios.map(({ name, summary, faults }) => [
    name,
    summary[call.language],
    faults.join(','),
  ]);
  return good({ scenarios }, table(rows));
}

export async function simRun(call: Call): Promise<Answer> {
  const names = SCENARIOS.map(({ name }) => name).join(', ');
  const scenario = SCENARIOS.find(({ name }) => name === call.words[0]);
  if (!scenario) return usage('没有这个场景', 'There is no such scenario', `yike sim run ${names}`);
  const seed = wholeFlag(call.flags.seed, 1);
  const days = wholeFlag(call.flags.days, 1);
  const count = wholeFlag(call.flags.count, 0);
  const given =
    typeof call.flags.faults === 'string' ? call.flags.faults.split(',') : scenario.faults;
  const unknown = given.find((fault) => fault !== 'none' && !scenario.faults.includes(fault));
  if (seed === undefined || days === undefined || count === undefined)
    return usage(
      '--seed、--days、--count 是整数',
      '--seed, --days and --count are whole numbers',
      'yike sim run first-sale --seed 7',
    );
  const noise = typeof call.flags.noise === 'string' ? Number(call.flags.noise) : undefined;
  if (noise !== undefined && !(noise >= 0 && noise <= 20))
    return usage('--noise 是 0 到 20 的倍率', '--noise is a factor from 0 to 20', '--noise 2');
  if (unknown)
    return usage(
      `没有故障「${unknown}」`,
      `There is no fault "${unknown}"`,
      scenario.faults.join(','),
    );
  const kept = typeof call.flags.data === 'string';
  const dataDir = kept ? resolve(call.dataDir) : mkdtempSync(join(tmpdir(), 'yike-sim-'));
  // Here, so that `sim list` opens no database.
  const { DATA_DIRECTORY_MODE } = await import('../../ledger/database.ts');
  // Under root the database runs as nobody, who must be able to walk in.
  mkdirSync(dataDir, { recursive: true, mode: DATA_DIRECTORY_MODE });
  if (!kept) chmodSync(dataDir, DATA_DIRECTORY_MODE);
  const { acks } = call.flags;
  const result = await scenario.run({
    seed,
    days,
    count: count || undefined,
    dataDir,
    faults: given.filter((fault) => fault !== 'none'),
    acknowledged(key) {
      if (typeof acks === 'string') appendFileSync(acks, `${key}\n`);
    },
    ...(noise !== undefined && { noise }),
    progress: call.say,
  });
  if (!kept) rmSync(dataDir, { recursive: true, force: true });
  return answerOf(seed, result);
}

function answerOf(seed: number, { figures, ...common }: ScenarioResult): Answer {
  const data = { seed, ...common, ...figures };
  const lines = Object.entries(data).map(
    ([name, value]) => `${name.padEnd(18)} ${JSON.stringify(value)}`,
  );
  const [first] = common.violations;
  if (!first) return good(data, lines);
  return failed(
    EXIT.verification,
    {
      code: 'E_INVARIANT',
      message: say(`${common.violations.length} 处不符`, `${common.violations.length} violations`),
      reason: `${first.invariant}: ${first.detail}`,
      hint: say(`用同一个种子重跑：--seed ${seed}`, `Run the same seed again: --seed ${seed}`),
    },
    data,
  );
}
