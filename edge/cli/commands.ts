/** Every command, with its words and flags, a file per noun. The work is loaded when a command runs. */
import type { Command } from './command.ts';
import { ACCESS_COMMANDS } from './commands-access.ts';
import { CONFIG_COMMANDS } from './commands-config.ts';
import { DAY_COMMANDS } from './commands-day.ts';
import { DEVICE_COMMANDS } from './commands-device.ts';
import { KIND_COMMANDS } from './commands-kinds.ts';
import { LEDGER_COMMANDS } from './commands-ledger.ts';
import { MEMBER_COMMANDS } from './commands-member.ts';
import { MODEL_COMMANDS } from './commands-model.ts';
import { MQTT_COMMANDS } from './commands-mqtt.ts';
import { SALE_COMMANDS } from './commands-sale.ts';
import { SESSION_COMMANDS } from './commands-session.ts';
import { SIM_COMMANDS } from './commands-sim.ts';
import { STOCK_COMMANDS } from './commands-stock.ts';
import { STORE_COMMANDS } from './commands-store.ts';
import { TECHNICIAN_COMMANDS } from './commands-technician.ts';

export const COMMANDS: Command[] = [
  ...STORE_COMMANDS,
  ...CONFIG_COMMANDS,
  ...DEVICE_COMMANDS,
  ...TECHNICIAN_COMMANDS,
  ...KIND_COMMANDS,
  ...SESSION_COMMANDS,
  ...LEDGER_COMMANDS,
  ...ACCESS_COMMANDS,
  ...MODEL_COMMANDS,
  ...MQTT_COMMANDS,
  ...SALE_COMMANDS,
  ...DAY_COMMANDS,
  ...MEMBER_COMMANDS,
  ...STOCK_COMMANDS,
  ...SIM_COMMANDS,
];
