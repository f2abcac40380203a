/** From one view to the next: what is heard. Amounts only where the shopper chose 语音. */
import { describe, expect, it } from 'vitest';
import { type Comforts, type Speech, speechOf } from '../../core/views/comfort.ts';
import type { LaneView } from '../../core/views/views.ts';
import { LANE_VIEWS } from '../views.fixture.ts';
import { kioskScript } from './heard.ts';

const view = (name: keyof typeof LANE_VIEWS, changes: Partial<LaneView> = {}): LaneView => {
  const known = LANE_VIEWS[name];
  if (!known) throw new Error(`no view ${name}`);
  return { ...known, ...changes };
};
const notice = (id: number, code: string, level: 'info' | 'warn' | 'error' = 'info') => ({
  notice: { id, code, level, text: { zh: '…', en: '…' } },
});
const prompts = { full: false, language: 'zh' as const };
const full = { full: true, language: 'zh' as const };
const MONEY = ['n.yuan', 'n.jiao', 'n.fen', 'k5.total'];
const basket = view('basket');
const heard = (before: LaneView | undefined, after: LaneView, as = prompts) =>
  kioskScript.heard(before, after, as);

it.each<[string, Comforts, Speech]>([
  ['nothing chosen', {}, 'silent'],
  ['大字 speaks by itself, without amounts', { large: true }, 'prompts'],
  ['大字 with the voice switched off by hand', { large: true, quiet: true }, 'silent'],
  ['语音 says amounts', { voice: true }, 'full'],
  ['both', { large: true, voice: true }, 'full'],
  ['another comfort', { contrast: true, low: true, english: true }, 'silent'],
])('%s', (_, comforts, speech) => expect(speechOf(comforts)).toBe(speech));

describe('a scan', () => {
  it.each([
    ['ADDED', 'info', 'yes', ['k1.added']],
    ['TWICE', 'info', 'yes', ['k1.twice', 'n.10', 'n.two', 'n.pieces']],
    ['MEMBER', 'info', 'yes', ['k1.member']],
    ['ITEM_UNKNOWN', 'error', 'no', ['k1.unknown']],
    ['BARCODE_DAMAGED', 'error', 'no', ['k1.damaged']],
    ['AGE_CHECK_NEEDED', 'warn', 'no', ['k1.restricted']],
    ['LOT_RECALLED', 'error', 'no', ['k1.recalled']],
    ['LOT_EXPIRED', 'error', 'no', ['k1.expired']],
    ['SOMETHING_ELSE', 'error', 'no', ['k1.look']],
  ] as const)('%s', (code, level, beep, clips) => {
    const after = view('basket', notice(9, code, level));
    const said = code === 'TWICE' ? ['k1.twice', 'n.10', 'n.2', 'n.pieces'] : clips;
    expect(heard(basket, after)).toEqual({ beep, clips: said });
  });

  it('says the price only to whoever chose the voice', () => {
    const after = view('basket', notice(9, 'ADDED'));
    expect(heard(basket, after, full).clips).toEqual([
      ...['k1.added', 'n.10', 'n.2', 'n.yuan', 'n.9', 'n.jiao'],
    ]);
  });

  it('the same notice is heard once', () => {
    expect(heard(basket, view('basket'))).toEqual({ clips: [] });
  });

  it('what a finger took away makes no tone', () => {
    expect(heard(basket, view('basket', notice(9, 'REMOVED')))).toEqual({ clips: ['k1.removed'] });
  });
});

describe('a screen', () => {
  it.each([
    ['basket', 'pay', ['k5.show_code']],
    ['pay', 'paying-card', ['k5.card']],
    ['pay', 'paying-cash', ['k5.cash']],
    ['paying', 'pay-declined', ['k5.declined']],
    ['paying', 'unknown', ['k5.unknown']],
    ['paying', 'done', ['k6.ok', 'k6.take']],
    ['paying', 'done-no-paper', ['k6.ok', 'k6.noprint']],
    ['basket', 'parked', ['ki.parked', 'n.4', 'n.0', 'n.7', 'n.1']],
    ['basket', 'idle', ['ki.title']],
    ['basket', 'help', ['kx.called']],
    ['attract', 'basket-empty', ['k1.prompt']],
    ['attract', 'closed', ['ko.title']],
    ['basket', 'find-empty', ['p0.put']],
    ['find-empty', 'find', ['p2.which']],
    ['find-empty', 'find-unsure', ['p2.none']],
    ['find', 'find-overload', ['p2.over']],
    ['find-empty', 'find-working', []],
  ] as const)('%s → %s', (before, after, clips) => {
    const quiet = { notice: undefined as never };
    expect(heard(view(before, quiet), view(after, quiet)).clips).toEqual(clips);
  });

  it('the total is said aloud only to whoever chose the voice', () => {
    expect(heard(basket, view('pay')).clips).not.toContain('k5.total');
    expect(heard(basket, view('pay'), full).clips).toContain('k5.total');
  });

  it('a payment code that was read is heard at once', () => {
    expect(heard(view('pay'), view('paying')).beep).toBe('yes');
    expect(heard(view('pay'), view('paying-card')).beep).toBeUndefined();
  });

  it('a page that has just been opened says nothing of what was before', () => {
    expect(heard(undefined, basket)).toEqual({ clips: [] });
  });

  it('nobody hears an amount who did not choose the voice, whatever screen follows which', () => {
    const views = Object.values(LANE_VIEWS);
    const told = views.flatMap((before) =>
      views.flatMap((after) => heard(before, after).clips.filter((clip) => MONEY.includes(clip))),
    );
    expect(told).toEqual([]);
  });

  it('every screen has something to say to whoever turns the voice on there', () => {
    const silent = Object.entries(LANE_VIEWS).filter(
      ([, each]) => kioskScript.standing(each).length === 0,
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});
