/** `yike cabinet lock | inventory | temp | lights`: one cabinet, by the devices it is made of. */
import type { DiagDevice } from '../../core/views/diag-views.ts';
import type { StockView } from '../../core/views/stock-view.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';
import { actOn } from './device-acts.ts';
import { withDevice } from './talk.ts';

const whichOne = (verb: string): Answer =>
  usage('哪个柜子？', 'Which cabinet?', `yike cabinet ${verb} cabinet-1`);

export async function cabinetInventory(call: Call): Promise<Answer> {
  const [id] = call.words;
  if (id === undefined) return whichOne('inventory');
  const asked = await askBox<StockView>(call.dataDir, 'GET', '/api/stock');
  if (!asked.ok) return asked.answer;
  const found = asked.value.cabinets.find(({ planogram }) => planogram.cabinetId === id);
  if (!found) {
    const names =
      asked.value.cabinets.map(({ planogram }) => planogram.cabinetId).join(', ') || '-';
    const message = say(`没有柜子「${id}」`, `There is no cabinet "${id}"`);
    const hint = say(`柜子：${names}`, `Cabinets: ${names}`);
    return failed(EXIT.noExist, { code: 'E_NOEXIST', message, hint });
  }
  const slots = found.shelves.flatMap((shelf) => shelf.slots);
  const rows = slots.map(({ location, sku, name, pieces, par }) => [
    ...[location, sku, name[call.language], `${pieces}/${par}`],
  ]);
  return good({ id, slots }, table(rows));
}

/** The newest thing a device of this kind said. */
const said = (
  call: Call,
  kind: DiagDevice['kind'],
  verb: string,
  fn: (device: DiagDevice) => Answer,
) =>
  call.words[0] === undefined
    ? Promise.resolve(whichOne(verb))
    : withDevice({ ...call, words: wordsFor(call, kind) }, kind, async (_, device) => fn(device));

/** `cabinet-1` stands for its only device of that kind. */
const wordsFor = ({ words }: Call, kind: string): string[] =>
  words[0]?.startsWith('cabinet') ? [kind] : words;

export const cabinetTemp = (call: Call): Promise<Answer> =>
  said(call, 'cooler', 'temp', ({ id, live, state }) => {
    const deci = live?.event.deciCelsius;
    const shown = typeof deci === 'number' ? `${(deci / 10).toFixed(1)} °C` : '-';
    const data = { id, state, ...(typeof deci === 'number' && { deciCelsius: deci }) };
    return good(data, [`${id}  ${shown}  ${state}`], state === 'ok' ? EXIT.ok : EXIT.warnings);
  });

/** Locks fall shut by themselves: the command tells whether this one did. */
export const cabinetLock = (call: Call): Promise<Answer> =>
  said(call, 'lock', 'lock', ({ id, live, state }) => {
    const event = live?.event ?? {};
    const open = event.state === 'open';
    const line = `${id}  ${String(event.state ?? state)}`;
    return good({ id, state, last: event }, [line], open ? EXIT.warnings : EXIT.ok);
  });

/** A cabinet on the network may switch its lights; one made of boards has none to be asked. */
export async function cabinetLights(call: Call): Promise<Answer> {
  const [id, state] = call.words;
  if (id === undefined || (state !== 'on' && state !== 'off'))
    return usage(
      '哪个柜子？on 还是 off？',
      'Which cabinet, on or off?',
      'yike cabinet lights cabinet-1 off',
    );
  return actOn({ ...call, words: [id] }, undefined, { act: 'lights', on: state === 'on' }, [
    state === 'on' ? '灯已开' : '灯已关',
    `lights ${state}`,
  ]);
}
