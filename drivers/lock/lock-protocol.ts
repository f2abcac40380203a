/** What one make of lock board has to say of itself: its bytes, and what its answers mean. */
import { Type } from 'typebox';
import type { DecodedItem } from '../contract.ts';
import { say } from '../say.ts';

export type FeedbackPolarity = 'unknown' | 'closed-when-locked' | 'closed-when-open';

/**
 * What a board says: contacts of the locks from `first` on, `1` circuit closed, `0` open, `?` not
 * said. `to` is the question it answers.
 */
export type LockItem =
  | {
      kind: 'answer';
      to: 'open' | 'read' | 'either';
      board: number;
      first: number;
      contacts: string;
    }
  | { kind: 'refused'; board: number; lock: number; code: string }
  | { kind: 'echo' }
  | { kind: 'discarded'; hex: string };

export interface LockDecoder {
  push(bytes: Uint8Array): (LockItem & DecodedItem)[];
  end(): (LockItem & DecodedItem)[];
}

/** The bytes of one make of board. */
export interface LockProtocol {
  decoder(): LockDecoder;
  board: number;
  openBytes(lockNumber: number): Uint8Array;
  readBytes(lockNumber: number): Uint8Array;
  /** False where a pulse is not answered and the state must be read. */
  answersOpen: boolean;
  /** True where our own pulse, echoed, looks like an answer. */
  echoLooksLikeAnswer: boolean;
}

export interface LockSettings {
  locks: number;
  feedbackPolarity: FeedbackPolarity;
  pollMs: number;
  minPulseGapMs: number;
}

/** Options every lock board has. */
export const lockOptions = {
  feedbackPolarity: Type.Union(
    [Type.Literal('unknown'), Type.Literal('closed-when-locked'), Type.Literal('closed-when-open')],
    {
      default: 'unknown',
      about: say(
        '锁反馈接线，安装时实测',
        'Feedback wiring, tried out at installation; unknown: states stay unknown',
      ),
    },
  ),
  pollMs: Type.Integer({
    default: 500,
    minimum: 50,
    maximum: 5000,
    about: say('读状态间隔（毫秒）', 'Milliseconds from one reading to the next'),
  }),
  minPulseGapMs: Type.Integer({
    default: 2500,
    minimum: 500,
    maximum: 60_000,
    about: say('同一把锁两次开锁的最短间隔', 'Shortest time between two pulses of one lock'),
  }),
};
