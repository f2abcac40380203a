/** Ports by flag (`--port-kiosk`), then environment (`YIKE_PORT_KIOSK`), then configuration. */
import type { Config } from '../config/config.ts';
import type { Answer, Call } from './command.ts';
import { usage } from './command.ts';

const NAMES = ['kiosk', 'admin', 'mqtt', 'hands', 'head-office'] as const;
export type PortName = (typeof NAMES)[number];
export type Ports = Partial<Record<PortName, number>>;

const option = { type: 'string' } as const;

/** Flags of `yike start`, and of `yike demo`, which has more listeners. */
export const STORE_PORTS = { 'port-kiosk': option, 'port-admin': option, 'port-mqtt': option };
export const DEMO_PORTS = { ...STORE_PORTS, 'port-hands': option, 'port-head-office': option };

const isPort = (value: string): boolean => /^\d{1,5}$/.test(value) && Number(value) <= 65_535;

/** The ports that were asked for, or a usage error that names the one that is none. */
export function portsOf(
  flags: Call['flags'],
  env: NodeJS.ProcessEnv,
): { ok: true; ports: Ports } | { ok: false; answer: Answer } {
  const ports: Ports = {};
  for (const name of NAMES) {
    const variable = `YIKE_PORT_${name.toUpperCase().replace('-', '_')}`;
    const flag = flags[`port-${name}`];
    const given = typeof flag === 'string' ? flag : env[variable];
    if (given === undefined || given === '') continue;
    const where = typeof flag === 'string' ? `--port-${name}` : variable;
    if (!isPort(given))
      return {
        ok: false,
        answer: usage(
          `${where} 应为 0 到 65535 的端口号，而不是「${given}」`,
          `${where} is a port from 0 to 65535, not "${given}"`,
          `--port-${name} 8080`,
        ),
      };
    ports[name] = Number(given);
  }
  return { ok: true, ports };
}

/** The configuration with the ports that were asked for in place of its own. */
export const withPorts = (config: Config, { kiosk, admin, mqtt }: Ports): Config => ({
  ...config,
  ...(config.mqtt && mqtt !== undefined && { mqtt: { ...config.mqtt, port: mqtt } }),
  listen: {
    ...config.listen,
    ...(kiosk !== undefined && { kioskPort: kiosk }),
    ...(admin !== undefined && { adminPort: admin }),
  },
});
