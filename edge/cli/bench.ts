/** `yike bench NAME`: figures as ratios to a limit or peer, all taken in one run. */
import { type Answer, type Call, EXIT, good, table, usage } from './command.ts';

interface Report {
  machine: string;
  rounds: number;
  rows: {
    name: string;
    value: number;
    unit: string;
    limit?: number;
    ratio?: number;
    goal?: number;
    met?: boolean;
  }[];
}

const BENCHES: Record<string, (rounds: number) => Promise<Report>> = {
  sim: async (rounds) => (await import('../../bench/sim.ts')).benchSim(rounds),
  ledger: async (rounds) => (await import('../../bench/ledger.ts')).benchLedger(rounds),
  items: async (rounds) => (await import('../../bench/items.ts')).benchItems(rounds),
  orders: async (rounds) => (await import('../../bench/orders.ts')).benchOrders(rounds),
  drivers: async (rounds) => (await import('../../bench/drivers.ts')).benchDrivers(rounds),
  boot: async (rounds) => (await import('../../bench/boot.ts')).benchBoot(rounds),
  screens: async (rounds) => (await import('../../bench/screens.ts')).benchScreens(rounds),
  operator: async (rounds) => (await import('../../bench/operator.ts')).benchOperator(rounds),
  attack: async (rounds) => (await import('../../bench/attack.ts')).benchAttack(rounds),
  http: async (rounds) => (await import('../../bench/http.ts')).benchHttp(rounds),
  mqtt: async (rounds) => (await import('../../bench/mqtt.ts')).benchMqtt(rounds),
  recognition: async (rounds) =>
    (await import('../../bench/recognition.ts')).benchRecognition(rounds),
};

export async function bench(call: Call): Promise<Answer> {
  const names = Object.keys(BENCHES).join(', ');
  const run = BENCHES[call.words[0] ?? ''];
  const rounds = Number(call.flags.rounds ?? 5);
  if (!run) return usage('要测哪一项？', 'Which bench?', `yike bench ${names}`);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
    return usage(
      '--rounds 是 1 到 100 的整数',
      '--rounds is a whole number from 1 to 100',
      `yike bench ${names}`,
    );
  const report = await run(rounds);
  const rows = report.rows.map(({ name, value, unit, ratio, goal, met }) => [
    name,
    value.toFixed(2),
    unit,
    ratio === undefined ? '' : `×${ratio.toFixed(2)}`,
    goal === undefined ? '' : `goal ${goal}`,
    met === undefined ? '' : met ? '✓' : '✗',
  ]);
  const missed = report.rows.some((row) => row.met === false);
  return good(report, [report.machine, ...table(rows)], missed ? EXIT.warnings : EXIT.ok);
}
