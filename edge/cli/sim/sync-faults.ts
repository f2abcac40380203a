/**
 * A store's ledger on its way to head office over a bad line: answers lost after the commit,
 * requests lost, doubled and late, either side started again. In the end both hold the same.
 */
import { mkdirSync } from 'node:fs';
import { createUplink, type Uplink } from '../../../cloud-sync/uplink.ts';
import type { RequestWire } from '../../../drivers/contract.ts';
import type { SimulatedClock } from '../../../simulator/simulated-clock.ts';
import type { StoredEvent } from '../../core/events.ts';
import type { Random } from '../../core/ports.ts';
import { WEIGH_CORE_VERSION } from '../../core/weigh/record.ts';
import type { Ledger } from '../../ledger/contract.ts';
import { openLedger } from '../../ledger/open.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import { silentLog } from '../../log.ts';
import { buildFacts } from '../../main.ts';
import { localDayOf } from '../../runtime.ts';
import { type ScenarioHeadOffice, startScenarioHeadOffice } from './head-office.ts';
import { sellOne } from './sales.ts';
import type { ScenarioCall, ScenarioResult } from './scenario.ts';
import { hashOf, idsFrom, realWork, runUntil } from './time.ts';

const STORE = 'sync-faults';
const ROUNDS = 40;
const HEALED_MS = 3_600_000;

interface Line {
  clock: SimulatedClock;
  random: Random;
  faults: string[];
  met: Record<string, number>;
  healed: boolean;
}

export async function syncFaults(call: ScenarioCall): Promise<ScenarioResult> {
  const [{ createSimulatedClock }, { createRandom, whole }] = await Promise.all([
    import('../../../simulator/simulated-clock.ts'),
    import('../../../simulator/random.ts'),
  ]);
  const clock = createSimulatedClock();
  const random = createRandom(call.seed);
  const work = realWork();
  mkdirSync(call.dataDir, { recursive: true });
  const headOffice = await startScenarioHeadOffice(STORE, call);
  if (!headOffice) throw new Error('this scenario needs PostgreSQL (see DATABASE_URL)');
  const line: Line = { clock, random, faults: call.faults, met: {}, healed: false };
  let store = openStore(call, line, headOffice, badLine(headOffice.open(work.track), line));
  const rounds = call.count ?? ROUNDS;
  for (let round = 0; round < rounds; round += 1) {
    const sales = whole(random, 0, 6);
    for (let sale = 0; sale < sales; sale += 1)
      call.acknowledged(sellOne(store.ledger, idsFrom(random), random));
    store.uplink.nudge();
    await runUntil(clock, work, whole(random, 50, 4_000), () => false);
    if (call.faults.includes('kill') && random() < 0.2) {
      line.met.kill = (line.met.kill ?? 0) + 1;
      await store.stop();
      store = openStore(call, line, headOffice, badLine(headOffice.open(work.track), line));
    }
  }
  line.healed = true;
  store.uplink.heard();
  await runUntil(clock, work, HEALED_MS, () => store.uplink.status().unsent === 0);
  const ours = store.ledger.readAfter(0, Number.MAX_SAFE_INTEGER);
  await store.stop();
  const theirs = await headOffice.events();
  await headOffice.close();
  return compared(call, line, ours, theirs);
}

function openStore(
  call: ScenarioCall,
  line: Line,
  headOffice: ScenarioHeadOffice,
  wire: RequestWire,
) {
  const { clock, random } = line;
  const build = buildFacts();
  const ledger: Ledger = openLedger({
    dir: call.dataDir,
    storeId: STORE,
    ids: idsFrom(random),
    clock,
    softwareVersion: build.version,
    weighCore: { version: WEIGH_CORE_VERSION, sha256: build.weighCoreSha256 },
    localDay: localDayOf('Asia/Shanghai'),
  });
  const uplink: Uplink = createUplink({
    storeId: STORE,
    token: headOffice.token,
    source: ledger,
    send: wire.request,
    clock,
    random,
    log: silentLog,
    batchEvents: 1 + Math.floor(random() * 40),
  });
  const stop = async () => {
    const ended = uplink.close();
    await wire.close();
    await ended;
    ledger.close();
  };
  return { ledger, uplink, stop };
}

/** The line: anything that may happen to a request or its answer, while it is not healed. */
function badLine(wire: RequestWire, line: Line): RequestWire {
  const sent: Parameters<RequestWire['request']>[0][] = [];
  const meets = (fault: string) => {
    const met = !line.healed && line.faults.includes(fault) && line.random() < 0.2;
    if (met) line.met[fault] = (line.met[fault] ?? 0) + 1;
    return met;
  };
  return {
    ...wire,
    async request(request) {
      sent.push(request);
      if (meets('duplicate')) await wire.request(request);
      const earlier = sent[Math.floor(line.random() * sent.length)];
      if (earlier && meets('reorder')) await wire.request(earlier);
      const answer = await wire.request(request);
      if (meets('lost-reply')) throw new Error('the answer was lost after the commit');
      return answer;
    },
  };
}

function compared(
  call: ScenarioCall,
  line: Line,
  ours: StoredEvent[],
  theirs: StoredEvent[],
): ScenarioResult {
  const held = new Map(theirs.map((event) => [event.seq, event]));
  const same = ({ seq, hash, record }: StoredEvent) => {
    const other = held.get(seq);
    return other?.hash === hash && other.record === record;
  };
  const missing = ours.filter((event) => !same(event)).length;
  const duplicated = theirs.length - held.size;
  const equal = missing === 0 && duplicated === 0 && ours.length === theirs.length;
  const violations = equal
    ? []
    : [
        {
          invariant: 'INV-Y1',
          detail: `store ${ours.length}, head office ${theirs.length}, ${missing} differ`,
        },
      ];
  const verified = verifyLedger(call.dataDir);
  if (!verified.ok) violations.push({ invariant: 'INV-L1', detail: verified.reason?.en ?? '' });
  const sales = ours.filter(({ record }) => record.includes('"type":"SaleCompleted"')).length;
  return {
    traceHash: hashOf(ours),
    simulatedMs: line.clock.monoMs(),
    sales,
    violations,
    figures: {
      storeEvents: ours.length,
      headOfficeEvents: theirs.length,
      equal,
      missing,
      duplicated,
      faults: line.met,
    },
  };
}
