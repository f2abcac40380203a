/** What head office holds of this store, asked for when a person looks: also how its clock stands. */
import type { Clock, Outcome } from '../edge/core/ports.ts';
import { refuse } from './errors.ts';
import { skewOf } from './skew.ts';
import { parseJson, readRefusal, type Send, storePath } from './wire.ts';

export interface Standing {
  epoch: number;
  headSeq: number;
  /** Rows it holds, those of replaced epochs among them. */
  events: number;
  /** Events it stored without understanding them, and why; the newest hundred. */
  quarantined: { epoch: number; seq: number; reason: string }[];
  /** Its clock less ours; to the second, since that is how fine HTTP tells it. */
  skewMs?: number;
  roundTripMs: number;
}

export interface StandingParts {
  storeId: string;
  token: string;
  send: Send;
  clock: Clock;
}

const TIMEOUT_MS = 8_000;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value);

function isQuarantined(value: unknown): value is Standing['quarantined'][number] {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, seq, reason } = value as Record<string, unknown>;
  return isCount(epoch) && isCount(seq) && typeof reason === 'string';
}

/** Refused with HEAD_OFFICE_UNREACHABLE, ANSWER_UNREADABLE, or what head office says. */
export async function askStanding(parts: StandingParts): Promise<Outcome<Standing>> {
  const { storeId, token, send, clock } = parts;
  const began = clock.monoMs();
  const answer = await send({
    ...{ method: 'GET', path: storePath(storeId), timeoutMs: TIMEOUT_MS },
    headers: { authorization: `Bearer ${token}` },
  }).catch((error: unknown) => String(error));
  if (typeof answer === 'string') return refuse('HEAD_OFFICE_UNREACHABLE', { reason: answer });
  if (answer.status !== 200) return { ok: false, refusal: readRefusal(answer) };
  const heard = parseJson(answer.body);
  const { epoch, headSeq, events, quarantined } = (heard ?? {}) as Record<string, unknown>;
  const whole = isCount(epoch) && isCount(headSeq) && isCount(events) && Array.isArray(quarantined);
  if (!whole || !quarantined.every(isQuarantined))
    return refuse('ANSWER_UNREADABLE', { status: answer.status });
  const roundTripMs = Math.round(clock.monoMs() - began);
  const skewMs = skewOf(answer.headers.date, clock.wallMs() - roundTripMs / 2);
  return {
    ok: true,
    value: {
      ...{ epoch, headSeq, events, quarantined, roundTripMs },
      ...(skewMs !== undefined && { skewMs }),
    },
  };
}
