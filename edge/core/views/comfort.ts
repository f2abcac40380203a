/** What a shopper may switch on for themselves, on any screen, until the next shopper. */
export const COMFORTS = ['large', 'low', 'contrast', 'voice', 'english'] as const;

/**
 * `large` 大字: larger type, everything takes its time, prompts are spoken; `low` 低位操作: what is
 * pressed lies in the bottom part of the panel; `contrast` 高对比: black, white and yellow; `voice`
 * 语音: prompts and amounts are spoken; `english`: words and voice in English.
 */
export type Comfort = (typeof COMFORTS)[number];
/** Those that are on; a key is absent when off. `quiet`: speech was switched off by hand. */
export type Comforts = { [comfort in Comfort | 'quiet']?: true };

/** Whether a command is about one of them. */
export function isComfort<Command extends { kind: string }>(
  command: Command,
): command is Extract<Command, { kind: Comfort }> {
  return COMFORTS.some((comfort) => comfort === command.kind);
}

/** One comfort on or off. Whoever turns 语音 off wants quiet, also in 大字. */
export function setComfort(memory: Comforts, comfort: Comfort, on: boolean): void {
  if (on) memory[comfort] = true;
  else delete memory[comfort];
  if (comfort !== 'voice') return;
  if (on) delete memory.quiet;
  else memory.quiet = true;
}

/** The next shopper begins without them. */
export function forgetComforts(memory: Comforts): void {
  for (const comfort of ALL) delete memory[comfort];
}

export function comfortsOf(memory: Comforts): Comforts {
  return Object.fromEntries(ALL.filter((each) => memory[each]).map((each) => [each, true]));
}

const ALL = [...COMFORTS, 'quiet'] as const;

const LARGE_FACTOR = 2;

/** How many times as long as usual this shopper is waited for: 大字 is for those who take their time. */
export const patienceOf = ({ large }: Comforts): number => (large ? LARGE_FACTOR : 1);

/** A payment's order keeps an acquirer waiting too: half as long again is enough to type in. */
const LARGE_ORDER_FACTOR = 1.5;
export const orderPatienceOf = ({ large }: Comforts): number => (large ? LARGE_ORDER_FACTOR : 1);

/** News without anything to undo is read in this time. */
export const NEWS_MS = 10_000;

/** News leaves by itself, undo with it; in 大字 it stays until the shopper has acted. */
export function fading<Notice extends { level: string }>(
  notice: Notice,
  { large }: Comforts,
  leavesAfterMs: number,
): Notice & { leavesAfterMs?: number } {
  return notice.level === 'info' && !large ? { ...notice, leavesAfterMs } : notice;
}

/** `prompts`: what to do, never an amount; `full`: amounts too, since the shopper chose 语音. */
export type Speech = 'silent' | 'prompts' | 'full';

export function speechOf({ voice, large, quiet }: Comforts): Speech {
  if (voice) return 'full';
  return large && !quiet ? 'prompts' : 'silent';
}
