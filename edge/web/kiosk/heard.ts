/** What the kiosk gives to hear: a tone for every scan, and each screen's one sentence. */
import type { LaneView, NoticeView } from '../../core/views/views.ts';
import type { Language } from '../shared/language.ts';
import type { Clip, Heard } from '../shared/voice/clips.ts';
import { amountClips, digitClips, pieceClips } from '../shared/voice/numbers.ts';
import type { Script } from '../shared/voice/use-voice.ts';
import { weighClips } from '../shared/voice/weighing.ts';

interface As {
  full: boolean;
  language: Language;
}

/** What came of a scan, by what the edge calls it. */
const SAID: Record<string, Clip> = {
  ADDED: 'k1.added',
  REMOVED: 'k1.removed',
  MEMBER: 'k1.member',
  ITEM_UNKNOWN: 'k1.unknown',
  BARCODE_DAMAGED: 'k1.damaged',
  AGE_CHECK_NEEDED: 'k1.restricted',
  LOT_RECALLED: 'k1.recalled',
  ITEM_NOT_ON_SALE: 'k1.recalled',
  LOT_EXPIRED: 'k1.expired',
};

function noticeClips({ code = '' }: NoticeView, { sale }: LaneView, as: As): Clip[] {
  const line = sale?.lines.find(({ lineId }) => lineId === sale.newestLineId);
  if (code === 'TWICE') return ['k1.twice', ...pieceClips(line?.quantity ?? 2, as.language)];
  const said = SAID[code] ?? 'k1.look';
  if (code !== 'ADDED' || !as.full || !line) return [said];
  const amountFen = line.how === 'each' ? line.unitPriceFen : line.amountFen;
  return [said, ...amountClips(amountFen, as.language)];
}

function payClips({ amountFen, message, methods }: NonNullable<LaneView['pay']>, as: As): Clip[] {
  if (message) return ['k5.declined'];
  const total: Clip[] = as.full ? ['k5.total', ...amountClips(amountFen, as.language)] : [];
  const code = methods.find(({ method }) => method === 'code');
  return [...total, code?.available === false ? 'k5.offline' : 'k5.show_code'];
}

const BAG = {
  place: 'k3.place',
  extra: 'k3.extra',
  'take-out': 'k3.removed',
  removed: 'k3.removed',
  lean: 'k3.lean',
  'own-bag': 'k1.bag',
} as const;
const WAYS = { card: 'k5.card', cash: 'k5.cash', code: 'k5.wait' } as const;
const RECEIPTS = { printing: [], printed: ['k6.take'], failed: ['k6.noprint'] } as const;

function screenClips(view: LaneView, as: As): Clip[] {
  switch (view.screen) {
    case 'attract':
      return [];
    case 'basket':
      return view.sale?.lines.length ? [] : ['k1.prompt'];
    case 'find':
      return view.weigh ? weighClips(undefined, view.weigh) : [];
    case 'pay':
      return view.pay ? payClips(view.pay, as) : [];
    case 'paying':
      return [WAYS[view.pay?.method ?? 'code']];
    case 'unknown':
      return ['k5.unknown'];
    case 'done':
      return ['k6.ok', ...RECEIPTS[view.done?.receipt ?? 'printing']];
    case 'parked':
      return ['ki.parked', ...digitClips(view.parked?.code ?? '')];
    case 'out-of-service':
      return ['ko.title'];
  }
}

/** A person called, or asked whether they are there: before anything the screen says. */
function urgentClips(before: LaneView | undefined, after: LaneView): Clip[] {
  if (after.help?.remote && !before?.help?.remote) return ['kx.remote'];
  if (after.help && !before?.help) return ['kx.called'];
  if (after.suggestLarge && !before?.suggestLarge) return ['k1.senior'];
  return after.idle && !before?.idle ? ['ki.title'] : [];
}

function words(before: LaneView | undefined, after: LaneView, as: As): Clip[] {
  const urgent = urgentClips(before, after);
  if (urgent.length > 0) return urgent;
  const { notice, screen, done } = after;
  if (notice && notice.id !== before?.notice?.id) return noticeClips(notice, after, as);
  if (after.labelDoubt && !before?.labelDoubt) return ['k1.look'];
  const asked = after.bag?.trouble?.kind;
  if (asked && asked !== before?.bag?.trouble?.kind) return [BAG[asked]];
  if (screen !== before?.screen) return screenClips(after, as);
  if (screen === 'done' && done?.receipt !== before.done?.receipt)
    return [...RECEIPTS[done?.receipt ?? 'printing']];
  return after.weigh ? weighClips(before.weigh, after.weigh) : [];
}

/** A page that has just been opened says nothing of what happened before. */
function tone(before: LaneView | undefined, after: LaneView): Heard['beep'] {
  if (!before) return undefined;
  const { notice, screen, pay } = after;
  if (before.screen === 'pay' && screen === 'paying' && (pay?.method ?? 'code') === 'code')
    return 'yes';
  if (!notice || notice.id === before.notice?.id || notice.code === 'REMOVED') return undefined;
  return notice.level === 'info' ? 'yes' : 'no';
}

export const kioskScript: Script<LaneView> = {
  heard(before, after, as) {
    const beep = tone(before, after);
    return { ...(beep && { beep }), clips: before ? words(before, after, as) : [] };
  },
  standing(view) {
    const asked = screenClips(view, { full: false, language: 'zh' });
    if (view.screen === 'attract') return ['k0.start'];
    return asked.length > 0 ? asked : ['k1.prompt'];
  },
};
