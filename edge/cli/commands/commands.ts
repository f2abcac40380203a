/** Every command, with its words and flags, a file per noun. The work is loaded when a command runs. */
import type { Command } from '../command.ts';
import { ACCESS_COMMANDS } from './access.ts';
import { CONFIG_COMMANDS } from './config.ts';
import { DAY_COMMANDS } from './day.ts';
import { DEVICE_COMMANDS } from './device.ts';
import { KIND_COMMANDS } from './kinds.ts';
import { LEDGER_COMMANDS } from './ledger.ts';
import { MEMBER_COMMANDS } from './member.ts';
import { MODEL_COMMANDS } from './model.ts';
import { MQTT_COMMANDS } from './mqtt.ts';
import { SALE_COMMANDS } from './sale.ts';
import { SESSION_COMMANDS } from './session.ts';
import { SIM_COMMANDS } from './sim.ts';
import { STOCK_COMMANDS } from './stock.ts';
import { STORE_COMMANDS } from './store.ts';
import { TECHNICIAN_COMMANDS } from './technician.ts';

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
