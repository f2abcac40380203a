/**
 * A person teaches goods at a counter through the operator's page: what the next shot would be, the
 * shot itself, and the counter's screen saying so meanwhile. A page that goes away ends it.
 */

import type { Outcome, Refusal } from '../core/ports.ts';
import { type LookView, SHOTS_MOST, SHOTS_WANTED } from '../core/views/recognition-view.ts';
import { pictureAt, teachAt } from '../learning/teaching.ts';
import type { Controller } from '../main.ts';
import type { Inspected } from '../recognition/inspecting.ts';

export interface TeachingDesk {
  /** What the counter's camera and scale see, as the next shot; a counter unknown is undefined. */
  look(counterId: string, sku: string): Promise<Outcome<Looked>>;
  shoot(counterId: string, sku: string, by: string): Promise<Outcome<Shot>>;
  end(counterId: string): void;
  /** Who is being taught what. */
  sessions(): ReadonlyMap<string, { sku: string; shots: number }>;
}

/** What the next shot would be, its candidates by their numbers. */
type Looked = Omit<LookView, 'candidates'> & Pick<Inspected, 'candidates'>;

export interface Shot {
  sampleId: string;
  samples: number;
  shots: number;
}

interface Session {
  sku: string;
  shots: number;
  by: string;
  cancel(): void;
}

/** A page that asks no more has gone. */
const QUIET_MS = 20_000;
/** As much alike as two pictures of goods nobody touched. */
const SAME_ALIKE = 0.985;
const PRESENT_DIVISIONS = 5;

export function teachingDesk(
  parts: Pick<
    Controller,
    'config' | 'devices' | 'stations' | 'counters' | 'recognition' | 'ledger' | 'clock'
  >,
): TeachingDesk {
  const sessions = new Map<string, Session>();
  const { clock } = parts;
  const end = (counterId: string): void => {
    const session = sessions.get(counterId);
    if (!session) return;
    session.cancel();
    sessions.delete(counterId);
    parts.counters.find(({ id }) => id === counterId)?.showTeaching(undefined);
    const { sku, shots: samples, by } = session;
    if (samples === 0) return;
    const body = { act: 'teach', by, sku, samples } as const;
    parts.ledger.append({ source: counterId, events: [{ type: 'GalleryHandled', body }] });
  };
  const begin = (counterId: string, sku: string, by: string): Session => {
    const known = sessions.get(counterId);
    if (known && known.sku !== sku) end(counterId);
    known?.cancel();
    const cancel = clock.after(QUIET_MS, () => end(counterId));
    const session = { ...(sessions.get(counterId) ?? { sku, shots: 0 }), by, cancel };
    sessions.set(counterId, session);
    return session;
  };
  return {
    sessions: () => sessions,
    end,
    async look(counterId, sku) {
      begin(counterId, sku, sessions.get(counterId)?.by ?? '');
      showOn(parts, counterId, sku, sessions.get(counterId)?.shots ?? 0);
      return lookAt(parts, counterId);
    },
    async shoot(counterId, sku, by) {
      const session = begin(counterId, sku, by);
      const wait = whyNot(parts, counterId);
      if (wait) return { ok: false, refusal: TEACH_WAITS[wait] };
      if (session.shots >= SHOTS_MOST) return { ok: false, refusal: TEACH_WAITS.enough };
      const { config, devices, recognition } = parts;
      const taught = await teachAt(config, devices, recognition, counterId, sku);
      if (!taught.ok) return taught;
      session.shots += 1;
      showOn(parts, counterId, sku, session.shots);
      return { ok: true, value: { ...taught.value, shots: session.shots } };
    },
  };
}

type Parts = Parameters<typeof teachingDesk>[0];

async function lookAt(parts: Parts, counterId: string): Promise<Outcome<Looked>> {
  const seen = pictureAt(parts.config, parts.devices, counterId);
  if (!seen.ok) return seen;
  const inspected = await parts.recognition.inspect(seen.value.jpeg, seen.value.area);
  if (!inspected.ok) return inspected;
  const { pan, look, candidates, alike = 0 } = inspected.value;
  const same = alike > SAME_ALIKE ? 'same' : 'fine';
  const verdict = look === 'fine' ? (whyNot(parts, counterId) ?? same) : look;
  const grams = weightAt(parts, counterId)?.grams;
  return {
    ok: true,
    value: {
      ...{ jpeg: Buffer.from(pan).toString('base64'), verdict, candidates },
      ...(grams !== undefined && { grams }),
    },
  };
}

function weightAt({ config, stations }: Parts, counterId: string) {
  const counter = config.counters.find(({ id }) => id === counterId);
  return counter && stations.get(counter.scale)?.view().weight;
}

/** What the scale has against a shot; a silent scale has nothing against it. */
function whyNot(parts: Parts, counterId: string): 'empty' | 'moving' | undefined {
  const weight = weightAt(parts, counterId);
  if (!weight) return undefined;
  const { kind, grams = 0, divisionGrams } = weight;
  if (kind === 'zero') return 'empty';
  if (kind === 'stable' && grams <= PRESENT_DIVISIONS * divisionGrams) return 'empty';
  return kind === 'moving' ? 'moving' : undefined;
}

function showOn({ counters, ledger }: Parts, counterId: string, sku: string, shots: number): void {
  const name = ledger.item(ledger.priceBookVersion(), sku)?.name;
  const counter = counters.find(({ id }) => id === counterId);
  if (name) counter?.showTeaching({ sku, name, shots, wanted: SHOTS_WANTED });
}

const TEACH_WAITS: Record<'empty' | 'moving' | 'enough', Refusal> = {
  empty: {
    code: 'TEACH_PLATE_EMPTY',
    message: { zh: '秤盘是空的，没有拍', en: 'The plate is empty: no picture taken' },
    next: { zh: '放上要教的商品，再拍', en: 'Lay the goods on it, then take the picture' },
  },
  moving: {
    code: 'TEACH_GOODS_MOVING',
    message: { zh: '商品还没有放稳，没有拍', en: 'The goods still move: no picture taken' },
    next: { zh: '手离开秤盘，稳了再拍', en: 'Take your hands off, then take the picture' },
  },
  enough: {
    code: 'TEACH_ENOUGH',
    message: {
      zh: `这一种已经拍了 ${SHOTS_MOST} 张，够了`,
      en: `${SHOTS_MOST} pictures of this item: that is enough`,
    },
    next: { zh: '先试算和发布；不准再补拍', en: 'Try it and publish; teach more if it errs' },
  },
};
