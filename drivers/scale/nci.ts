/**
 * Checkout and bench scales that speak NCI / Weigh-Tronix SCP-01, also called "ECR" (answers in
 * nci-codec.ts). Seven data bits, parity by setup (even here, kept by software), the host asks
 * `W` CR five times a second and an answer has a second.
 */
import { type Static, Type } from 'typebox';
import type { Asking } from '../asking.ts';
import { type DeviceOutcome, defineDriver, type Scale } from '../contract.ts';
import { say } from '../say.ts';
import { type NciItem, nciDecoder } from './nci-codec.ts';
import { connectPolled, LATE_MS, type Polled, type PolledAnswer } from './polled.ts';

const REPLY_MS = 1000;
/** Questions in which a zero must show. */
const ZERO_QUESTIONS = 10;
const ZERO_REST_MS = 150;

const options = Type.Object(
  {
    dialect: Type.Union([Type.Literal('auto'), Type.Literal('pos'), Type.Literal('bench')], {
      default: 'auto',
      about: say('应答格式', 'Answers: pos (KG, S), bench (kg, no S), auto (either)'),
    }),
    pollMs: Type.Integer({
      default: 200,
      minimum: 100,
      maximum: 1000,
      about: say('询问间隔（毫秒）', 'Milliseconds from one question to the next'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const WEIGHT = ascii('W\r');
const ZERO = ascii('Z\r');
const PROBE = ascii('\x05\r');

function answer(item: NciItem): PolledAnswer | undefined {
  if (item.kind === 'discarded' || item.kind === 'opos') return undefined;
  if (item.kind === 'unknown-command') return { kind: 'refused', said: '?' };
  // Nothing stands against a weight, and yet there is none.
  return item.kind === 'status' ? { kind: 'not-ready' } : item;
}

/** Whether the scale is made for OPOS; undefined where it does not answer the probe at all. */
function probe(line: Asking<NciItem>): Promise<boolean | undefined> {
  const take = (item: NciItem): boolean | undefined =>
    item.kind === 'opos' ? true : item.kind === 'unknown-command' ? false : undefined;
  return line.ask(PROBE, take, REPLY_MS);
}

/** Z is answered by the status of the moment: only a weight of zero says that it was done. */
async function zero({ line, last, report }: Polled<NciItem>): Promise<DeviceOutcome> {
  if (last() === 'moving') return { ok: false, reason: 'MOVING' };
  const taken = await line.ask(
    ZERO,
    (item) => (item.kind === 'discarded' || item.kind === 'opos' ? undefined : item.kind),
    REPLY_MS,
  );
  if (taken === undefined) return { ok: false, reason: 'NO_REPLY' };
  if (taken === 'unknown-command') return { ok: false, reason: 'NO_SUCH_COMMAND' };
  for (let question = 0; question < ZERO_QUESTIONS && !line.ended(); question++) {
    await line.rest(ZERO_REST_MS);
    const said = await line.ask(WEIGHT, answer, REPLY_MS);
    if (said === undefined) return { ok: false, reason: 'NO_REPLY' };
    if (said.kind === 'not-ready' || said.kind === 'refused' || said.kind === 'look-alike')
      continue;
    report(said);
    if (said.kind === 'zero') return { ok: true };
  }
  return { ok: false, reason: 'NOT_ZERO' };
}

export const nci = defineDriver<Scale>({
  name: 'nci',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['zero'],
  title: {
    zh: 'NCI / Weigh-Tronix SCP-01（ECR）电子秤：NCI、Brecknell、Fairbanks、奥豪斯 Aviator',
    en: 'NCI / Weigh-Tronix SCP-01 (ECR) scales: NCI, Brecknell, Fairbanks, Ohaus Aviator',
  },
  options,
  line: { baudRate: 9600, dataBits: 7, parity: 'even' },
  silenceMs: 2500,
  decoder: (given) => nciDecoder((given as Options).dialect),
  async connect(wire, given, context) {
    const { dialect, pollMs } = given as Options;
    let probed: boolean | undefined;
    const polled = await connectPolled<NciItem>(wire, context, {
      decoder: nciDecoder(dialect),
      question: WEIGHT,
      replyMs: REPLY_MS,
      pollMs,
      answer,
      async introduce(line) {
        probed = await probe(line);
        context.log.debug({ address: wire.address, opos: probed }, 'probed');
        // A late `?` must not pass for the answer to the first question.
        if (probed === undefined) await line.rest(LATE_MS);
        return undefined;
      },
      // Answers come in order: after that of the probe no older weight can follow.
      resynchronise: async (line) => probed !== undefined && (await probe(line)) !== undefined,
    });
    return { kind: 'scale', zero: () => polled.command(() => zero(polled)), close: polled.close };
  },
});
