/**
 * Cooling controllers of the Dixell XR/XC kind over Modbus RTU (drivers/modbus.ts), 9600 8N1.
 *
 *   probes  P1 0100 · P2 0101 · P3 0102   signed 16 bits, tenths of a degree Celsius
 *
 * A broken or missing probe shows as a number outside what a probe can measure, or as an
 * exception: it is told as a fault and never as a temperature. Nothing is ever written.
 * Sources: Dixell Modbus notes (webhmi, ModBUS 2.6). Bytes: golden/modbus-cooler.txt.
 */
import { type Static, Type } from 'typebox';
import {
  type Cooler,
  type DriverContext,
  DriverError,
  defineDriver,
  type TemperatureReading,
} from '../contract.ts';
import { type ModbusAnswer, type ModbusMaster, modbusDecoder, modbusMaster } from '../modbus.ts';
import { say } from '../say.ts';

const FIRST_PROBE = 0x0100;
const MOST_WORDS = 4;

const options = Type.Object(
  {
    address: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 247,
      about: say('总线地址', 'Bus address'),
    }),
    probes: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 3,
      about: say('探头数量', 'Probes fitted, P1 to P3'),
    }),
    firstRegister: Type.Integer({
      default: FIRST_PROBE,
      minimum: 0,
      maximum: 0xffff,
      about: say('首个探头的寄存器', 'Register of P1; maps vary with firmware'),
    }),
    minDeciCelsius: Type.Integer({
      default: -500,
      minimum: -1000,
      maximum: 0,
      about: say('探头下限（0.1 ℃）', 'Lowest a probe can measure, in tenths of a degree'),
    }),
    maxDeciCelsius: Type.Integer({
      default: 1100,
      minimum: 0,
      maximum: 2000,
      about: say('探头上限（0.1 ℃）', 'Highest a probe can measure, in tenths of a degree'),
    }),
    highDeciCelsius: Type.Integer({
      default: 100,
      minimum: -400,
      maximum: 600,
      about: say('高温报警（0.1 ℃）', 'Too warm from here on, in tenths of a degree'),
    }),
    highAfterMs: Type.Integer({
      default: 900_000,
      minimum: 1000,
      maximum: 7_200_000,
      about: say('持续多久才报警（毫秒）', 'Told once it has lasted so long; a defrost passes'),
    }),
    pollMs: Type.Integer({
      default: 5000,
      minimum: 500,
      maximum: 10_000,
      about: say('读取间隔（毫秒）', 'Milliseconds from one reading to the next'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

/** Tenths of a degree in one register, or why there are none. */
export function temperatureOf(
  word: number,
  { minDeciCelsius, maxDeciCelsius }: Pick<Options, 'minDeciCelsius' | 'maxDeciCelsius'>,
): Pick<TemperatureReading, 'deciCelsius' | 'fault'> {
  const deciCelsius = word >= 0x8000 ? word - 0x1_0000 : word;
  const measured = deciCelsius >= minDeciCelsius && deciCelsius <= maxDeciCelsius;
  return measured ? { deciCelsius } : { fault: 'probe' };
}

/** One reading of one probe; undefined while the controller is silent: then nothing is known. */
function readingOf(
  answer: ModbusAnswer,
  settings: Options,
): Pick<TemperatureReading, 'deciCelsius' | 'fault'> | undefined {
  if (answer.kind === 'words') return temperatureOf(answer.words[0] ?? 0x8000, settings);
  return answer.kind === 'exception' ? { fault: `exception-${answer.code}` } : undefined;
}

const ask = (master: ModbusMaster, { address, firstRegister }: Options, probe: number) =>
  master.read(address, 3, firstRegister + probe - 1, 1);

/** Warns once a probe was too warm for long; a probe that measures nothing says nothing. */
function watchHeat({ highDeciCelsius, highAfterMs }: Options, { clock, warn }: DriverContext) {
  const sinceMs = new Map<number, number>();
  let told = false;
  return (probe: number, deciCelsius: number | undefined): void => {
    if (deciCelsius === undefined) return;
    if (deciCelsius < highDeciCelsius) sinceMs.delete(probe);
    else sinceMs.set(probe, sinceMs.get(probe) ?? clock.monoMs());
    const long = [...sinceMs].filter(([, since]) => clock.monoMs() - since >= highAfterMs);
    if (long.some(([hot]) => hot === probe)) {
      const limit = (highDeciCelsius / 10).toFixed(1);
      warn('TEMP_HIGH', `P${probe} ${(deciCelsius / 10).toFixed(1)} ℃ ≥ ${limit} ℃`);
      told = true;
    } else if (told && long.length === 0) {
      warn(undefined);
      told = false;
    }
  };
}

async function poll(
  master: ModbusMaster,
  settings: Options,
  context: DriverContext,
): Promise<void> {
  const heat = watchHeat(settings, context);
  while (!context.signal.aborted) {
    for (let probe = 1; probe <= settings.probes; probe++) {
      const reading = readingOf(await ask(master, settings, probe), settings);
      if (context.signal.aborted) return;
      if (reading === undefined) continue;
      heat(probe, reading.deciCelsius);
      context.emit({ kind: 'temperature', probe, ...reading, atMs: context.clock.monoMs() });
    }
    await master.rest(settings.pollMs);
  }
}

export const modbusCooler = defineDriver<Cooler>({
  name: 'modbus-cooler',
  kind: 'cooler',
  links: ['serial', 'pty', 'tcp', 'memory'],
  title: {
    zh: '冷柜温控器（Dixell XR/XC，Modbus RTU）',
    en: 'Cooling controllers over Modbus RTU (Dixell XR/XC)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 30_000,
  decoder: (given) => modbusDecoder([(given as Options).address], MOST_WORDS),
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      const text = say(`${wire.address}: 温控器要串口`, `${wire.address}: A byte wire is needed`);
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const settings = given as Options;
    const master = modbusMaster(wire, context, [settings.address], MOST_WORDS);
    const { kind } = await ask(master, settings, 1);
    if (kind === 'silent') {
      const noisy = master.noise() > 0;
      const text = noisy
        ? say('有数据但不是这个地址的温控器', 'Another device answers')
        : say('温控器没有应答', 'The controller does not answer');
      throw new DriverError(noisy ? 'WRONG_DEVICE' : 'NO_REPLY', `${wire.address}: ${text}`);
    }
    void poll(master, settings, context);
    return { kind: 'cooler', close: () => wire.close() };
  },
});
