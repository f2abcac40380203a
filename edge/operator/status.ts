/** Everything an operator wants to know, gathered from the rooms that know it. */

import type { Recogniser } from '../../models/contract.ts';
import type { RecordedEvent } from '../core/events.ts';
import type { Clock, Text } from '../core/ports.ts';
import { unresolvedIn } from '../core/sale/period-totals.ts';
import { type StoreTrouble, troublesIn } from '../core/store-troubles.ts';
import type { LedgerChecked, StatusView } from '../core/views/status-view.ts';
import type { DeviceView } from '../core/views/views.ts';
import type { DeviceTable } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Recognition } from '../recognition/recognition.ts';

export interface StatusParts {
  storeId: string;
  storeName: Text;
  timeZone: string;
  softwareVersion: string;
  weighCore: { version: string; sha256: string };
  ledger: Ledger;
  devices: DeviceTable;
  /** By device, the places that use it: see `devicePlaces`. */
  places?: ReadonlyMap<string, string[]>;
  recognition: Recognition;
  recogniser: Recogniser;
  disk(): StatusView['disk'];
  certificate?: StatusView['certificate'];
  /** The last time the whole ledger was verified. */
  checked?(): LedgerChecked | undefined;
  /** Started without devices, after starts that crashed. */
  safe?: true;
  sync(): Omit<StatusView['sync'], 'priceBookVersion'>;
  screens(): StatusView['screens'];
  teaching(): StatusView['teaching'];
  clock: Clock;
  localDay(wallMs: number): string;
  startedWallMs: number;
}

export function statusView(parts: StatusParts): StatusView {
  const facts = factsOf(parts);
  const troubles = troublesIn(facts, parts.clock.wallMs());
  return { ...facts, verdict: verdict(facts, troubles), troubles };
}

type Facts = Omit<StatusView, 'verdict' | 'troubles'>;

function factsOf(parts: StatusParts): Facts {
  const { ledger, devices, recognition, clock, certificate, safe } = parts;
  const disk = parts.disk();
  const teaching = parts.teaching();
  return {
    storeId: parts.storeId,
    storeName: parts.storeName,
    timeZone: parts.timeZone,
    softwareVersion: parts.softwareVersion,
    weighCore: parts.weighCore,
    devices: devices.all().map((device) => {
      const at = parts.places?.get(device.id);
      return { ...device.view(), ...(at && { at }) };
    }),
    sync: { ...parts.sync(), priceBookVersion: ledger.priceBookVersion() },
    ledger: ledgerView(ledger, parts.checked?.()),
    ...(disk && { disk }),
    ...(certificate && { certificate }),
    clockTrusted: clock.wallQuality() === 'trusted',
    ...(safe && { safe }),
    recognition: recognitionView(recognition, parts.recogniser),
    today: todayView(parts),
    unresolvedPayments: unresolved(ledger),
    screens: parts.screens(),
    ...(teaching && { teaching }),
    startedWallMs: parts.startedWallMs,
  };
}

function ledgerView(ledger: Ledger, checked: LedgerChecked | undefined): StatusView['ledger'] {
  const { events, headSeq, headHash, synchronous } = ledger.health();
  return { events, headSeq, headHash, synchronous, ...(checked && { checked }) };
}

function todayView({ ledger, clock, localDay }: StatusParts): StatusView['today'] {
  const version = ledger.priceBookVersion();
  const day = localDay(clock.wallMs());
  const name = (sku: string): Text => ledger.item(version, sku)?.name ?? { zh: sku, en: sku };
  return {
    ...ledger.dayTotals(day),
    items: ledger
      .daySales(day)
      .sort((a, b) => b.amountFen - a.amountFen)
      .slice(0, 20)
      .map(({ sku, pieces, grams, amountFen }) => ({
        sku,
        name: name(sku),
        pieces,
        grams,
        amountFen,
      })),
  };
}

function recognitionView(
  recognition: Recognition,
  recogniser: Recogniser,
): StatusView['recognition'] {
  const { state, reason } = recogniser.state();
  const { version, items, samples, p50Ms, p95Ms } = recognition.stats();
  return {
    state,
    ...(reason && { reason }),
    packId: recogniser.packId,
    packSha256: recogniser.packSha256,
    galleryVersion: version,
    items,
    samples,
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p95Ms !== undefined && { p95Ms }),
  };
}

/** Payments, reversals and refunds without an end, and money that a person has to give back. */
function unresolved(ledger: Ledger): StatusView['unresolvedPayments'] {
  return unresolvedIn(ledger.unfinishedSales()).map((owed) => {
    const { saleId, laneId, orderNo, amountFen, what, number } = owed;
    const asked = ledger.about(saleId).find((event) => asksFor(event, number));
    return { saleId, laneId, orderNo, amountFen, what, sinceWallMs: asked?.wallMs ?? 0 };
  });
}

/** Whether this event asked for the payment or the refund of that number. */
function asksFor(event: RecordedEvent, number: string): boolean {
  if (event.type === 'TenderRequested') return event.body.tenderId === number;
  if (event.type !== 'RefundRequested') return false;
  return event.body.parts.some(({ refundNo }) => refundNo === number);
}

function callsIn(screens: StatusView['screens']): Text[] {
  const calls = screens.filter(({ helpSinceWallMs }) => helpSinceWallMs !== undefined);
  const [call] = calls;
  if (!call) return [];
  return calls.length === 1
    ? [say(`${call.id} 有顾客求助`, `A shopper calls at ${call.id}`)]
    : [say(`${calls.length} 位顾客求助`, `${calls.length} shoppers call`)];
}

/** Where it stands goes before it, as long as that is one place. */
const named = ({ id, at = [] }: DeviceView): string =>
  [...(at.length === 1 ? at : []), id].join(' ');

/** One is named with what is wrong; several are counted. */
function devicesIn(unwell: StatusView['devices']): Text[] {
  const [one] = unwell;
  if (!one) return [];
  if (unwell.length === 1 && one.why)
    return [say(`${named(one)}：${one.why.zh}`, `${named(one)}: ${one.why.en}`)];
  return [say(`${unwell.length} 台设备需处理`, `${unwell.length} device(s) need attention`)];
}

/** One sentence, who waits first. Never "all good" while anything is unsent, unwell or unpaid for long. */
function verdict(
  { devices, screens, sync, safe }: Facts,
  troubles: readonly StoreTrouble[],
): StatusView['verdict'] {
  const [first] = troubles;
  if (safe && first) return { level: 'bad', text: first.why };
  const unwell = devices.filter((device) => !['ok', 'starting', 'disabled'].includes(device.state));
  const said: Text[] = [
    ...callsIn(screens),
    ...devicesIn(unwell),
    ...troubles.map(({ why }) => why),
    ...(sync.link === 'up' && sync.unsent > 0
      ? [say(`正在上传 ${sync.unsent} 笔`, `Uploading ${sync.unsent}`)]
      : []),
  ];
  if (said.length === 0) return { level: 'ok', text: say('一切正常', 'All good') };
  const bad =
    unwell.some(({ state }) => state === 'fault' || state === 'offline') ||
    troubles.some(({ level }) => level === 'bad');
  const joined = (language: keyof Text) => said.map((text) => text[language]).join(' · ');
  return { level: bad ? 'bad' : 'warn', text: say(joined('zh'), joined('en')) };
}

const say = (zh: string, en: string): Text => ({ zh, en });
