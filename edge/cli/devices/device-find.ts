/**
 * `yike device add --probe` without a port: every free port is asked what sits there, and what
 * answered is added, or offered with the names it would have.
 */
import { createInterface, type Interface } from 'node:readline/promises';
import { freeNames } from '../../core/free-names.ts';
import type { Text } from '../../core/ports.ts';
import { PLATE_FORM, typePlateOf } from '../../core/type-plate.ts';
import type { DiagDevice, ProbeFinding, ProbeReport } from '../../core/views/diag-views.ts';
import { askBox } from '../box.ts';
import { type Answer, asksPeople, type Call, EXIT, failed, good, say, table } from '../command.ts';
import { nobodyHint, portsOf } from './port.ts';
import { askDiag, type Heard } from './talk.ts';

/** What one port said; `why` where it could not be asked. */
interface Looked {
  path: string;
  found?: ProbeFinding;
  why?: string;
}

/** A device that answered, and the name it would have. */
export interface Offer extends ProbeFinding {
  id: string;
}

export type Add = (offer: Offer, plate?: string) => Promise<Heard<DiagDevice>>;

/** Lasting names first; ports that are named by nothing else come last. */
const rank = (path: string): number =>
  path.includes('/by-id/') ? 0 : path.includes('/by-path/') ? 1 : 2;

async function freePorts(call: Call): Promise<string[]> {
  const ports = await portsOf(call);
  const free = ports.filter(({ heldBy }) => heldBy === undefined).map((port) => port.stablePath);
  return [...new Set(free)].sort((one, other) => rank(one) - rank(other));
}

/** Asks at all of them at once: a port that keeps silent takes 15 s. */
async function lookAt(call: Call, paths: string[]): Promise<Looked[]> {
  const count = paths.length;
  call.say(
    say(
      `${count} 个空闲串口，同时询问；只问不动，最多 15 秒`,
      `${count} free port${count === 1 ? '' : 's'}, asked at once; only questions, 15 s at most`,
    ),
  );
  let done = 0;
  const look = async (path: string): Promise<Looked> => {
    const heard = await askDiag<ProbeReport>(call, 'POST', '/api/diag/ports/probe', { path });
    const [found] = heard.ok ? heard.value.found : [];
    const why = heard.ok ? undefined : heard.answer.error?.message;
    done += 1;
    const nobody = say('没有认得的设备', 'nothing known answers');
    const { zh, en } = found ? found.title : (why ?? nobody);
    call.say(say(`${done}/${count}  ${path}  ${zh}`, `${done}/${count}  ${path}  ${en}`));
    return { path, ...(found && { found }), ...(why && { why: why[call.language] }) };
  };
  return Promise.all(paths.map(look));
}

function named(found: ProbeFinding[], taken: string[]): Offer[] {
  const kinds = found.map(({ kind }) => kind);
  const names = freeNames(kinds, taken);
  return found.map((each, at) => ({ ...each, id: names[at] ?? each.kind }));
}

const plateFlag = (wanted: boolean): string => (wanted ? ` --plate ${PLATE_FORM}` : '');

/** The command that adds it; a type plate is for the reader to fill in. */
export const addCommand = ({ id, driver, address, needsPlate }: Omit<Offer, 'ms'>): string =>
  `yike device add ${id} --driver ${driver} --address "${address}"${plateFlag(needsPlate === true)}`;

/** Where the plate is, and how it is written here. */
export const HOW_TO_READ_PLATE = say(
  `铭牌贴在秤身侧面或底下，写着 Min、Max 和 d（或 e）；依次写成 ${PLATE_FORM}，单位克，也可写 40g,15kg,5g`,
  `The plate is on the side or under the scale, with Min, Max and d (or e): write ${PLATE_FORM}, in grams or as 40g,15kg,5g`,
);

const rowsOf = (offers: Offer[], language: 'zh' | 'en'): string[] =>
  table([
    ['ID', 'DRIVER', 'ADDRESS', 'WHAT'],
    ...offers.map(({ id, driver, address, title }) => [id, driver, address, title[language]]),
  ]);

/** Adds what answered at the free ports with `add`; under `wanted` where a name was given. */
export async function addFound(call: Call, wanted: string | undefined, add: Add): Promise<Answer> {
  const listed = await askBox<{ devices: DiagDevice[] }>(call.dataDir, 'GET', '/api/diag/devices');
  if (!listed.ok) return listed.answer;
  const paths = await freePorts(call);
  if (paths.length === 0) return nothing(say('没有空闲的串口', 'There is no free port'), []);
  const looked = await lookAt(call, paths);
  const found = looked.flatMap((each) => each.found ?? []);
  if (found.length === 0)
    return nothing(say('空闲串口上没有认得的设备', 'Nothing known answers at a free port'), looked);
  const taken = listed.value.devices.map(({ id }) => id);
  const offers = wanted === undefined ? named(found, taken) : chosen(found, wanted, taken);
  if (wanted === undefined && !call.flags.yes && !asksPeople(call))
    return offered(call, offers, looked);
  if (wanted !== undefined && offers.length > 1) return several(call, offers, looked);
  return addEach(call, offers, looked, { add, ask: wanted === undefined && !call.flags.yes });
}

/** The one that is meant by the name: the only one, or the only one of its kind. */
function chosen(found: ProbeFinding[], wanted: string, taken: string[]): Offer[] {
  const ofKind = found.filter(({ kind }) => wanted.startsWith(kind));
  const [only] = found.length === 1 ? found : ofKind.length === 1 ? ofKind : [];
  return only ? [{ ...only, id: wanted }] : named(found, taken);
}

async function nothing(message: { zh: string; en: string }, ports: Looked[]): Promise<Answer> {
  const plug = say(
    '插上转接线，用 yike port list 看谁在用串口',
    'Plug the adapter in; `yike port list` tells who holds the ports',
  );
  const hint = ports.length === 0 ? plug : await nobodyHint();
  return failed(EXIT.noHardware, { code: 'E_NOHARDWARE', message, hint }, { found: [], ports });
}

/** Commands to choose from; where a type plate is to be filled in, how it is read. */
function hintOf(commands: string[]): Text {
  const plate = commands.some((command) => command.includes(PLATE_FORM));
  const words = (language: 'zh' | 'en') =>
    [...commands, ...(plate ? [HOW_TO_READ_PLATE[language]] : [])].join('\n');
  return say(words('zh'), words('en'));
}

/** Nobody is asked: what would be added, and how it is. */
function offered({ language }: Call, offers: Offer[], ports: Looked[]): Answer {
  const plated = offers.some(({ needsPlate }) => needsPlate);
  const all = `yike device add --probe --yes${plateFlag(plated)}`;
  const message = say(
    `有 ${offers.length} 台设备应答，还没有添加`,
    `${offers.length} answered; nothing is added yet`,
  );
  const commands = [all, ...offers.map(addCommand)];
  const refusal = failed(EXIT.refused, { code: 'E_CONFIRM', message, hint: hintOf(commands) });
  return { ...refusal, data: { found: offers, ports }, lines: rowsOf(offers, language) };
}

function several({ language }: Call, offers: Offer[], ports: Looked[]): Answer {
  const message = say(
    `有 ${offers.length} 台设备应答，请指明一台`,
    `${offers.length} answered: name the one that is meant`,
  );
  const hint = hintOf(offers.map(addCommand));
  const refusal = failed(EXIT.refused, { code: 'E_CHOOSE', message, hint });
  return { ...refusal, data: { found: offers, ports }, lines: rowsOf(offers, language) };
}

async function addEach(
  call: Call,
  offers: Offer[],
  ports: Looked[],
  { add, ask }: { add: Add; ask: boolean },
): Promise<Answer> {
  const added: DiagDevice[] = [];
  const lines: string[] = [];
  for (const offer of offers) {
    const wanted = ask ? await asked(call, offer) : { id: offer.id };
    if (wanted === undefined) continue;
    const heard = await add({ ...offer, id: wanted.id }, wanted.plate);
    if (!heard.ok) return { ...heard.answer, data: { added, found: offers, ports }, lines };
    added.push(heard.value);
    lines.push(`${heard.value.id}  ${heard.value.driver}  ${heard.value.address}`);
  }
  const next = call.language === 'zh' ? '下一步：' : 'Next: ';
  const check = added.length > 0 ? [`${next}yike device check ${added[0]?.id ?? 'all'}`] : [];
  return good({ added, found: offers, ports }, [...lines, ...check]);
}

/** Its name, and a scale's type plate; undefined where it is not wanted. */
async function asked(
  call: Call,
  { id, title, address, needsPlate }: Offer,
): Promise<{ id: string; plate?: string } | undefined> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const words = say(
    `${title.zh}  ${address}\n叫什么？n 不添加`,
    `${title.en}  ${address}\nIts name? n skips it`,
  );
  try {
    const given = (await prompt.question(`${words[call.language]} [${id}] `)).trim();
    if (given === 'n') return undefined;
    const name = given || id;
    if (!needsPlate || typeof call.flags.plate === 'string') return { id: name };
    const plate = await plateAsked(prompt, call);
    return plate === undefined ? undefined : { id: name, plate };
  } finally {
    prompt.close();
  }
}

/** The type plate of one scale; undefined where it is left for later. */
export async function askPlate(call: Call): Promise<string | undefined> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await plateAsked(prompt, call);
  } finally {
    prompt.close();
  }
}

/** As the reader reads it off the scale; undefined where they leave it for later. */
async function plateAsked(prompt: Interface, { language, say: tell }: Call) {
  tell(HOW_TO_READ_PLATE);
  const words = say('铭牌？回车先不添加', 'The plate? Enter leaves it for later');
  for (;;) {
    const plate = (await prompt.question(`${words[language]} `)).trim();
    if (plate === '') return undefined;
    if (typePlateOf(plate)) return plate;
    tell(say(`「${plate}」不像铭牌，再看一看`, `"${plate}" is no type plate; look once more`));
  }
}
